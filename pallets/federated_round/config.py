"""What federated rounds ask of the runtime."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import U32, AccountId, Balance, BlockNumber, Hash
from chain.runtime_api import OffchainNode
from pallets.disputes.types import ClaimId, Computation, Verdict
from pallets.frame.pallet import config
from pallets.frame.traits import Fungible
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import AlgorithmId, Contributors, Model, ModelId, Version
from pallets.privacy_budget.types import Subject


class Stakes(Protocol):
    """Who answers for what with how much."""

    @property
    def unbonding_delay(self) -> BlockNumber:
        """For how many blocks at least today's stake can be slashed."""
        ...

    def active(self, who: AccountId) -> Balance:
        """Stake that its owner has not taken back."""
        ...

    def bonded(self, who: AccountId) -> Balance:
        """Stake that can be slashed."""
        ...

    def lottery_weight(self, who: AccountId) -> int:
        """The account's weight in the draw."""
        ...

    def slash(self, who: AccountId, amount: Balance) -> Balance:
        """Take stake away, at most all of it; how much."""
        ...

    def reward(self, source: AccountId, who: AccountId, amount: Balance) -> None:
        """Pay out of a pot, which stays open; raises DispatchError where the account cannot receive it."""
        ...

    def record_success(self, who: AccountId) -> None:
        """The account did what it should."""
        ...

    def record_fault(self, who: AccountId) -> None:
        """The account did not."""
        ...


class Models(Protocol):
    """Where models and their versions are registered."""

    def model(self, model: ModelId) -> Model:
        """The model; raises DispatchError where there is none."""
        ...

    def require_enabled(self, algorithm: AlgorithmId) -> None:
        """Raises DispatchError where the algorithm may not be used."""
        ...

    def version(self, version: Hash) -> Version:
        """The version of an id; raises DispatchError where there is none."""
        ...

    def is_withdrawn(self, version: Hash) -> bool:
        """Whether a version shall not be used any more."""
        ...

    def withdraw(self, version: Hash) -> list[Hash]:
        """Withdraw a version and all that was made from it; those that were in use."""
        ...

    def supersede(self, version: Hash, successor: Hash) -> None:
        """Say what takes the place of a withdrawn version."""
        ...

    def publish(
        self, model: ModelId, artifact: Artifact, parent: Hash | None, metric: int, contributors: Contributors
    ) -> Hash:
        """Add a version to a model; its id. Raises DispatchError."""
        ...


class Beacon(Protocol):
    """Public randomness."""

    def after(self, block: BlockNumber) -> Hash | None:
        """A hash that nobody could know when `block` began; None until there is one."""
        ...


class Permits(Protocol):
    """Who may use which data for what."""

    def permits_use(self, commitment: Hash, who: AccountId, purpose: Hash) -> bool:
        """Whether an account may now use the data of a root for a purpose."""
        ...

    def owner_of(self, commitment: Hash) -> AccountId | None:
        """Whose registered data a root names; None where they are not registered."""
        ...


class Lent(Protocol):
    """Data of somebody else's in clear, and the salt of their commitment."""

    @property
    def data(self) -> bytes:
        """The bytes."""
        ...

    @property
    def salt(self) -> bytes:
        """What the commitment has before them."""
        ...


class Lender(Protocol):
    """Who hands a node the data that it has a permit and a key for."""

    def is_borrowing(self, data: object) -> bool:
        """Whether an operator's instructions ask for anybody's data."""
        ...

    def lent(self, node: OffchainNode, purpose: Hash) -> Lent | None:
        """The data that a node may use for a purpose now; None where there are none."""
        ...


class Disputes(Protocol):
    """Where results can be challenged."""

    def longest(self, window: BlockNumber) -> BlockNumber:
        """Blocks for which a result can be undecided that is open to challenge for so many."""
        ...

    def open(
        self, computation: Computation, result: Artifact | None, defenders: tuple[AccountId, ...], window: BlockNumber
    ) -> ClaimId:
        """Let a result stand for challenge; raises DispatchError where nobody could judge it."""
        ...

    def advance(self, claim: ClaimId) -> Verdict | None:
        """Do what a passed deadline does; how the claim ended, None while it is open."""
        ...

    def stands_until(self, claim: ClaimId) -> BlockNumber | None:
        """The first block in which `advance` may do something again."""
        ...


class Budgets(Protocol):
    """The ledger of privacy. cost: in its units, None for a round that bounds nothing"""

    def affords(self, subject: Subject, cost: int | None) -> bool:
        """Whether a subject may take part in a round of this cost."""
        ...

    def charge(self, who: AccountId, root: Hash, cost: int | None) -> None:
        """Spend privacy of an account and of its data; raises DispatchError where that is too much."""
        ...

    def give_back(self, who: AccountId, root: Hash, cost: int | None) -> None:
        """Take a charge back."""
        ...

    def forget_data(self, root: Hash) -> None:
        """Drop what is kept of data that were erased."""
        ...


@config
class Config:
    """What the runtime supplies."""

    currency: Fungible
    stakes: Stakes
    models: Models
    beacon: Beacon
    permits: Permits | None = None  # None: tasks cannot have a purpose
    max_live: U32 = 32  # tasks that have a round running
    max_enrolled: U32 = 256  # accounts in one round's lottery
    history: U32 = 100  # rounds of a task that stay in the state
    retry_after: BlockNumber = 2  # blocks before a worker repeats a transaction that had no effect: a pool was lost
    budgets: Budgets | None = None  # None: nobody counts what rounds cost their clients' privacy
    disputes: Disputes | None = None  # None: no aggregate can be challenged
    lender: Lender | None = None  # None: whoever trains has rows of its own
