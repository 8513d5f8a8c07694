"""Clients with few of some digits, the last of them an attacker, and test sets that nobody trains on."""

from __future__ import annotations

import pytest

from node_cli.scenario.conduct import SignFlip
from node_cli.scenario.definition import Scenario, ScenarioError
from node_cli.scenario.digits import AT_LEAST, CLIENTS, FINAL_ROWS, ROUNDS, ROWS_A_CLIENT, STRENGTH, TEST_ROWS, reading
from pallets.learning.datasets import DatasetUnavailable, TabularTask
from pallets.learning.stream import seed_for


def scenario(clients: int = 5, rounds: int = 4) -> Scenario:
    return reading(clients, rounds, seed_for("test", clients, rounds))


@pytest.mark.parametrize("clients", [CLIENTS.start, CLIENTS.stop - 1])
@pytest.mark.parametrize("rounds", [ROUNDS.start, ROUNDS.stop - 1])
def test_at_the_ends_of_the_ranges_everybody_has_rows_and_every_digit_judges(clients: int, rounds: int) -> None:
    found = scenario(clients, rounds)
    sizes = [len(party.told.rows) for party in found.parties]
    assert (sum(sizes), min(sizes) >= AT_LEAST) == (clients * ROWS_A_CLIENT, True)
    assert [len(task.rows) for task in found.judging] == [TEST_ROWS] * rounds
    assert all({task.targets.count(digit) for digit in range(10)} == {TEST_ROWS // 10} for task in found.judging)
    assert len(found.final.rows) == FINAL_ROWS


def test_no_picture_serves_two_purposes() -> None:
    found = scenario()
    tasks = [*(party.truth for party in found.parties), *found.judging, found.final]
    rows = [row for task in tasks for row in task.rows]
    assert len(rows) == len(set(rows))


def test_clients_have_different_shares_of_the_digits() -> None:
    mixes = {tuple(party.truth.targets.count(digit) for digit in range(10)) for party in scenario().parties}
    assert len(mixes) == 5


def test_the_last_client_attacks_with_true_rows() -> None:
    *honest, attacker = scenario().parties
    assert all(party.is_honest and party.conduct is None for party in honest)
    assert (attacker.is_honest, attacker.tells_the_truth, attacker.conduct) == (False, True, SignFlip(STRENGTH))


def test_without_scikit_learn_the_scenario_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> TabularTask:
        raise DatasetUnavailable("the digits data come with scikit-learn, which is not installed")

    monkeypatch.setattr("node_cli.scenario.digits.digits", unavailable)
    with pytest.raises(ScenarioError, match="scikit-learn, which is not installed"):
        scenario()
