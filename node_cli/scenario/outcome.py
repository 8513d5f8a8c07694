"""The result of a play, as records that say everything tables, pages and programs show of it.

Figures are in the scenario's measure, metrics in parts per million as the chain judged them, amounts in planck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chain.primitives import Balance, BlockNumber, Hash
from node_cli.scenario.baselines import Baseline, Baselines
from node_cli.scenario.confusion import Confusion
from node_cli.scenario.definition import Measure
from node_cli.scenario.stage import Chapter

Fact = str | int | float | bool | None | Sequence["Fact"] | Mapping[str, "Fact"]
"""What a program reads of an act: JSON."""


@dataclass(frozen=True, slots=True)
class PartyResult:
    """A party's rows. `kind`: what sets them apart; `classes`: how many are of each, nothing where they are values."""

    name: str
    kind: str
    is_honest: bool
    rows: int
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """What one account got for one role in one round, and why.

    reason: in a word; because: in a sentence
    contribution, solo: of a client whose update was judged, in parts per million of the metric
    """

    name: str
    role: str
    reason: str
    because: str
    paid: Balance
    slashed: Balance
    contribution: int | None
    solo: int | None


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round of a lesson, numbered from 1.

    outcome: in a word; first, last: its blocks
    before, after, constant: metrics on the round's test set, None where nothing was judged; threshold: as it began
    candidate: figure of the model that the aggregators agreed on, whether or not it was published
    shared: figure of the newest published model after the round, None before the first
    size, content: of the candidate
    is_again: whether it does the round of its number again, without data that were erased since
    """

    number: int
    outcome: str
    is_published: bool
    first: BlockNumber
    last: BlockNumber
    before: int | None
    after: int | None
    constant: int | None
    threshold: int
    candidate: float | None
    shared: float | None
    size: int
    content: str
    payments: tuple[Payment, ...]
    is_again: bool = False

    @property
    def name(self) -> str:
        """Its number as a person reads it."""
        return f"{self.number} again" if self.is_again else f"{self.number}"


@dataclass(frozen=True, slots=True)
class LessonResult:
    """A lesson: its rounds, and what they are compared with.

    again: rounds that were done again
    confusion: of the newest published model; None where there is none, or answers are values
    undefended: the same by the plain mean; None where that is the rule, or nobody attacks it
    """

    name: str
    title: str
    rounds: tuple[RoundResult, ...]
    baselines: Baselines
    again: tuple[RoundResult, ...] = ()
    confusion: Confusion | None = None
    undefended: Baseline | None = None

    @property
    def shared(self) -> float | None:
        """The figure of the newest published model that is in use."""
        return self.all_rounds[-1].shared

    @property
    def all_rounds(self) -> tuple[RoundResult, ...]:
        """Those that were done again among the others, as they came."""
        return tuple(sorted((*self.rounds, *self.again), key=lambda each: each.last))


@dataclass(frozen=True, slots=True)
class AccountResult:
    """What one account had, got, lost and has.

    part: what it is there for; deed: what it did that it should not, nothing of the honest
    start, end: all that it has, stake included
    earned: payments for roles; slashed: stake lost; fees: paid for transactions; pools: put into tasks less what came
    back; checks: earned by checking data less what was paid for that; forfeited: deposits of refuted data, and bonds
    of lost disputes; won: of the bonds of others; reasons: how often it was paid or slashed, or not, for which reason
    """

    name: str
    part: str
    deed: str
    start: Balance
    end: Balance
    earned: Balance
    slashed: Balance
    fees: Balance
    pools: Balance
    checks: int
    forfeited: Balance
    won: Balance
    stake: Balance
    reputation: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def is_honest(self) -> bool:
        """Whether it did as it should."""
        return not self.deed

    @property
    def net(self) -> int:
        """What it has more than at first."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class CallCost:
    """All calls of one kind. ref_time in picoseconds, size in bytes, fee in planck."""

    call: str
    count: int
    failed: int
    ref_time: int
    size: int
    fee: Balance


@dataclass(frozen=True, slots=True)
class ChainCost:
    """What the play took on chain. `ref_time`, `size`: of whole blocks, hooks and headers included."""

    calls: tuple[CallCost, ...]
    blocks: int
    ref_time: int
    size: int
    fullest: float
    """Part of its weight limit that the fullest block used."""


@dataclass(frozen=True, slots=True)
class WorkerCost:
    """What one account's worker took off chain; bytes into and out of the content store."""

    name: str
    part: str
    runs: int
    failures: int
    host_calls: int
    cpu_seconds: float
    stored: int
    fetched: int
    transactions: int


@dataclass(frozen=True, slots=True)
class Referendum:
    """The vote on the threshold, in parts per million; `enacted`: the block in which it changed."""

    before: int
    after: int
    ayes: int
    nays: int
    enacted: BlockNumber


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts; the first column names the rows."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What two sides disagree about at one moment: the part `place` of 2^(depth - height), counted from the left."""

    block: BlockNumber
    depth: int
    height: int
    place: int


@dataclass(frozen=True, slots=True)
class DisputeResult:
    """The course of one dispute about what aggregators agreed on.

    executed: the block in which the chain executed the step that was left, None where it did not have to
    """

    title: str
    narrowings: tuple[Narrowing, ...]
    executed: BlockNumber | None


@dataclass(frozen=True, slots=True)
class Spending:
    """What rounds with noise have cost one party's privacy, after each round."""

    name: str
    epsilons: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What came of an act besides the rounds: an answer to one question.

    name: for programs; sentences: the answer in words; facts: for programs, JSON values
    disputes, spendings: what is drawn, where there is such
    """

    name: str
    question: str
    sentences: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    facts: Mapping[str, Fact]
    disputes: tuple[DisputeResult, ...] = ()
    spendings: tuple[Spending, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The last block."""

    number: BlockNumber
    hash: Hash
    state_root: Hash


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a play found out; title to seed are the scenario's."""

    scenario: str
    title: str
    question: str
    split: tuple[str, ...]
    nouns: tuple[str, str]
    class_names: tuple[str, ...]
    measure: Measure
    seed: int
    parties: tuple[PartyResult, ...]
    lessons: tuple[LessonResult, ...]
    accounts: tuple[AccountResult, ...]
    treasury: Balance
    referendum: Referendum
    chain: ChainCost
    workers: tuple[WorkerCost, ...]
    chapters: tuple[Chapter, ...]
    genesis: Hash
    head: Head
    seconds: float
    exhibits: tuple[Exhibit, ...] = ()

    def best_alone(self, lesson: LessonResult) -> Baseline:
        """The party that is best alone at the end."""
        best = self.measure.best(each.figures[-1] for each in lesson.baselines.alone)
        return next(each for each in lesson.baselines.alone if each.figures[-1] == best)

    def beaten(self, lesson: LessonResult) -> int:
        """How many parties' own models the shared one is better than."""
        shared = lesson.shared
        if shared is None:
            return 0
        return sum(self.measure.is_better(shared, each.figures[-1]) for each in lesson.baselines.alone)


def in_order(outcome: Outcome) -> list[tuple[LessonResult, RoundResult]]:
    """All rounds of all lessons: those that ran side by side stand together."""
    placed = [
        (each.first, place, lesson, each) for place, lesson in enumerate(outcome.lessons) for each in lesson.all_rounds
    ]
    placed.sort(key=lambda entry: entry[:2])
    return [(lesson, each) for _, _, lesson, each in placed]
