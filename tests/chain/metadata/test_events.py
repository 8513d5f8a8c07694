"""Events and results of real runtimes, decoded by their metadata."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto.ss58 import AddressError, account_of
from chain.extrinsic import without_length_prefix
from chain.metadata import Event, Metadata, MetadataError
from chain.metadata.events import event_of, record_of
from chain.metadata.measure import inner_types
from chain.metadata.portable import SequenceType
from tests.chain.metadata.neutral import from_neutral, to_neutral
from tests.chain.metadata.samples import metadata_of, sample
from tests.vectors import files_of, load, unhex

EXECUTION = [
    pytest.param(load(name)["about"]["metadata"], scenario, id=scenario["id"])
    for name in files_of("execution")
    for scenario in load(name)["vectors"]
]
RECORDED = [
    pytest.param(name, version, id=f"{load(name)['runtime']} {version}")
    for name in files_of("golden")
    for version in sorted(load(name)["metadata"].keys() & {"V14", "V15"})
]


def record_type(metadata: Metadata) -> int:
    """The type of one record of System.Events."""
    definition = metadata.registry.definition(metadata.storage.item("System", "Events").value_type)
    while not isinstance(definition, SequenceType):
        [inner] = inner_types(definition)
        definition = metadata.registry.definition(inner)
    return definition.item


@pytest.mark.parametrize(("path", "scenario"), EXECUTION)
def test_the_events_of_a_block_are_those_that_others_decoded(path: str, scenario: dict[str, Any]) -> None:
    metadata, data = metadata_of(path), unhex(scenario["final_events_raw"])
    type_id = record_type(metadata)
    expected = [record for step in scenario["steps"] for record in step["events"]]

    events = metadata.events.decode(data)

    records = [to_neutral(metadata.registry, type_id, record_of(event)) for event in events]
    assert [record for record in records if "ApplyExtrinsic" in record["phase"]] == expected
    assert metadata.events.encode(events) == data


@pytest.mark.parametrize(("path", "scenario"), EXECUTION)
def test_neutral_records_encode_to_what_they_decode_from(path: str, scenario: dict[str, Any]) -> None:
    metadata = metadata_of(path)
    codec = metadata.codecs[record_type(metadata)]
    for step in scenario["steps"]:
        for record in step["events"]:
            value = from_neutral(metadata.registry, codec.type_id, record)
            assert codec.decode(codec.encode(value)) == value


@pytest.mark.parametrize(("path", "scenario"), EXECUTION)
def test_extrinsics_results_and_storage_changes_decode_and_encode_back(path: str, scenario: dict[str, Any]) -> None:
    metadata = metadata_of(path)
    [dispatch_error] = metadata.registry.named("sp_runtime", "DispatchError")
    changes = [change for step in scenario["steps"] for change in step["diff"]]
    for step in scenario["steps"]:
        data = without_length_prefix(unhex(step["extrinsic"]))
        assert metadata.extrinsics.encode(metadata.extrinsics.decode(data)) == data
        outcome, result = step["outcome"].get("dispatch_error"), unhex(step["result"])
        if outcome:
            error = metadata.codecs[dispatch_error].decode(result[2:])
            assert error == ("BadOrigin" if outcome == {"BadOrigin": None} else outcome)
            if "Module" in outcome:
                named = metadata.module_error(outcome["Module"]["index"], outcome["Module"]["error"])
                assert metadata.pallet(named.pallet).index == outcome["Module"]["index"]
    for key, value in scenario["init_diff"] + scenario["pre"] + changes:
        item = metadata.storage.find(unhex(key))
        if item is not None and value is not None:
            decoded = metadata.storage.decode(item.pallet, item.name, unhex(value))
            assert metadata.storage.encode(item.pallet, item.name, decoded) == unhex(value)


@pytest.mark.parametrize(("name", "version"), RECORDED)
def test_recorded_blocks_have_the_events_that_another_library_read(name: str, version: str) -> None:
    chain = load(name)
    metadata = sample(f"{chain['runtime']} {version}")
    for block in chain["blocks"]:
        data = unhex(block["eventsScale"])

        events = metadata.events.decode(data)

        assert metadata.events.encode(events) == data
        assert len(events) == len(block["events"])
        for event, theirs in zip(events, block["events"], strict=True):
            assert (event.pallet, event.name) == (theirs["module_id"], theirs["event_id"])
            assert as_theirs(event.fields) == as_bytes(theirs["attributes"])


@pytest.mark.parametrize("name", files_of("golden"))
def test_recorded_results_are_values_of_the_runtime_apis_types(name: str) -> None:
    chain = load(name)
    if "V15" not in chain["metadata"]:
        return
    metadata = sample(f"{chain['runtime']} V15")
    outputs = {(api.name, method.name): method.output for api in metadata.view.apis for method in api.methods}
    kinds = {
        "applyResult": ("BlockBuilder", "apply_extrinsic"),
        "validate": ("TaggedTransactionQueue", "validate_transaction"),
        "queryInfo": ("TransactionPaymentApi", "query_info"),
    }
    for step in (step for block in chain["blocks"] for step in block["steps"]):
        for kind, method in kinds.items():
            if step.get(kind):
                codec = metadata.codecs[outputs[method]]
                assert codec.encode(codec.decode(unhex(step[kind]))) == unhex(step[kind])
    version = metadata.codecs[outputs["Core", "version"]].decode(unhex(chain["runtimeVersionScale"]))
    assert version["spec_version"] == chain["specVersion"]


def as_theirs(value: Any) -> Any:
    """The value with lists for tuples."""
    if isinstance(value, dict):
        return {name: as_theirs(each) for name, each in value.items()}
    return [as_theirs(each) for each in value] if isinstance(value, list | tuple) else value


def as_bytes(value: Any) -> Any:
    """The other library's value, with bytes for hex and addresses, and nothing as ours."""
    if isinstance(value, dict):
        return {name: as_bytes(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_bytes(each) for each in value] or None
    if isinstance(value, str):
        try:
            return unhex(value) if value.startswith("0x") else account_of(value)
        except AddressError:
            return value
    return value


def test_an_event_without_fields_is_its_name() -> None:
    record = {"phase": "Finalization", "event": {"System": "CodeUpdated"}, "topics": [bytes(32)]}

    event = event_of(record)

    assert event == Event("Finalization", "System", "CodeUpdated", None, (bytes(32),))
    assert record_of(event) == record


def test_a_value_of_another_form_is_no_event() -> None:
    for record in ({"phase": 1}, {"event": 5}, {"event": {"A": {"B": 1, "C": 2}}, "phase": 1, "topics": []}):
        with pytest.raises(MetadataError, match="its values are not records of phase, event and topics"):
            event_of(record)
