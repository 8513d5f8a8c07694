"""Stations whose rows are what their trackers signed, but for the forger's."""

from __future__ import annotations

import pytest

from node_cli.scenario.definition import Party, Scenario
from node_cli.scenario.trackers import CLIENTS, FINAL_ROWS, FORGED, READINGS, ROUNDS, TEST_ROWS, readings_of, streets
from pallets.data_registry import Format
from pallets.data_registry.pebble.batch import BatchRefused, verified
from pallets.learning.stream import seed_for


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return streets(5, 4, seed_for("test"))


def batch_of(party: Party) -> tuple[bytes, bytes]:
    """The batch, and the key of the tracker."""
    assert party.provenance is not None
    assert party.provenance.tracker is not None
    return party.provenance.readings, party.provenance.tracker.key


@pytest.mark.parametrize("clients", [CLIENTS.start, CLIENTS.stop - 1])
@pytest.mark.parametrize("rounds", [ROUNDS.start, ROUNDS.stop - 1])
def test_at_the_ends_of_the_ranges_everybody_has_readings_and_every_test_set_judges(clients: int, rounds: int) -> None:
    found = streets(clients, rounds, seed_for("test", clients, rounds))
    assert [len(party.told.rows) for party in found.parties] == [READINGS] * clients
    assert [len(task.rows) for task in found.judging] == [TEST_ROWS] * rounds
    assert len(found.final.rows) == FINAL_ROWS


def test_every_reading_of_the_honest_is_signed_and_is_a_row(scenario: Scenario) -> None:
    for party in scenario.parties[:-1]:
        batch, key = batch_of(party)
        assert len(verified(Format.PEBBLE_JSON, batch, key)) == len(party.told.rows)
        assert party.told == party.truth


def test_the_forgers_signatures_are_of_other_readings(scenario: Scenario) -> None:
    forger = scenario.parties[-1]
    batch, key = batch_of(forger)
    assert (forger.is_honest, forger.tells_the_truth) == (False, False)
    with pytest.raises(BatchRefused, match="reading 0: the signature is not the device's"):
        verified(Format.PEBBLE_JSON, batch, key)
    told = [reading.gas_resistance for reading in readings_of(batch)]
    assert [float(target) for target in forger.told.targets] == pytest.approx(
        [float(FORGED) * target for target in forger.truth.targets], abs=2
    )
    assert len(told) == READINGS


def test_trackers_have_keys_of_their_own_and_no_reading_is_told_twice(scenario: Scenario) -> None:
    keys = {batch_of(party)[1] for party in scenario.parties}
    assert len(keys) == len(scenario.parties)
    tasks = [*(party.truth for party in scenario.parties), *scenario.judging, scenario.final]
    rows = [(row, target) for task in tasks for row, target in zip(task.rows, task.targets, strict=True)]
    assert len(set(rows)) == len(rows)


def test_the_same_seed_gives_the_same_bytes(scenario: Scenario) -> None:
    again = streets(5, 4, seed_for("test"))
    assert [batch_of(party) for party in again.parties] == [batch_of(party) for party in scenario.parties]
    assert again.final == scenario.final
