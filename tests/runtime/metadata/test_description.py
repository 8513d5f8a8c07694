"""The metadata of our pallets against that of the same pallets in a compiled Rust runtime."""

from __future__ import annotations

from typing import Final

import pytest

from chain.metadata import MetadataV14, MetadataV15, decode_metadata
from chain.metadata.portable import VariantType
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.metadata import metadata_of
from runtime.templates.solochain import Solochain
from tests.runtime.metadata.structure import Types, differences, pallet_parts
from tests.vectors import load, unhex

GOLDEN = load("golden/golden-solochain-template-2025.json")

NUMBER_FOR_NOTHING: Final = "'U32' for ('tuple', ())"

BY_INDEX: Final = "an address by index holds a number, as in chains with a registry of indices; no signer may use it"

ALLOWED: Final = {
    "Balances.calls.force_set_balance": BY_INDEX,
    "Balances.calls.force_transfer": BY_INDEX,
    "Balances.calls.force_unreserve": BY_INDEX,
    "Balances.calls.transfer_all": BY_INDEX,
    "Balances.calls.transfer_allow_death": BY_INDEX,
    "Balances.calls.transfer_keep_alive": BY_INDEX,
    "Sudo.calls.set_key": BY_INDEX,
    "Sudo.calls.sudo_as": BY_INDEX,
}
"""Every difference in all ten pallets, with its reason."""


def golden() -> MetadataV15:
    metadata = decode_metadata(unhex(GOLDEN["metadata"]["V15"]))
    assert isinstance(metadata, MetadataV15)
    return metadata


def ours() -> MetadataV15:
    metadata = decode_metadata(metadata_of(Solochain(Overlay(Trie.empty(version=1))), 15) or b"")
    assert isinstance(metadata, MetadataV15)
    return metadata


def parts(metadata: MetadataV14 | MetadataV15) -> dict[str, object]:
    return {place: structure for pallet in metadata.pallets for place, structure in pallet_parts(metadata, pallet)}


@pytest.mark.parametrize("version", [14, 15])
def test_pallets_are_described_as_in_rust(version: int) -> None:
    mine = decode_metadata(metadata_of(Solochain(Overlay(Trie.empty(version=1))), version) or b"")
    theirs = decode_metadata(unhex(GOLDEN["metadata"][f"V{version}"]))
    assert isinstance(mine, MetadataV14 | MetadataV15)
    assert isinstance(theirs, MetadataV14 | MetadataV15)
    found = differences(parts(mine), parts(theirs))
    assert found.keys() == ALLOWED.keys()
    assert {part for text in found.values() for part in text.split("; ")} == {NUMBER_FOR_NOTHING}


def test_extensions_are_described_as_in_rust() -> None:
    mine, theirs = ours(), golden()
    for own, each in zip(mine.extrinsic.extensions, theirs.extrinsic.extensions, strict=True):
        assert own.identifier == each.identifier
        assert Types(mine).of(own.type_id) == Types(theirs).of(each.type_id)
        assert Types(mine).of(own.additional_signed) == Types(theirs).of(each.additional_signed)


def test_runtime_apis_are_described_as_in_rust() -> None:
    assert differences(methods(ours()), methods(golden())) == {}


def methods(metadata: MetadataV15) -> dict[str, object]:
    """Every method of every API, with its place among them: inputs and output."""
    types = Types(metadata)
    return {
        f"{api.name}.{method.name}": (
            place,
            tuple((each.name, types.of(each.type_id)) for each in method.inputs),
            types.of(method.output),
        )
        for api in metadata.apis
        for place, method in enumerate(api.methods)
    }


def test_eras_and_extrinsics_are_called_as_clients_expect() -> None:
    metadata = ours()
    paths = {each.path: each for each in metadata.types if each.path}
    era = paths[("sp_runtime", "generic", "era", "Era")]
    assert isinstance(era.definition, VariantType)
    assert [case.index for case in era.definition.cases] == list(range(256))
    extrinsic = paths[("sp_runtime", "generic", "unchecked_extrinsic", "UncheckedExtrinsic")]
    assert [each.name for each in extrinsic.parameters] == ["Address", "Call", "Signature", "Extra"]
    record = paths[("frame_system", "EventRecord")]
    assert [each.name for each in record.parameters] == ["E", "T"]
    outer = [metadata.types[number].path for number in outer_numbers(metadata)]
    assert outer == [("solochain_template_runtime", f"Runtime{kind}") for kind in ("Call", "Event", "Error")]


def outer_numbers(metadata: MetadataV15) -> tuple[int, int, int]:
    """The outer enums' numbers."""
    enums = metadata.outer_enums
    return enums.call, enums.event, enums.error
