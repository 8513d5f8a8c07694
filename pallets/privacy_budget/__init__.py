"""The ledger of privacy: what rounds have cost whoever trains and the data that are trained on, and how much may be.

Each round charges two subjects: the account that trains, and the root that names its data. An account alone would let
one data set be spent again by everybody with a permit for it; a root alone would let one account name the same rows by
another salt each round. Data in the registry of data have their owner's limit, because it is the owner whom noise
protects; whoever has set none has the default, which governance changes. Costs are integers, zero-concentrated (rho),
rounded against the client: rounds add up, and anybody adds them again. A round without noise bounds nothing, so no
limit allows it.

`types` (records), `errors`, `events`, `ledger` (charges and answers), `pallet` (calls).

    self.privacy_budget = PrivacyBudget(self, privacy_budget.Config(owners=self.data_registry), index=31)
"""

from pallets.privacy_budget.errors import BudgetExceeded, Error, NotOwner
from pallets.privacy_budget.events import DefaultLimitChanged, Event, LimitSet
from pallets.privacy_budget.pallet import Config, Genesis, PrivacyBudget
from pallets.privacy_budget.types import Data, Spending, Statement, Subject, Trainer

__all__ = [
    "BudgetExceeded",
    "Config",
    "Data",
    "DefaultLimitChanged",
    "Error",
    "Event",
    "Genesis",
    "LimitSet",
    "NotOwner",
    "PrivacyBudget",
    "Spending",
    "Statement",
    "Subject",
    "Trainer",
]
