"""Stations that have the device in turn, and whole weeks or days to judge by."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_cli.scenario.air_quality import CYCLE, DAYS, FINAL, JUDGING, TURN, WEEKS, Unit, air
from node_cli.scenario.definition import Scenario, ScenarioError
from pallets.federated_round.settings import LinearSettings
from pallets.learning.air_quality import AirTarget
from pallets.learning.datasets import TabularTask
from pallets.learning.linear_model import FEATURE_MIDDLE, RATE_BITS
from pallets.learning.synthetic import air_quality_csv

SEED = bytes(32)
HOURS_A_WEEK = 168


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four weeks of readings."""
    path = tmp_path_factory.mktemp("readings") / "long.csv"
    path.write_text(air_quality_csv(24 * HOURS_A_WEEK, b"test"))
    return path


@pytest.fixture(scope="module")
def by_weeks(long_file: Path) -> Scenario:
    return air(long_file, AirTarget.CO, 4, 3, SEED)


@pytest.fixture(scope="module")
def by_days(long_file: Path) -> Scenario:
    return air(long_file, AirTarget.CO, 10, 3, SEED)


def places(task: TabularTask, unit: Unit) -> set[int]:
    return {unit.of(moment) % CYCLE for moment in task.moments}


@pytest.fixture(params=["by_weeks", "by_days"])
def divided(request: pytest.FixtureRequest) -> tuple[Scenario, Unit]:
    found: Scenario = request.getfixturevalue(request.param)
    return found, WEEKS if request.param == "by_weeks" else DAYS


def test_final_judging_and_learning_rows_are_of_different_weeks_or_days(divided: tuple[Scenario, Unit]) -> None:
    scenario, unit = divided
    assert places(scenario.final, unit) == FINAL
    assert set.union(*(places(task, unit) for task in scenario.judging)) == JUDGING
    assert all(places(party.told, unit).isdisjoint(FINAL | JUDGING) for party in scenario.parties)


def test_no_hour_is_lost_or_used_twice(divided: tuple[Scenario, Unit], long_file: Path) -> None:
    scenario, _ = divided
    tasks = [*(party.told for party in scenario.parties), *scenario.judging, scenario.final]
    moments = sorted(moment for task in tasks for moment in task.moments)
    assert len(set(moments)) == len(moments)
    complete = [line for line in long_file.read_text().splitlines()[1:] if line.split(",")[2] != "-200"]
    assert len(moments) == len(complete)


def test_stations_have_the_device_for_whole_turns(divided: tuple[Scenario, Unit]) -> None:
    scenario, unit = divided
    owner = {unit.of(moment): party.name for party in scenario.parties for moment in party.told.moments}
    in_order = [owner[span] for span in sorted(owner)]
    assert len(owner) == sum(len({unit.of(moment) for moment in party.told.moments}) for party in scenario.parties)
    for start in range(0, len(in_order) - TURN, TURN):
        assert len(set(in_order[start : start + TURN])) == 1
        assert in_order[start] != in_order[start + TURN]


def test_test_sets_of_rounds_are_of_equal_size(by_weeks: Scenario) -> None:
    sizes = [len(task.rows) for task in by_weeks.judging]
    assert max(sizes) - min(sizes) <= 1


def test_the_descent_cannot_overshoot_on_any_stations_rows(by_weeks: Scenario) -> None:
    settings = by_weeks.lessons[1].settings
    assert isinstance(settings, LinearSettings)
    rate = settings.learning_rate / (1 << RATE_BITS)
    for party in by_weeks.parties:
        rows = [[(step - FEATURE_MIDDLE) / FEATURE_MIDDLE for step in row] for row in party.told.rows]
        mean_squared_length = 1 + sum(value**2 for row in rows for value in row) / len(rows)
        assert rate * mean_squared_length < 2


def test_values_that_do_not_fit_are_refused(tmp_path: Path, long_file: Path) -> None:
    header, first, *_ = long_file.read_text().splitlines()
    cells = first.split(",")
    cells[2] = "40000"
    path = tmp_path / "large.csv"
    path.write_text(f"{header}\n{','.join(cells)}\n")
    with pytest.raises(ScenarioError, match="a value of CO_GT is beyond ±32,768"):
        air(path, AirTarget.CO, 2, 1, SEED)


def test_values_that_are_all_equal_are_refused(tmp_path: Path, long_file: Path) -> None:
    header, *lines = long_file.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    path = tmp_path / "equal.csv"
    path.write_text("\n".join([header, *(",".join([*row[:2], "1.5", *row[3:]]) for row in cells)]) + "\n")
    with pytest.raises(ScenarioError, match="all CO_GT values of Station 1 are equal, so there is nothing to predict"):
        air(path, AirTarget.CO, 2, 1, SEED)


def test_too_many_rounds_for_the_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text(air_quality_csv(24 * 8, b"short"))
    with pytest.raises(ScenarioError, match=r"the test set of round 1 would have \d readings, fewer than 10"):
        air(path, AirTarget.CO, 2, 12, SEED)
