"""Hospitals, of which the last lies, and test sets that nobody trains on."""

from __future__ import annotations

from itertools import pairwise

import pytest

from node_cli.scenario.definition import Scenario, ScenarioError
from node_cli.scenario.health import CLIENTS, ROUNDS, ROWS_EACH, health
from pallets.learning.datasets import DatasetUnavailable, TabularTask
from pallets.learning.stream import seed_for


def scenario(clients: int = 5, rounds: int = 4) -> Scenario:
    return health(clients, rounds, seed_for("test", clients, rounds))


def rows_of(*tasks: TabularTask) -> list[tuple[int, ...]]:
    return [row for task in tasks for row in task.rows]


@pytest.mark.parametrize("clients", [CLIENTS.start, CLIENTS.stop - 1])
@pytest.mark.parametrize("rounds", [ROUNDS.start, ROUNDS.stop - 1])
def test_at_the_ends_of_the_ranges_everybody_has_rows_and_every_test_set_judges(clients: int, rounds: int) -> None:
    found = scenario(clients, rounds)
    assert [len(party.told.rows) for party in found.parties] == [ROWS_EACH] * clients
    assert found.rounds == rounds
    assert all(len(task.rows) >= 10 for task in (*found.judging, found.final))


def test_a_round_is_judged_by_as_many_malignant_as_benign_cases() -> None:
    assert all(task.targets.count(0) == task.targets.count(1) > 0 for task in scenario().judging)


def test_no_row_serves_two_purposes() -> None:
    found = scenario()
    rows = rows_of(*(party.truth for party in found.parties), *found.judging, found.final)
    assert len(rows) == len(set(rows))


def test_only_the_last_hospital_lies_and_about_every_label() -> None:
    *honest, liar = scenario().parties
    assert all(party.is_honest for party in honest)
    assert not liar.is_honest
    assert liar.told.rows == liar.truth.rows
    assert all(told == 1 - truth for told, truth in zip(liar.told.targets, liar.truth.targets, strict=True))


def test_the_threshold_falls() -> None:
    assert all(before > after for before, after in pairwise(scenario().thresholds))


def test_without_scikit_learn_the_scenario_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> TabularTask:
        raise DatasetUnavailable("the breast_cancer data come with scikit-learn, which is not installed")

    monkeypatch.setattr("node_cli.scenario.health.breast_cancer", unavailable)
    with pytest.raises(ScenarioError, match="scikit-learn, which is not installed"):
        scenario()
