"""A run is its cell: the same rows, the same seeds, the same figures, and an attack changes nothing but itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from pallets.learning.attacks import Attack
from pallets.learning.datasets import TabularTask
from pallets.learning.metrics import MILLION
from pallets.learning.simulation import attack_runs
from pallets.learning.simulation.attack_runs import ATTACKERS, CLIENTS, ROUNDS, Cell, run_cell
from pallets.learning.simulation.backends import Backend, running_on
from pallets.learning.simulation.federation import Federation, Plan, Report
from pallets.learning.simulation.population import VirtualClient

CALM = Cell("breast_cancer", "forest", None, 0)
FLIPPED = replace(CALM, attack=Attack.LABEL_FLIP)


class Stopped(Exception):
    """Nothing was played."""


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Plan, tuple[VirtualClient, ...], list[int], int]]:
    """What runs begin with: plan, clients, rows of each test set, rows that nobody is judged by."""
    found: list[tuple[Plan, tuple[VirtualClient, ...], list[int], int]] = []

    def begin(
        plan: Plan, clients: tuple[VirtualClient, ...], judging: list[TabularTask], final: TabularTask, *_: object
    ) -> None:
        found.append((plan, clients, [len(task.rows) for task in judging], len(final.rows)))
        raise Stopped

    monkeypatch.setattr(attack_runs, "Federation", begin)
    return found


def test_everybody_has_as_many_rows_and_two_attack(
    begun: list[tuple[Plan, tuple[VirtualClient, ...], list[int], int]],
) -> None:
    for cell in (CALM, FLIPPED):
        with pytest.raises(Stopped):
            run_cell(cell)
    (plan, calm, sizes, final), (other, flipped, *_) = begun
    assert plan == other
    assert (plan.rounds, plan.seats, plan.adversaries, plan.is_sealed) == (ROUNDS, CLIENTS, len(ATTACKERS), True)
    assert len({client.samples for client in calm}) == 1
    assert [client.number for client in flipped if client.attack] == list(ATTACKERS)
    assert [(one.rows, one.labels) for one in calm] == [(one.rows, one.labels) for one in flipped]
    assert max(sizes) - min(sizes) <= 1
    assert final in (min(sizes), max(sizes))


def test_sybils_are_as_many_names_of_one_party(
    begun: list[tuple[Plan, tuple[VirtualClient, ...], list[int], int]],
) -> None:
    with pytest.raises(Stopped):
        run_cell(replace(CALM, attack=Attack.SYBILS))
    [(_, clients, *_)] = begun
    assert Counter(client.rows for client in clients)[clients[0].rows] == len(ATTACKERS)


def test_a_run_again_is_the_same_run_and_another_seed_another() -> None:
    with running_on(Backend.SEQUENTIAL, 1):
        found = run_cell(FLIPPED)
        assert run_cell(FLIPPED) == found
        assert run_cell(replace(FLIPPED, seed=1)) != found
    assert found.attackers == 0
    assert found.honest > 0
    assert found.excess <= 0


def test_who_pays_equal_parts_pays_attackers_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def play(federation: Federation) -> Report:
        report = Federation.play_round(federation)
        return Report((report,), report.accuracy_ppm, 0)

    monkeypatch.setattr(Federation, "play", play)
    with running_on(Backend.SEQUENTIAL, 1):
        found = run_cell(replace(FLIPPED, payment="equal"))
    assert abs(found.attackers - Fraction(MILLION, CLIENTS)) < 1
    assert abs(found.attackers - found.honest) < 1
