"""Only rows that a panel confirmed, and their owner permitted, are trained on."""

from __future__ import annotations

from node_cli.scenario.registration import confirmed_data_set, data_set_of, purpose_of
from node_cli.scenario.telling import Run
from pallets.data_registry import Format, Status
from pallets.federated_round.events import Enrolled
from tests.node_cli.scenario.happenings import events_of


def test_every_tracker_is_registered_with_its_key(couriers: Run) -> None:
    registry, stage = couriers.stage.runtime.data_registry, couriers.stage
    for party, player in zip(stage.scenario.parties, stage.cast.parties, strict=True):
        assert party.provenance is not None
        tracker = party.provenance.tracker
        assert tracker is not None
        device = registry.devices.get(tracker.device)
        assert device is not None
        assert (device.owner, device.key, device.data_sets) == (player.account, tracker.key, 1)


def test_rounds_and_registry_name_the_readings_by_one_root(couriers: Run) -> None:
    registry = couriers.stage.runtime.data_registry
    for player in couriers.stage.cast.parties:
        number = data_set_of(couriers.stage.runtime, player)
        assert number is not None
        found = registry.data_sets.get(number)
        assert found is not None
        assert found.description.format is Format.PEBBLE_JSON
        assert player.operator.data is not None
        assert player.operator.data.source == couriers.stage.node.content.get(found.description.artifact.cid.decode())


def test_the_forgers_batch_is_refuted_and_nobody_may_use_it(couriers: Run) -> None:
    runtime, cast = couriers.stage.runtime, couriers.stage.cast
    *honest, forger = cast.parties
    purpose = purpose_of(couriers.stage)
    assert all(confirmed_data_set(runtime, player) is not None for player in honest)
    assert confirmed_data_set(runtime, forger) is None
    number = data_set_of(runtime, forger)
    assert number is not None
    assert runtime.data_registry.data_set(number).status is Status.REFUTED
    may_train = {}
    for player in cast.parties:
        assert player.operator.data is not None
        root = player.operator.data.root
        may_train[player.name] = runtime.data_registry.permits_use(root, player.account, purpose)
    assert may_train == {player.name: player is not forger for player in cast.parties}


def test_the_forger_never_enrols(couriers: Run) -> None:
    *honest, forger = couriers.stage.cast.parties
    enrolled = {event.who for event in events_of(couriers, Enrolled) if event.samples}
    assert enrolled == {player.account for player in honest}
    assert forger.account not in enrolled


def test_what_came_of_it_is_told_by_data_set(couriers: Run) -> None:
    exhibit = next(each for each in couriers.outcome.exhibits if each.name == "data")
    (sheet,) = exhibit.sheets
    assert exhibit.name == "data"
    assert [row[0] for row in sheet.rows] == [party.name for party in couriers.stage.scenario.parties]
    assert [row[3:] for row in sheet.rows] == [
        *[("confirmed", "for the purpose", "")] * 3,
        ("refuted", "none", "100.00"),
    ]
    assert (exhibit.facts["confirmed"], exhibit.facts["refuted"]) == (3, ["Station 4"])
