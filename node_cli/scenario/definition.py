"""What a scenario is: parties with rows of their own, models that they train together, and how a person judges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from node_cli.scenario.conduct import Conduct
from node_cli.scenario.provenance import Provenance
from pallets.federated_round.noise import NOISELESS, Noise
from pallets.federated_round.rules import MEAN, AggregationRule
from pallets.federated_round.secrecy.choice import OPEN, Secrecy
from pallets.federated_round.settings import ForestSettings, LinearSettings, NetworkSettings
from pallets.learning.datasets import TabularTask
from pallets.ml_registry.types import AlgorithmId

HALF = 500_000
"""In parts per million."""


class ScenarioError(Exception):
    """A scenario cannot be made of these data and options; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with rows of their own.

    kind: what sets its rows apart from the others'
    truth: its rows with the right targets; told: the rows as it trains on them
    deed: what it does that it should not, as a predicate; nothing of the honest
    conduct: how its worker does that, None where its rows say it all
    provenance: what is registered of its rows, None where nothing is
    """

    name: str
    kind: str
    truth: TabularTask
    told: TabularTask
    deed: str = ""
    conduct: Conduct | None = None
    provenance: Provenance | None = None

    @property
    def is_honest(self) -> bool:
        """Whether it does as it should."""
        return not self.deed

    @property
    def tells_the_truth(self) -> bool:
        """Whether it trains on what it knows to be right."""
        return self.told.targets == self.truth.targets


@dataclass(frozen=True, slots=True)
class Lesson:
    """One model that the parties train together; `name` is for tables, `title` for a sentence.

    rule: how updates become a model; noise: what every party adds to its own; secrecy: who may see an update
    fault: parts per million of the stake that a fault costs, None: as the scenario says; under noise an honest update
        can look as if it were turned against the truth
    """

    name: str
    title: str
    algorithm: AlgorithmId
    settings: ForestSettings | LinearSettings | NetworkSettings
    rule: AggregationRule = MEAN
    noise: Noise = NOISELESS
    secrecy: Secrecy = OPEN
    fault: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """How good answers are, as a person reads it.

    name: of the figure; unit: behind it; decimals: worth showing
    fractional_bits: of a regression's targets; None where answers are classes
    """

    name: str
    unit: str
    decimals: int
    fractional_bits: int | None = None

    @property
    def higher_is_better(self) -> bool:
        """Right answers are counted, not errors."""
        return self.fractional_bits is None

    def of(self, answers: Sequence[int], targets: Sequence[int]) -> float:
        """The figure of answers to rows of these targets.

        Classes: per cent of right answers in each class, the mean over the classes (balanced accuracy).
        Values: the root of the mean squared error, in the unit.
        """
        if self.fractional_bits is None:
            return _balanced_accuracy(answers, targets)
        squared = sum((answer - target) ** 2 for answer, target in zip(answers, targets, strict=True))
        return sqrt(squared / len(targets)) / (1 << self.fractional_bits)

    def is_better(self, one: float, other: float) -> bool:
        """Whether one figure is strictly better than another."""
        return one > other if self.higher_is_better else one < other

    def best(self, figures: Iterable[float]) -> float:
        """The best of at least one figure."""
        return max(figures) if self.higher_is_better else min(figures)

    def show(self, figure: float) -> str:
        """The figure with its unit."""
        return f"{figure:.{self.decimals}f} {self.unit}"


def _balanced_accuracy(answers: Sequence[int], targets: Sequence[int]) -> float:
    shares = []
    for label in sorted(set(targets)):
        own = [answer for answer, target in zip(answers, targets, strict=True) if target == label]
        shares.append(own.count(label) / len(own))
    return 100 * sum(shares) / len(shares)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a play needs, and nothing that it finds out.

    title, question: for headings; split: how the rows came to the parties, in sentences
    nouns: what one party is called, and what several are; class_names: of the labels, nothing where they are values
    judging: the test set of each round, secret until then; final: rows that nobody on chain ever sees
    thresholds: the improvement in parts per million that pays, before and after the referendum
    purpose: what the rows are used for: then all are registered, checked and permitted; nothing where nobody asks
    cartel: laboratories that lie together where they have the majority; with some, aggregates can be challenged
    withdraws: the party that has its rows erased while the play goes on; nothing where nobody does
    spare: test sets of rounds that are done again
    fault: parts per million of the stake that a fault costs
    seed: 32 bytes that everything random in the play comes from
    """

    name: str
    title: str
    question: str
    split: tuple[str, ...]
    nouns: tuple[str, str]
    class_names: tuple[str, ...]
    parties: tuple[Party, ...]
    lessons: tuple[Lesson, ...]
    judging: tuple[TabularTask, ...]
    final: TabularTask
    measure: Measure
    thresholds: tuple[int, int]
    seed: bytes
    purpose: str = ""
    cartel: int = 0
    withdraws: str = ""
    spare: tuple[TabularTask, ...] = ()
    fault: int = HALF

    @property
    def rounds(self) -> int:
        """How many rounds of each lesson are played; each has a test set of its own."""
        return len(self.judging)
