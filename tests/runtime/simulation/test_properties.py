"""Each property can fail: what breaks it is seen, and said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chain.block import Block
from chain.offchain.adversary.schedule import Schedule
from chain.primitives import Hash
from pallets.federated_round import Outcome, Reason, Role
from pallets.federated_round.events import RoundEnded, Settled
from runtime.simulation import properties, round_properties
from runtime.simulation.federated_rounds import REWARD, FederatedRounds
from runtime.simulation.properties import ISSUANCE, KNOWN, STANDARD, Broken, Property, broken
from runtime.simulation.scenario import Scenario
from runtime.simulation.simulation import Happened, Simulation
from tests.runtime.simulation.claims import CarefulRuntime, Claims, scenario


@pytest.fixture
def simulation() -> Simulation:
    """Two validators that claimed wages."""
    eight = Scenario(2, CarefulRuntime)
    eight.blocks = 8
    found = Simulation(eight, Schedule())
    found.run()
    assert broken(found, (*STANDARD, ISSUANCE)) is None
    return found


@pytest.fixture(scope="module")
def rounds() -> Simulation:
    """Two rounds that were played."""
    found = Simulation(FederatedRounds(8), Schedule())
    found.run()
    assert broken(found, found.scenario.properties) is None
    return found


class Changed:
    """A simulation with other events."""

    def __init__(self, simulation: Simulation, *events: Happened) -> None:
        self.events = events
        self.node = simulation.node

    def why(self, check: Any) -> str:
        found = check(self)
        assert isinstance(found, str)
        return found


def test_the_first_that_does_not_hold_is_told(simulation: Simulation) -> None:
    odd, other = Property("odd", lambda _: None), Property("even", lambda found: f"{found.node.best.number} is even")
    assert broken(simulation, (odd, other, other)) == Broken("even", "8 is even")
    assert set(KNOWN) == {"blocks", "states", "workers", "issuance"}


def test_a_block_that_another_node_refuses_is_found(simulation: Simulation) -> None:
    block = simulation.blocks[3]
    wrong = Block(replace(block.header, state_root=Hash(bytes(32))), block.block.extrinsics)
    simulation.blocks = (*simulation.blocks[:3], replace(block, block=wrong))
    why = properties.blocks_execute_again(simulation)
    assert why is not None
    assert why.startswith("block 3 is refused by another node: ")


def test_unsound_storage_is_found(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Claims, "unsound_at", 6)
    why = properties.states_are_sound(simulation)
    assert why is not None
    assert why.startswith("block 6: ")
    assert "the test wants it" in why


def test_a_worker_that_fails_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_self: Claims, now: int, _node: object) -> None:
        if now == 4:
            raise ZeroDivisionError("no wages")

    monkeypatch.setattr(Claims, "work", failing)
    found = Simulation(scenario(CarefulRuntime, 2), Schedule())
    found.run()
    assert properties.workers_end_well(found) == "block 4, validator 0, Claims: ZeroDivisionError: no wages"


def test_tokens_from_nowhere_are_found(simulation: Simulation) -> None:
    simulation.events = ()
    why = properties.issuance_is_conserved(simulation)
    assert why is not None
    assert why.endswith("and 0 of fees")


def settled(number: int, **changes: Any) -> Happened:
    event = Settled(0, number, FederatedRounds(8).accounts[1], Role.CLIENT, Reason.CONTRIBUTED, 5, 0)
    return Happened(9, replace(event, **changes))


def test_who_is_settled_with_twice_or_paid_too_much_is_found(rounds: Simulation) -> None:
    check = round_properties.nobody_is_paid_twice
    assert "is settled with 2 times" in Changed(rounds, settled(0), settled(0)).why(check)
    assert "pays" in Changed(rounds, settled(0, paid=REWARD + 1)).why(check)
    assert "was given 0, paid 5" in Changed(rounds, settled(0)).why(check)


def test_who_is_guilty_is_found(rounds: Simulation) -> None:
    check = round_properties.nobody_honest_is_guilty
    assert "is dissented" in Changed(rounds, settled(0, reason=Reason.DISSENTED)).why(check)
    assert check(rounds) is None


def test_a_round_that_ends_late_or_twice_is_found(rounds: Simulation) -> None:
    check = round_properties.rounds_end_in_time
    started = next(each for each in rounds.events if type(each.event).__name__ == "RoundStarted")
    ended = Happened(9, RoundEnded(0, 0, Outcome.PUBLISHED, None))
    assert "ended in two blocks" in Changed(rounds, started, ended, ended).why(check)
    assert "are all that it may" in Changed(rounds, started, replace(ended, number=99)).why(check)
    assert "are all that it may" in Changed(rounds, replace(started, number=-50)).why(check)
