"""What happens in federated rounds; the order is wire format."""

from __future__ import annotations

from chain.primitives import U32, AccountId, Balance, BlockNumber, Hash
from pallets.federated_round.secrecy.types import Groups
from pallets.federated_round.shapes.types import Tiers
from pallets.federated_round.standing.types import Hindrance
from pallets.federated_round.types import (
    Drawn,
    Outcome,
    Phase,
    Reason,
    Role,
    RoundNumber,
    Stage,
    TaskId,
)
from pallets.frame.event import PalletEvent
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import ModelId


class Event(PalletEvent):
    """What happened."""


class TaskCreated(Event):
    """An owner pays for rounds of a model."""

    task: TaskId
    owner: AccountId
    model: ModelId
    pool: Balance


class ToppedUp(Event):
    """The pool grew."""

    task: TaskId
    who: AccountId
    amount: Balance


class TestSetsCommitted(Event):
    """Test sets of that many rounds to come are committed in all."""

    __test__ = False  # no class of tests

    task: TaskId
    ahead: U32


class TaskClosed(Event):
    """The task is over; what was in its pot went back to its owner."""

    task: TaskId
    refund: Balance


class RoundStarted(Event):
    """Who stands for the task is enrolled; others may enrol, where there is a phase for it."""

    task: TaskId
    round: RoundNumber
    base: Hash | None
    threshold: U32


class PhaseBegan(Event):
    """What is asked now, and the first block in which it is over."""

    task: TaskId
    round: RoundNumber
    phase: Phase
    deadline: BlockNumber


class Enrolled(Event):
    """An account takes part in the lottery; with data if `samples` is above 0."""

    task: TaskId
    round: RoundNumber
    who: AccountId
    samples: U32
    duties: bool


class RolesDrawn(Event):
    """The lottery was held."""

    task: TaskId
    round: RoundNumber
    seed: Hash
    drawn: Drawn


class Committed(Event):
    """An account sealed its work."""

    task: TaskId
    round: RoundNumber
    stage: Stage
    who: AccountId


class Revealed(Event):
    """An account opened its seal, or stated what needs none; `content` is the hash of it."""

    task: TaskId
    round: RoundNumber
    stage: Stage
    who: AccountId
    content: Hash


class Agreed(Event):
    """More than half of those drawn revealed the same."""

    task: TaskId
    round: RoundNumber
    stage: Stage
    content: Hash


class TestSetRevealed(Event):
    """The owner opened the commitment to the test set."""

    __test__ = False  # no class of tests

    task: TaskId
    round: RoundNumber
    test_set: Artifact


class Settled(Event):
    """What an account got for a role, and why."""

    task: TaskId
    round: RoundNumber
    who: AccountId
    role: Role
    reason: Reason
    paid: Balance
    slashed: Balance


class RoundEnded(Event):
    """The round is over; `version` is what it published."""

    task: TaskId
    round: RoundNumber
    outcome: Outcome
    version: Hash | None


class RewardThresholdChanged(Event):
    """Rounds that start from now on ask for another improvement, where their task names none."""

    before: U32
    after: U32


class PurposeSet(Event):
    """From its next round on a task's clients need permits for this purpose, or none."""

    task: TaskId
    purpose: Hash | None


class UnlearningDue(Event):
    """The data of a root are erased, and versions have learnt from them: `queries.learnt_from` says which."""

    root: Hash


class KeysAnnounced(Event):
    """A client of a hidden round has keys."""

    task: TaskId
    round: RoundNumber
    who: AccountId


class SharesDealt(Event):
    """A client dealt sealed shares of what will hide its update."""

    task: TaskId
    round: RoundNumber
    who: AccountId
    dealing: Artifact


class MissingReported(Event):
    """Whose shares, or masked updates, an account has not got; a bit for each drawn client."""

    task: TaskId
    round: RoundNumber
    phase: Phase
    who: AccountId
    missing: U32


class SharesOpened(Event):
    """A survivor opened shares."""

    task: TaskId
    round: RoundNumber
    who: AccountId
    opening: Artifact


class GroupsFixed(Event):
    """Who is in which sum, and who of them got how far, after a phase."""

    task: TaskId
    round: RoundNumber
    phase: Phase
    groups: Groups


class GroupsDealt(Event):
    """Whose updates are joined by whom, before the root is."""

    task: TaskId
    round: RoundNumber
    tiers: Tiers


class DeliveryWaits(Event):
    """An update waits for the next buffer."""

    task: TaskId
    who: AccountId


class DeliveryDropped(Event):
    """An update that waited is too old now, or its client may not take part any more; it cost nothing."""

    task: TaskId
    who: AccountId


class Mended(Event):
    """A challenge put another aggregate in the place of the one that a majority agreed on."""

    task: TaskId
    round: RoundNumber
    who: AccountId
    aggregate: Hash


class RolledBack(Event):
    """A task is back at the version before it learnt from erased data; `redo`: how many rounds it does again."""

    task: TaskId
    base: Hash | None
    withdrawn: U32
    redo: U32


class Unlearnt(Event):
    """All rounds are done again without erased data; None: no version is left."""

    task: TaskId
    replaced: Hash
    version: Hash | None


class Stands(Event):
    """An account takes part in every round from the next on, until further notice; with data if `samples` > 0."""

    task: TaskId
    who: AccountId
    samples: U32
    duties: bool


class StoodDown(Event):
    """An account takes part in no round that is to come; None: it asked for that."""

    task: TaskId
    who: AccountId
    because: Hindrance | None


class LeftOut(Event):
    """Who stands for a task is not in this round, or only for duties."""

    task: TaskId
    round: RoundNumber
    who: AccountId
    because: Hindrance
