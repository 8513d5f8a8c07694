"""Fifty validators in one process, one chain, one block loop: the same in each process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chain.node.service import Node
from chain.offchain.adversary.draw import Drawn
from chain.offchain.adversary.schedule import Schedule
from chain.validity import InvalidBlock
from runtime.simulation.properties import broken
from runtime.simulation.scenario import Scenario
from runtime.simulation.simulation import Simulation
from tests.runtime.simulation.claims import CarefulRuntime, scenario

ROOT = Path(__file__).resolve().parents[3]

FIFTY = """
from chain.offchain.adversary.draw import Drawn
from runtime.simulation.verdict import play
from tests.runtime.simulation.claims import CarefulRuntime, scenario
found = play(scenario(CarefulRuntime, 50), Drawn(1))
print(found.head.hex(), found.log.hex(), found.executions, len(found.faults), found.broken)
"""


def test_fifty_validators_have_the_same_head_and_the_same_log_in_each_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", FIFTY],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    *_, executions, faults, found = told.pop().split()
    assert int(executions) > 50 * 25
    assert int(faults) > 100
    assert found == "None"


def test_every_validator_has_storage_keys_and_randomness_of_its_own() -> None:
    simulation = Simulation(scenario(CarefulRuntime, 50), Schedule())
    for each in simulation.node.workers.participants:
        each.storage.set(b"mine", each.account)
    participants = simulation.node.workers.participants
    assert [each.storage.get(b"mine") for each in participants] == [each.account for each in participants]
    assert len({each.randomness() for each in participants}) == len({id(each.keystore) for each in participants}) == 50
    again = Simulation(simulation.scenario, Schedule())
    assert all(each.storage.get(b"mine") is None for each in again.node.workers.participants)


def test_it_ends_where_the_scenario_says_so() -> None:
    class Short(Scenario):
        def is_over(self, node: Node[Any], runtime: Any) -> bool:
            number: int = runtime.system.number.get()
            assert number == node.best.number
            return number == 3

    simulation = Simulation(Short(1), Schedule())
    simulation.run()
    assert [block.number for block in simulation.blocks] == [0, 1, 2, 3]


def test_a_block_that_cannot_be_made_is_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(Scenario(1), Drawn(1))
    seal = simulation.node.seal

    def refuse() -> object:
        if simulation.node.best.number == 4:
            raise InvalidBlock("no inherent")
        return seal()

    monkeypatch.setattr(simulation.node, "seal", refuse)
    simulation.run()
    found = broken(simulation, ())
    assert found is not None
    assert (found.name, found.why) == ("blocks", "block 5 cannot be made: invalid block: no inherent")


def test_a_scenario_without_validators_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 validators, not 0"):
        Scenario(0)
