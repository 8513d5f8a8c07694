"""Measuring stations that learn to tell a gas concentration from cheap sensors, out of one table of hourly readings.

One device, moved from station to station: each has it for three weeks at a time. Whole weeks are kept back to judge
by, so that no model is asked about an hour next to one that it has learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from node_cli.scenario.definition import Lesson, Measure, Party, Scenario, ScenarioError
from pallets.federated_round.settings import ForestSettings, LinearSettings
from pallets.learning.air_quality import AirTarget, air_quality
from pallets.learning.datasets import DatasetError, TabularTask
from pallets.learning.fixed_point import INT32_MAX, TARGET_FRACTIONAL_BITS
from pallets.learning.partition import EPOCH_WEEKDAY, HOURS_A_DAY, HOURS_A_WEEK
from pallets.learning.quantise import encode_quantiser
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING

CLIENTS = range(2, 11)
ROUNDS = range(1, 13)

TURN_WEEKS = 3
"""For which a station has the device."""

CYCLE_WEEKS = 8
FINAL_WEEKS = frozenset({3, 7})
"""Of every eight weeks, counted from 0, those that nobody on chain ever sees: every fourth."""

JUDGING_WEEKS = frozenset({5})
"""Of every eight weeks, those whose hours judge the rounds, dealt to them in turn."""

LEAST_ROWS = 20
"""In a station, and in a test set: with fewer there is nothing to learn, and nothing to judge by."""

GASES = {
    AirTarget.CO: ("carbon monoxide", "mg/m³", 3),
    AirTarget.NO2: ("nitrogen dioxide", "µg/m³", 2),
}
"""What each target is called, its unit, and the decimals worth showing."""


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
    learning, judging, final = _weeks(table)
    parties = _stations(table.subset(learning), clients)
    test_sets = tuple(table.subset(judging[number::rounds]) for number in range(rounds))
    for rows, where in (
        *((party.truth, party.name) for party in parties),
        *((test_set, f"the test set of round {number}") for number, test_set in enumerate(test_sets, 1)),
        (table.subset(final), "the final test set"),
    ):
        _check_enough(path, target, rows, where)
    gas, unit, decimals = GASES[target]
    return Scenario(
        name="air-quality",
        title=f"How much {gas} is in the air?",
        question=f"{clients} stations train together on cheap sensors",
        split=_story(table, parties, len(test_sets[0].rows), rounds, len(final)),
        nouns=("station", "stations"),
        class_names=(),
        parties=parties,
        lessons=_lessons(table),
        judging=test_sets,
        final=table.subset(final),
        measure=Measure("root mean squared error", unit, decimals, TARGET_FRACTIONAL_BITS),
        thresholds=(20_000, 1_000),
        seed=seed,
    )


def week_of(moment: int) -> int:
    """The week of an hour since 1970; weeks begin on Monday."""
    return (moment + EPOCH_WEEKDAY * HOURS_A_DAY) // HOURS_A_WEEK


def _weeks(table: TabularTask) -> tuple[list[int], list[int], list[int]]:
    """The rows to learn from, those to judge rounds by, and those of the final test set."""
    learning, judging, final = list[int](), list[int](), list[int]()
    for row, moment in enumerate(table.moments):
        place = week_of(moment) % CYCLE_WEEKS
        rows = final if place in FINAL_WEEKS else judging if place in JUDGING_WEEKS else learning
        rows.append(row)
    return learning, judging, final


def _stations(table: TabularTask, clients: int) -> tuple[Party, ...]:
    """The stations with their weeks: turns of weeks that are there, so that gaps in the table leave nobody out."""
    weeks = sorted({week_of(moment) for moment in table.moments})
    station_of = {week: place // TURN_WEEKS % clients for place, week in enumerate(weeks)}
    parts: list[list[int]] = [[] for _ in range(clients)]
    for row, moment in enumerate(table.moments):
        parts[station_of[week_of(moment)]].append(row)
    counts = [sum(1 for week in weeks if station_of[week] == station) for station in range(clients)]
    return tuple(
        Party(f"Station {number}", f"{count} weeks", truth=rows, told=rows)
        for number, (count, rows) in enumerate(zip(counts, map(table.subset, parts), strict=True), 1)
    )


def _check_enough(path: Path, target: AirTarget, rows: TabularTask, where: str) -> None:
    if len(rows.rows) < LEAST_ROWS:
        raise ScenarioError(
            f"{path}: {where} would have {len(rows.rows)} readings, fewer than {LEAST_ROWS}: "
            "take a longer file, fewer clients or fewer rounds"
        )
    if len(set(rows.targets)) == 1:
        raise ScenarioError(f"{path}: all {target.value} values of {where} are equal, so there is nothing to predict")


def _lessons(table: TabularTask) -> tuple[Lesson, ...]:
    quantiser = encode_quantiser(table.quantiser)
    forest = ForestSettings(quantiser, classes=0, trees=2, max_depth=10, min_leaf=3, features_per_split=5)
    linear = LinearSettings(quantiser, classes=0, epochs=400, learning_rate=1 << 16, l2=0)
    return (
        Lesson("forest", "federated random forest", FOREST_MERGE, forest),
        Lesson("linear", "averaged linear model", LINEAR_AVERAGING, linear),
    )


def _story(table: TabularTask, parties: Sequence[Party], each: int, rounds: int, final: int) -> tuple[str, ...]:
    return (
        f"{len(table.rows)} hours with all {len(table.feature_names)} features; {len(parties)} stations have the "
        f"device in turn, {TURN_WEEKS} weeks at a time.",
        f"Of every {CYCLE_WEEKS} weeks, {len(FINAL_WEEKS)} are kept back: the figures here are of those {final} hours, "
        "which nobody on chain ever sees.",
        f"One more week in {CYCLE_WEEKS} judges the rounds: the office commits {each} hours for each of {rounds}.",
    )
