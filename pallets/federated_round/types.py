"""What a federated round leaves on chain: tasks, rounds, commitments, votes, payouts; never a row of data."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

from chain.primitives import I64, U8, U32, AccountId, Balance, BlockNumber, Enumeration, Hash, MaxLen
from chain.record import record
from pallets.disputes.types import ClaimId
from pallets.federated_round.noise import NOISELESS, Noise
from pallets.federated_round.payment import CAPPED, PaymentRule
from pallets.federated_round.rules import MEAN, AggregationRule
from pallets.federated_round.secrecy.choice import OPEN, Secrecy, blocks_of
from pallets.federated_round.shapes.choice import SYNCHRONOUS, Shape, blocks_of_shape
from pallets.federated_round.worth import EXACT, Worth
from pallets.ml_registry.artifact import Artifact
from pallets.ml_registry.types import MAX_CONTRIBUTORS, AlgorithmId, ModelId

TaskId = U32
RoundNumber = U32

MAX_CLIENTS = MAX_CONTRIBUTORS
"""Clients of one round, all of whom may own the version that it makes; exact contributions go to sixteen of them."""

MAX_DUTIES = 15
"""Aggregators, and validators, of one round."""

MAX_ROLES = MAX_CLIENTS + 2 * MAX_DUTIES + 1
"""The last is an account that had none, and mended the aggregate."""

MAX_GROUPS = MAX_CLIENTS // 2
"""Sums of one hidden round: a group of one would hide nothing."""

DRAW_BLOCKS = 10
"""How long a round waits for randomness; block hashes need one block."""

MAX_TEST_SETS = 64
"""Rounds that a task's test sets can be committed for ahead."""

PERCENT = 100
MILLION = 1_000_000

Clients = Annotated[tuple[AccountId, ...], MaxLen(MAX_CLIENTS)]
DutyHolders = Annotated[tuple[AccountId, ...], MaxLen(MAX_DUTIES)]
TestSets = Annotated[tuple[Hash, ...], MaxLen(MAX_TEST_SETS)]
"""Commitments, each blake2_256(salt ‖ root of the test set), in the order in which rounds use them."""


class Role(IntEnum):
    """What an account does in a round."""

    CLIENT = 0
    AGGREGATOR = 1
    VALIDATOR = 2


class Phase(IntEnum):
    """Where a round stands; `COURSE` has the order."""

    ENROL = 0
    DRAW = 1
    COMMIT_UPDATES = 2
    REVEAL_UPDATES = 3
    COMMIT_AGGREGATES = 4
    REVEAL_AGGREGATES = 5
    REVEAL_TEST_SET = 6
    COMMIT_EVALUATIONS = 7
    REVEAL_EVALUATIONS = 8
    ENDED = 9
    ANNOUNCE_KEYS = 10
    DEAL_SHARES = 11
    CHECK_SHARES = 12
    CHECK_UPDATES = 13
    OPEN_SHARES = 14
    COMMIT_GROUPS = 15
    REVEAL_GROUPS = 16
    CHALLENGE = 17

    def has_come_to(self, other: Phase) -> bool:
        """Whether a round in this phase is in the other, or past it."""
        return COURSE.index(self) >= COURSE.index(other)


COURSE: Final = (
    Phase.ENROL,
    Phase.DRAW,
    Phase.ANNOUNCE_KEYS,
    Phase.DEAL_SHARES,
    Phase.CHECK_SHARES,
    Phase.COMMIT_UPDATES,
    Phase.REVEAL_UPDATES,
    Phase.CHECK_UPDATES,
    Phase.OPEN_SHARES,
    Phase.COMMIT_GROUPS,
    Phase.REVEAL_GROUPS,
    Phase.COMMIT_AGGREGATES,
    Phase.REVEAL_AGGREGATES,
    Phase.CHALLENGE,
    Phase.REVEAL_TEST_SET,
    Phase.COMMIT_EVALUATIONS,
    Phase.REVEAL_EVALUATIONS,
    Phase.ENDED,
)
"""All phases in their order; a round has those that its task's terms ask for."""


class Stage(IntEnum):
    """What a role is asked for: sealed and then revealed, or stated at once. Only some rounds have groups."""

    UPDATE = 0
    AGGREGATE = 1
    EVALUATION = 2
    GROUP = 3

    @property
    def role(self) -> Role:
        """Who commits and reveals this."""
        return (Role.CLIENT, Role.AGGREGATOR, Role.VALIDATOR, Role.AGGREGATOR)[self]

    @property
    def commit_phase(self) -> Phase:
        """When it is committed."""
        return (Phase.COMMIT_UPDATES, Phase.COMMIT_AGGREGATES, Phase.COMMIT_EVALUATIONS, Phase.COMMIT_GROUPS)[self]

    @property
    def reveal_phase(self) -> Phase:
        """When it is revealed."""
        return (Phase.REVEAL_UPDATES, Phase.REVEAL_AGGREGATES, Phase.REVEAL_EVALUATIONS, Phase.REVEAL_GROUPS)[self]


class Outcome(IntEnum):
    """How a round ended."""

    PUBLISHED = 0
    BELOW_THRESHOLD = 1
    TOO_FEW_ENROLLED = 2
    TOO_FEW_UPDATES = 3
    NO_AGGREGATE = 4
    TEST_SET_WITHHELD = 5
    TEST_SET_UNUSABLE = 6
    NO_VERDICT = 7
    NOT_PUBLISHABLE = 8
    """The registry refused the version; everybody is paid as if it had not."""
    NO_SEED = 9
    """The beacon gave no randomness in time."""
    TOO_FEW_SURVIVORS = 10
    """Updates are hidden, and too few clients came so far that their sum could be found."""
    CONTESTED = 11
    """The aggregate was challenged, and nothing that could be a model stands."""


class Reason(IntEnum):
    """Why an account was paid, got nothing, or was slashed."""

    CONTRIBUTED = 0
    AGREED = 1
    """Voted with the majority."""
    NOT_JUDGED = 2
    """Delivered an update that nobody could judge; a fixed share is paid."""
    NOT_NEEDED = 3
    """The round ended before the account's work was due or of use."""
    NO_GAIN = 4
    """The update did not make the model better."""
    BELOW_THRESHOLD = 5
    """All updates together did not make the model better by enough."""
    NOTHING_AGREED = 6
    """Voted where no result had a majority."""
    ABSENT = 7
    """Did not reveal what was due by the deadline."""
    DISSENTED = 8
    """Voted against the majority, or with one that a challenge proved wrong."""
    INVALID = 9
    """The aggregators agree that the update is not one."""
    HARMFUL = 10
    """The update alone is worse than the best constant answer, and its contribution is negative."""
    UNPAYABLE = 11
    """The account could not receive its payment, which stays in the pool."""
    NO_BETTER_ALONE = 12
    """The update alone is no better than the best constant answer, so the capped rule does not pay for it."""
    CAPPED = 13
    """The update is worth something, but the median client's sample is worth nothing, which caps all payments."""
    SHARED = 14
    """The update is hidden in a sum that made the model better; whoever is in the sum gets an equal part."""
    MENDED = 15
    """Challenged the aggregate that the majority agreed on, and put the one that stands in its place."""


ABSENCES = frozenset({Reason.ABSENT})
FAULTS = frozenset({Reason.DISSENTED, Reason.INVALID, Reason.HARMFUL})


@record
class Schedule:
    """How many blocks each phase lasts at most; a phase ends early when all who are expected have acted.

    enrol: 0 for a task that nobody enrols for round by round: those who stand for it are in its lottery
    train, aggregate, evaluate: to commit updates, aggregates, evaluations, or state them; reveal: to open each's seals
    disclose: for the owner to reveal the test set
    challenge: in which an agreed aggregate can be challenged, 0 for never; a dispute adds what the chain allows it
    """

    enrol: BlockNumber
    train: BlockNumber
    aggregate: BlockNumber
    evaluate: BlockNumber
    reveal: BlockNumber
    disclose: BlockNumber
    challenge: BlockNumber = 0

    @property
    def longest(self) -> BlockNumber:
        """Blocks that a round can last, the draw among them after one at least, and challenges not."""
        phases = max(self.enrol, 1) + self.train + self.aggregate + self.evaluate + 3 * self.reveal + self.disclose
        return phases + DRAW_BLOCKS


@record
class Seats:
    """How many accounts are drawn for each role; a round goes on with `minimum_clients` updates or more."""

    clients: U32
    minimum_clients: U32
    aggregators: U32
    validators: U32


@record
class Split:
    """Percentages of a round's reward for each role; they add up to a hundred."""

    clients: U8
    aggregators: U8
    validators: U8


@record
class Penalties:
    """Parts per million of the stake that are slashed, for a fault and for mere absence."""

    fault: U32
    absence: U32


@record
class Terms:
    """What is fixed when a task is opened.

    settings: the canonical encoding of `settings.Settings`
    round_reward: what a round can pay out of the pool
    minimum_stake: bonded by everybody who enrols
    reward_threshold: improvement of the metric that publishes and pays, in parts per million; None: the chain's own
    unjudged_share: percentage of the clients' part that is paid where nobody could judge the updates
    max_samples: the most that a client may count for
    automatic: whether a round starts when the one before has ended; unsealed_updates: whether updates go without seals
    rule: how updates become a model; worth: how contributions are found; payment: how they are paid
    secrecy: who may see an update; noise: what a client adds to its own; shape: how updates come together
    """

    settings: Artifact
    schedule: Schedule
    seats: Seats
    split: Split
    penalties: Penalties
    round_reward: Balance
    minimum_stake: Balance
    reward_threshold: U32 | None
    unjudged_share: U8
    max_samples: U32
    automatic: bool
    rule: AggregationRule = MEAN
    worth: Worth = EXACT
    payment: PaymentRule = CAPPED
    secrecy: Secrecy = OPEN
    shape: Shape = SYNCHRONOUS
    noise: Noise = NOISELESS
    unsealed_updates: bool = False

    @property
    def longest(self) -> BlockNumber:
        """Blocks that a round can last."""
        added = blocks_of_shape(self.shape, self.schedule.aggregate, self.schedule.reveal)
        return self.schedule.longest + blocks_of(self.secrecy) + added


@record
class ServerState:
    """What the server optimiser remembers; it belongs to the version that it was made with."""

    version: Hash
    artifact: Artifact


@record
class Task:
    """Rounds of one model that one owner pays for.

    pool: what is left to pay, in the task's pot; rounds: how many were started
    is_live: whether a round is running; test_sets: of the rounds to come
    server: of the newest version that the task published, None where its rule remembers nothing
    """

    owner: AccountId
    model: ModelId
    algorithm: AlgorithmId
    terms: Terms
    pool: Balance
    rounds: RoundNumber
    is_live: bool
    test_sets: TestSets
    server: ServerState | None


@record
class Round:
    """The course of one round; what its participants say is in the maps beside it.

    since, deadline: the first block of the phase, and the first block in which it is over
    acted, expected: how many have done what the phase asks, of how many
    base: the version that is trained on, None before the first; threshold: as the round began
    test_set: the commitment; seed: of the draw and of all training, None before the draw
    judging: the seed of sampled contributions, None before evaluation and where nothing is sampled
    hides: whether its updates are hidden
    """

    phase: Phase
    since: BlockNumber
    deadline: BlockNumber
    acted: U32
    expected: U32
    enrolled: U32
    base: Hash | None
    threshold: U32
    test_set: Hash
    seed: Hash | None
    judging: Hash | None
    outcome: Outcome | None
    version: Hash | None
    hides: bool = False


@record
class DataCommitment:
    """Whose rows will be trained on: the salted root, and how many."""

    root: Hash
    samples: U32


@record
class Enrolment:
    """What an account offers: to train on data, to do duties (aggregate, validate), or both."""

    data: DataCommitment | None
    duties: bool


@record
class Drawn:
    """Who has which role; clients in the order of their accounts, the others as drawn."""

    clients: Clients
    aggregators: DutyHolders
    validators: DutyHolders

    def holders(self, role: Role) -> tuple[AccountId, ...]:
        """The accounts that have a role."""
        return (self.clients, self.aggregators, self.validators)[role]


@record
class Ballot:
    """A sealed commitment, zeros where nothing was sealed (`UNSEALED`), and the hash of what was revealed."""

    seal: Hash
    revealed: Hash | None


@record
class Aggregate:
    """The model that an aggregator computed, and the clients whose updates are none.

    model: None where no update is valid; invalid: in ascending order
    state: what the server optimiser remembers from now on, None where the rule remembers nothing
    unsummed: of hidden updates, the groups whose sum cannot be found, ascending; `invalid` are who made it so, or
    tried. Of a hierarchical round, the groups that agreed on nothing that can be joined
    """

    model: Artifact | None
    invalid: Clients
    state: Artifact | None = None
    unsummed: Annotated[tuple[U8, ...], MaxLen(MAX_GROUPS)] = ()


class Evaluation(Enumeration):
    """What a validator found."""


@record
class ClientScore:
    """What one update is worth, in parts per million of the metric.

    contribution: its Shapley value; solo: the metric of the update alone
    """

    account: AccountId
    contribution: I64
    solo: I64


class Judged(Evaluation):
    """The test set judged the model; all metrics in parts per million, higher is better.

    before: of the base version, or of the best constant answer where there is none; constant: of that answer
    clients: those whose updates are in the aggregate, in its order; of hidden updates who stands for each sum
    """

    before: I64
    after: I64
    constant: I64
    clients: Annotated[tuple[ClientScore, ...], MaxLen(MAX_CLIENTS)]


class Unusable(Evaluation):
    """What the owner revealed is no test set for this task."""


@record
class Settlement:
    """What one account got for one role, and why; one entry for each holder of each role.

    Whoever mended an aggregate without a role has the entry of an aggregator.
    """

    account: AccountId
    role: Role
    reason: Reason
    paid: Balance
    slashed: Balance


@record
class Challenge:
    """What became of an agreed aggregate. claim: while it can be challenged; mender: whose result took its place"""

    claim: ClaimId | None
    mender: AccountId | None = None


Settlements = Annotated[tuple[Settlement, ...], MaxLen(MAX_ROLES)]
