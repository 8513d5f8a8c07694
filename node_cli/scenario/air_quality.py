"""Measuring stations that learn to tell a gas concentration from cheap sensors, out of one table of hourly readings.

One device, moved from station to station: each has it for three weeks at a time. Whole weeks are kept back to judge
by, so that no model is asked about an hour next to one that it has learnt. A table that is too short for that is
divided by days in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node_cli.scenario.definition import Lesson, Measure, Party, Scenario, ScenarioError
from pallets.federated_round.settings import ForestSettings, LinearSettings
from pallets.learning.air_quality import AirTarget, air_quality
from pallets.learning.datasets import DatasetError, TabularTask
from pallets.learning.fixed_point import INT32_MAX, TARGET_FRACTIONAL_BITS
from pallets.learning.linear_model import FEATURE_MIDDLE, RATE_BITS
from pallets.learning.partition import EPOCH_WEEKDAY, HOURS_A_DAY, HOURS_A_WEEK
from pallets.learning.quantise import encode_quantiser
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING

CLIENTS = range(2, 11)
ROUNDS = range(1, 13)

TURN = 3
"""Weeks, or days, for which a station has the device."""

CYCLE = 8
FINAL = frozenset({3, 7})
"""Of every eight weeks, or days, counted from 0, those that nobody on chain ever sees: every fourth."""

JUDGING = frozenset({5})
"""Of every eight weeks, or days, those whose hours judge the rounds, dealt to them in turn."""

LEAST_ROWS = 10
"""In a station, and in a test set: with fewer there is nothing to learn, and nothing to judge by."""

EPOCHS = 1000
"""A round: with so small steps, far enough that the rounds can be told apart, and not to the end."""

THRESHOLDS = (20_000, 1_000)
"""The improvement in parts per million that pays, before and after the referendum."""

GASES = {
    AirTarget.CO: ("carbon monoxide", "mg/m³", 3),
    AirTarget.NO2: ("nitrogen dioxide", "µg/m³", 2),
}
"""What each target is called, its unit, and the decimals worth showing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What time is divided by: weeks from Monday on, or days."""

    name: str
    hours: int

    def of(self, moment: int) -> int:
        """The week, or day, of an hour since 1970."""
        return (moment + EPOCH_WEEKDAY * HOURS_A_DAY) // self.hours


WEEKS = Unit("weeks", HOURS_A_WEEK)
DAYS = Unit("days", HOURS_A_DAY)


def air(path: Path, target: AirTarget, clients: int, rounds: int, seed: bytes) -> Scenario:
    """The scenario of a CSV file; raises ScenarioError where it cannot be read or covers too little time.

    clients: within CLIENTS; rounds: of each model, within ROUNDS; seed: 32 bytes
    """
    try:
        table = air_quality(path, target)
    except DatasetError as error:
        raise ScenarioError(str(error)) from None
    if max(map(abs, table.targets)) > INT32_MAX:
        raise ScenarioError(f"{path}: a value of {target.value} is beyond ±32,768, which is no concentration")
    unit = unit_for(table, clients)
    learning, judging, final = _divided(table, unit)
    parties = _stations(table.subset(learning), unit, clients)
    test_sets = tuple(table.subset(judging[number::rounds]) for number in range(rounds))
    named = [(party.truth, party.name) for party in parties]
    named += [(test_set, f"the test set of round {number}") for number, test_set in enumerate(test_sets, 1)]
    for rows, name in (*named, (table.subset(final), "the final test set")):
        _check_enough(path, target, rows, name)
    gas, measuring_unit, decimals = GASES[target]
    return Scenario(
        name="air-quality",
        title=f"How much {gas} is in the air?",
        question=f"{clients} stations train together on cheap sensors",
        split=_story(table, unit, clients, test_sets, len(final)),
        nouns=("station", "stations"),
        class_names=(),
        parties=parties,
        lessons=lessons_for(table, table.subset(judging)),
        judging=test_sets,
        final=table.subset(final),
        measure=Measure("root mean squared error", measuring_unit, decimals, TARGET_FRACTIONAL_BITS),
        thresholds=THRESHOLDS,
        seed=seed,
    )


def unit_for(table: TabularTask, clients: int) -> Unit:
    """Weeks where every station gets a turn of them, else days."""
    learning, _, _ = _divided(table, WEEKS)
    weeks = {WEEKS.of(table.moments[row]) for row in learning}
    return WEEKS if len(weeks) >= TURN * clients else DAYS


def _divided(table: TabularTask, unit: Unit) -> tuple[list[int], list[int], list[int]]:
    """The rows to learn from, those to judge rounds by, and those of the final test set."""
    learning, judging, final = list[int](), list[int](), list[int]()
    for row, moment in enumerate(table.moments):
        place = unit.of(moment) % CYCLE
        rows = final if place in FINAL else judging if place in JUDGING else learning
        rows.append(row)
    return learning, judging, final


def _stations(table: TabularTask, unit: Unit, clients: int) -> tuple[Party, ...]:
    """The stations, with turns of the weeks or days that are there, so that a gap in the table leaves nobody out."""
    spans = sorted({unit.of(moment) for moment in table.moments})
    station_of = {span: place // TURN % clients for place, span in enumerate(spans)}
    parts: list[list[int]] = [[] for _ in range(clients)]
    for row, moment in enumerate(table.moments):
        parts[station_of[unit.of(moment)]].append(row)
    counts = Counter(station_of.values())
    return tuple(
        Party(f"Station {number + 1}", f"{counts[number]} {unit.name}", truth=rows, told=rows)
        for number, rows in enumerate(map(table.subset, parts))
    )


def _check_enough(path: Path, target: AirTarget, rows: TabularTask, name: str) -> None:
    if len(rows.rows) < LEAST_ROWS:
        raise ScenarioError(
            f"{path}: {name} would have {len(rows.rows)} readings, fewer than {LEAST_ROWS}: "
            "take a longer file, fewer clients or fewer rounds"
        )
    if len(set(rows.targets)) == 1:
        raise ScenarioError(f"{path}: all {target.value} values of {name} are equal, so there is nothing to predict")


def lessons_for(table: TabularTask, known: TabularTask) -> tuple[Lesson, ...]:
    """A forest and a line that tell a value from the table's features; known: rows that the office has."""
    quantiser = encode_quantiser(table.quantiser)
    forest = ForestSettings(quantiser, classes=0, trees=2, max_depth=10, min_leaf=3, features_per_split=5)
    linear = LinearSettings(quantiser, classes=0, epochs=EPOCHS, learning_rate=_safe_rate(known), l2=0)
    return (
        Lesson("forest", "federated random forest", FOREST_MERGE, forest),
        Lesson("linear", "averaged linear model", LINEAR_AVERAGING, linear),
    )


def _safe_rate(known: TabularTask) -> int:
    """The step that cannot overshoot on rows like these, which the office knows; 16 fractional bits.

    A descent diverges from 2 / the largest eigenvalue of the mean outer product of the rows on; that eigenvalue is at
    most the trace, which is the mean squared length of a row, the constant counted.
    """
    squares = sum((step - FEATURE_MIDDLE) ** 2 for row in known.rows for step in row)
    squares += len(known.rows) * FEATURE_MIDDLE**2
    return (len(known.rows) * FEATURE_MIDDLE**2 << RATE_BITS) // squares


def _story(
    table: TabularTask, unit: Unit, clients: int, test_sets: Sequence[TabularTask], final: int
) -> tuple[str, ...]:
    return (
        f"{len(table.rows):,} hours with all {len(table.feature_names)} features; {clients} stations have the device "
        f"in turn, {TURN} {unit.name} at a time.",
        f"Of every {CYCLE} {unit.name}, {len(FINAL)} are kept back: the figures here are of those {final:,} hours, "
        "which nobody on chain ever sees.",
        f"One more of {CYCLE} judges the rounds: the office commits about {len(test_sets[0].rows)} of its hours for "
        f"each of {len(test_sets)}.",
    )
