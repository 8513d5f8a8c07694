"""A runtime with the ledger of privacy, and a registry that knows one owner."""

from __future__ import annotations

from chain.primitives import AccountId, Hash
from chain.state.overlay import Overlay
from pallets import privacy_budget
from pallets.frame.testing import MockRuntime

ALICE, BOB = AccountId(b"A" * 32), AccountId(b"B" * 32)
ROOT, UNREGISTERED = Hash(b"r" * 32), Hash(b"u" * 32)


class Owners:
    """Alice's data, and nobody else's."""

    def owner_of(self, commitment: Hash) -> AccountId | None:
        return ALICE if commitment == ROOT else None


class BudgetRuntime(MockRuntime):
    """System and PrivacyBudget."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.privacy_budget = privacy_budget.PrivacyBudget(self, privacy_budget.Config(owners=Owners()), index=31)


def new_runtime(default_limit: int | None = None) -> BudgetRuntime:
    """Block 1, with that default."""
    runtime = BudgetRuntime()
    runtime.privacy_budget.build_genesis(privacy_budget.Genesis(default_limit=default_limit))
    return runtime
