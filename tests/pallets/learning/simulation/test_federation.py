from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pallets.learning.attacks import Attack
from pallets.learning.datasets import iris
from pallets.learning.linear_model import LinearParameters
from pallets.learning.partition import equal_parts
from pallets.learning.simulation.attack_runs import everybody
from pallets.learning.simulation.backends import (
    PACKAGES,
    Backend,
    mapped,
    running_on,
)
from pallets.learning.simulation.federation import STRATEGIES, Federation, Plan, Report
from pallets.learning.simulation.population import SimulationError, population
from pallets.learning.stream import Stream

PLAN = Plan("fedavg", rounds=2, seats=7, adversaries=1, deadline_ms=10**9)


def first_seven(lots: Sequence[tuple[bytes, int]], seats: int, seed: bytes) -> list[bytes]:
    """A lottery that needs no chain."""
    return [lots[place][0] for place in Stream(seed).choice(min(seats, len(lots)), len(lots))]


def played(plan: Plan, attack: Attack | None = None, clients: int = 7, seed: bytes = b"s") -> Report:
    task = iris()
    learn, test, final, other = (task.subset(part) for part in equal_parts(len(task.rows), 4, b"split"))
    parts = equal_parts(len(learn.rows), clients, seed) if clients < 30 else tuple((i % 37, 3) for i in range(clients))
    cast = population(learn, parts, seed, (0,) if attack else (), attack)
    return Federation(plan, cast, [test, other], final, seed, first_seven).play()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_learns_and_pays_at_most_a_pot_a_round(strategy: str) -> None:
    report = played(replace(PLAN, strategy=strategy))
    assert report.rounds[0].after > report.rounds[0].before  # which is what the best constant answer gets
    assert all(sum(each.payments) in (0, PLAN.pot) for each in report.rounds)
    assert any(sum(each.payments) for each in report.rounds)


@pytest.mark.parametrize("attack", Attack)
def test_an_attack_leaves_everything_to_the_seed(attack: Attack) -> None:
    plan = replace(PLAN, strategy="forest" if attack is Attack.SEED_GRINDING else "fedavg")
    assert played(plan, attack) == played(plan, attack)


def test_any_backend_and_any_number_of_jobs_give_the_same_report() -> None:
    with running_on(Backend.SEQUENTIAL, 1):
        alone = played(PLAN)
    for backend, jobs in ((Backend.THREADING, 3), (Backend.LOKY, 2)):
        with running_on(backend, jobs):
            assert played(PLAN) == alone


@pytest.mark.extra
@pytest.mark.parametrize("backend", [Backend.DASK, Backend.RAY])
def test_a_cluster_gives_the_same_report(backend: Backend) -> None:
    pytest.importorskip(PACKAGES[backend], reason=f"palletlab[{backend.value}] has it, and is not installed")
    with running_on(backend, 2):
        assert played(PLAN) == played(PLAN)
        there = played(PLAN)
    assert there == played(PLAN)


def test_a_thousand_clients_take_turns_on_a_simulated_clock() -> None:
    report = played(replace(PLAN, deadline_ms=1500), clients=1000)
    assert [len(each.drawn) for each in report.rounds] == [7, 7]
    assert max(max(each.drawn) for each in report.rounds) > 100
    assert any(each.late for each in report.rounds)
    assert all(not set(each.late) & set(each.delivered) for each in report.rounds)
    assert report.rounds[0].ended_ms <= 1500
    assert report.rounds[0].ended_ms < report.rounds[1].ended_ms <= 3000


def test_a_thousand_clients_train_in_one_round() -> None:
    plan = replace(PLAN, rounds=1, seats=1000, descent=LinearParameters(epochs=2, learning_rate=2 << 16))
    report = played(plan, clients=1000)
    assert report.rounds[0].drawn == tuple(range(1000))
    assert len(report.rounds[0].payments) == 1000
    assert report.rounds[0].ended_ms < PLAN.deadline_ms


def test_who_flips_every_label_earns_nothing() -> None:
    report = played(replace(PLAN, rounds=1), Attack.LABEL_FLIP)
    assert report.earned([0]) == 0
    assert report.earned(range(1, 7)) == PLAN.pot


def test_what_cannot_be_played_is_refused() -> None:
    with pytest.raises(SimulationError, match="3 rounds with 2 test sets"):
        played(replace(PLAN, rounds=3))
    with pytest.raises(SimulationError, match="no strategy other"):
        played(replace(PLAN, strategy="other"))


def test_everybody_has_a_seat_and_jobs_keep_their_order() -> None:
    assert everybody([(b"a", 1), (b"b", 2)], 1, b"") == [b"a", b"b"]
    heard: list[int] = []
    assert mapped(abs, [-3, 2, -1], heard.append) == [3, 2, 1]
    assert heard == [1, 2, 3]
