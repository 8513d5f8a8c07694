"""What the shared models are compared with: every party alone, and everybody's rows in one place.

A baseline gets the work of all: as many trees as all parties together are asked for by a round, as many epochs as a
party is. It trains with the task's own strategy and settings, and is asked about the same final test set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from node_cli.scenario.confusion import Confusion, confusion_of
from node_cli.scenario.definition import Lesson, Scenario
from node_cli.scenario.models import answers_of, model_of
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import ForestSettings, Settings, encode_settings
from pallets.federated_round.strategies import ClientUpdate, Strategy, strategy_for
from pallets.federated_round.strategies.answering import Answers
from pallets.federated_round.strategies.strategy import NOBODY
from pallets.learning.datasets import TabularTask
from pallets.learning.forest_codec import decode_forest
from pallets.learning.prediction import Predictor
from pallets.learning.stream import seed_for

POOLED = "all rows in one place"
POOLED_AS_TOLD = "all rows, labels as told"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A trainer of rows, and how good it is with the work of each round.

    confusion: of the last model; None where answers are values, or nobody asks
    """

    name: str
    figures: tuple[float, ...]
    confusion: Confusion | None = None


@dataclass(frozen=True, slots=True)
class Baselines:
    """Of one lesson.

    pooled_as_told: None where all labels are right; constant: the figure of the best constant answer
    """

    alone: tuple[Baseline, ...]
    pooled: Baseline
    pooled_as_told: Baseline | None
    constant: float


def baselines_of(scenario: Scenario, lesson: Lesson, one_done: Callable[[], None]) -> Baselines:
    """Train all baselines of a lesson; `one_done` is called after each.

    Raises StrategyError where the rows cannot be trained on.
    """

    def trained(name: str, rows: TabularTask) -> Baseline:
        made = _trained(scenario, lesson, name, rows)
        one_done()
        return made

    parties = scenario.parties
    return Baselines(
        alone=tuple(trained(party.name, party.told) for party in parties),
        pooled=trained(POOLED, _joined([party.truth for party in parties])),
        pooled_as_told=trained(POOLED_AS_TOLD, _joined([party.told for party in parties]))
        if has_liar(scenario)
        else None,
        constant=_constant(scenario),
    )


def has_liar(scenario: Scenario) -> bool:
    """Whether anybody trains on labels that are not right."""
    return not all(party.tells_the_truth for party in scenario.parties)


def count_of(scenario: Scenario) -> int:
    """How many baselines are trained in all."""
    return len(scenario.lessons) * (len(scenario.parties) + (2 if has_liar(scenario) else 1))


def _trained(scenario: Scenario, lesson: Lesson, name: str, rows: TabularTask) -> Baseline:
    data, seed = DataSet.of(rows.rows, rows.targets), seed_for("baseline", scenario.seed, lesson.name, name)
    settings, final = lesson.settings, scenario.final
    if isinstance(settings, ForestSettings):
        models = list(_forests(lesson, settings, data, seed, scenario))
    else:
        models = list(_descents(lesson, data, seed, scenario.rounds))
    figures = tuple(scenario.measure.of(answers_of(model, final.rows), final.targets) for model in models)
    return Baseline(name, figures, confusion_of(scenario, models[-1]))


def _forests(
    lesson: Lesson, settings: ForestSettings, data: DataSet, seed: bytes, scenario: Scenario
) -> Iterator[Answers]:
    """Growing parts of one forest: tree number n depends on the seed and n alone."""
    a_round = settings.trees * len(scenario.parties)
    strategy = _strategy(lesson, replace(settings, trees=a_round * scenario.rounds))
    forest = decode_forest(strategy.train(data, None, seed))
    for number in range(1, scenario.rounds + 1):
        yield Predictor(replace(forest, trees=forest.trees[: number * a_round]))


def _descents(lesson: Lesson, data: DataSet, seed: bytes, rounds: int) -> Iterator[Answers]:
    """Rounds of the same descent, each from where the last one ended."""
    strategy = _strategy(lesson, lesson.settings)
    base: bytes | None = None
    for _ in range(rounds):
        update = ClientUpdate(NOBODY, 1, strategy.train(data, base, seed))
        base = strategy.aggregate([update], base).model
        yield model_of(lesson, base).model


def _strategy(lesson: Lesson, settings: Settings) -> Strategy:
    return strategy_for(lesson.algorithm, encode_settings(settings))


def _joined(parts: Sequence[TabularTask]) -> TabularTask:
    """The rows of all parts, one part after the other."""
    return replace(
        parts[0],
        rows=tuple(row for part in parts for row in part.rows),
        targets=tuple(target for part in parts for target in part.targets),
        moments=tuple(moment for part in parts for moment in part.moments),
    )


def _constant(scenario: Scenario) -> float:
    """The best constant answer to the final test set: the most frequent class, or the mean."""
    targets = scenario.final.targets
    if scenario.measure.higher_is_better:
        answer = Counter(targets).most_common(1)[0][0]
    else:
        answer = sum(targets) // len(targets)
    return scenario.measure.of([answer] * len(targets), targets)
