"""The workers of federated rounds survive schedules of all kinds, whatever becomes of their rounds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from chain.node.service import Node
from chain.offchain.adversary.draw import Drawn, Rates
from chain.offchain.adversary.fault import OF_CHAIN, TIMED, WITHOUT_AT, Fault, FaultKind, Place, chain_place
from chain.offchain.adversary.schedule import Schedule
from pallets.federated_round import Outcome, Phase, Reason, Terms
from pallets.federated_round.audit import Evidence, audit_work
from pallets.federated_round.events import RoundEnded, Settled
from runtime.simulation.federated_rounds import TERMS, FederatedRounds
from runtime.simulation.properties import broken
from runtime.simulation.simulation import Simulation
from tests.effort import EFFORT


@pytest.fixture(scope="module")
def rounds() -> FederatedRounds:
    return FederatedRounds(8)


def played(scenario: FederatedRounds, faults: Schedule | Drawn) -> Simulation:
    simulation = Simulation(scenario, faults)
    simulation.run()
    assert broken(simulation, scenario.properties) is None
    return simulation


def outcomes(simulation: Simulation) -> list[Outcome]:
    return [each.event.outcome for each in simulation.events if isinstance(each.event, RoundEnded)]


def absent(simulation: Simulation) -> int:
    return sum(isinstance(each.event, Settled) and each.event.reason is Reason.ABSENT for each in simulation.events)


def test_without_faults_every_round_is_published(rounds: FederatedRounds) -> None:
    simulation = played(rounds, Schedule())
    assert outcomes(simulation) == [Outcome.PUBLISHED] * rounds.rounds
    assert absent(simulation) == 0


@pytest.mark.parametrize("rate", [20, 100, 300])
def test_at_any_rate_rounds_end_in_time_and_nobody_honest_is_guilty(rounds: FederatedRounds, rate: int) -> None:
    rates = Rates(delay=rate, loss=rate, duplicate=rate, reorder=rate, crash=rate, stale=rate)
    found = Counter(outcome for seed in range(2) for outcome in outcomes(played(rounds, Drawn(seed, rates, calls=8))))
    assert sum(found.values()) >= 2
    if rate == 20:
        assert found[Outcome.PUBLISHED] > 2


class StandingRounds(FederatedRounds):
    """Everybody stands for the task, which has no phase to enrol in; the owner waits until enough do."""

    @property
    def terms(self) -> Terms:
        return replace(super().terms, schedule=replace(super().terms.schedule, enrol=0))

    def act(self, node: Node[Any], runtime: Any) -> None:
        rounds = runtime.federated_round
        if rounds.tasks.get(0) is None or rounds.standing_count.get(0) == len(self.keys) - 1:
            super().act(node, runtime)


@pytest.mark.parametrize("rate", [0, 100])
def test_rounds_that_all_stand_for_end_in_time_and_nobody_honest_is_guilty(rate: int) -> None:
    rates = Rates(delay=rate, loss=rate, duplicate=rate, reorder=rate, crash=rate, stale=rate)
    simulation = played(StandingRounds(8), Drawn(3, rates, calls=8))
    assert Outcome.PUBLISHED in outcomes(simulation)
    assert Outcome.TOO_FEW_ENROLLED not in outcomes(simulation)
    assert rate or outcomes(simulation) == [Outcome.PUBLISHED] * 2


class OneRound(FederatedRounds):
    rounds = 1


@pytest.fixture(scope="module")
def plain() -> Simulation:
    """One round without faults."""
    return played(OneRound(8), Schedule())


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("position", [7, 20])  # after enrolment, which decides who is drawn: an update, a verdict
def test_one_fault_makes_nobody_absent(plain: Simulation, kind: FaultKind, position: int) -> None:
    act = [each for each in plain.adversary.log if each.submitted][position]
    at = {FaultKind.CRASH: act.host_calls, FaultKind.PARTITION: 4}.get(kind, 0 if kind in WITHOUT_AT else 1)
    place = chain_place(act.place.block) if kind in OF_CHAIN else act.place
    fault = Fault(kind, place, at, 3 if kind in TIMED else 0)
    simulation = Simulation(plain.scenario, Schedule([fault]))
    simulation.run()
    assert simulation.adversary.happened == [fault]
    assert absent(simulation) == 0
    assert outcomes(simulation) == [Outcome.PUBLISHED]


def test_a_model_that_was_sealed_on_the_losing_branch_is_not_revealed_on_the_other(rounds: FederatedRounds) -> None:
    """Validator 2 reveals late; validator 7, cut off, joins two updates where all others join three."""
    worker = "FederatedRound"
    simulation = Simulation(
        rounds,
        Schedule(
            [
                Fault(FaultKind.CRASH, Place(7, 3, worker), 1),
                Fault(FaultKind.RUN_LOST, Place(9, 2, worker)),
                Fault(FaultKind.RUN_PAUSED, Place(10, 2, worker), 1, 4),
                Fault(FaultKind.PARTITION, chain_place(14), 1, 2),
            ]
        ),
    )
    simulation.run()
    cut_off = rounds.keys[7].account
    events = [each.event for each in simulation.events if isinstance(each.event, Settled)]
    settled = [event for event in events if event.who == cut_off]
    assert [event.reason for event in settled if event.round == 0] == [Reason.ABSENT, Reason.AGREED]
    assert {event.reason for event in settled if event.round} == {Reason.AGREED}
    assert broken(simulation, rounds.properties) is None


class WithoutSeals(OneRound):
    """One aggregator and one validator state what they find, and clients their updates."""

    @property
    def terms(self) -> Terms:
        return replace(TERMS, unsealed_updates=True, seats=replace(TERMS.seats, aggregators=1, validators=1))


@pytest.mark.parametrize("seed", range(16, 16 + 4 * EFFORT))  # of 18 an aggregator states its model on two branches
def test_without_seals_no_branch_comes_to_a_model_of_anothers_updates(seed: int) -> None:
    rates = Rates(delay=60, loss=30, duplicate=0, reorder=60, crash=60, stale=60, fork=100, partition=250)
    simulation = played(WithoutSeals(8), Drawn(seed, rates, calls=8))
    rounds = simulation.node.runtime_at().federated_round
    assert len(outcomes(simulation)) == 1
    evidence = Evidence(rounds, 0, 0, rounds.task(0), Phase.REVEAL_EVALUATIONS, simulation.node.content.get)
    assert audit_work(evidence) == []
