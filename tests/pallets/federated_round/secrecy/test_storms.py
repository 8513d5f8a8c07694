"""Hidden rounds under schedules of faults: they end in time, money is conserved, and nobody honest is guilty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.offchain.adversary.draw import Drawn, Rates
from chain.offchain.adversary.schedule import Schedule
from pallets.federated_round import Outcome, Terms
from pallets.federated_round.events import RoundEnded
from pallets.federated_round.secrecy.choice import Full
from runtime.simulation.federated_rounds import FederatedRounds
from runtime.simulation.properties import broken
from runtime.simulation.simulation import Simulation
from tests.effort import EFFORT
from tests.pallets.federated_round.secrecy.hidden_play import EXACT


class HiddenRounds(FederatedRounds):
    """The same with all updates in one sum."""

    rounds = 1

    @property
    def terms(self) -> Terms:
        terms = super().terms
        seats = replace(terms.seats, clients=4, minimum_clients=2)
        return replace(terms, secrecy=Full(replace(EXACT, blocks=6)), max_samples=100, seats=seats)


@pytest.fixture(scope="module")
def scenario() -> HiddenRounds:
    return HiddenRounds(9)


def outcomes(scenario: HiddenRounds, faults: Schedule | Drawn) -> list[Outcome]:
    simulation = Simulation(scenario, faults)
    simulation.run()
    assert broken(simulation, scenario.properties) is None
    return [each.event.outcome for each in simulation.events if isinstance(each.event, RoundEnded)]


def test_without_faults_a_hidden_round_is_published(scenario: HiddenRounds) -> None:
    assert outcomes(scenario, Schedule()) == [Outcome.PUBLISHED]


def test_under_faults_hidden_rounds_end_in_time_and_nobody_honest_is_guilty(scenario: HiddenRounds) -> None:
    rates = Rates(delay=60, loss=60, duplicate=60, reorder=60, crash=60, stale=60, interleave=60, fork=60, partition=60)
    for seed in range(EFFORT):
        assert len(outcomes(scenario, Drawn(seed, rates, calls=8))) <= scenario.rounds
