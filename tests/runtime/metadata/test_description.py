"""The metadata of our pallets against that of the same pallets in a compiled Rust runtime."""

from __future__ import annotations

from typing import Final

from chain.metadata import MetadataV15, decode_metadata
from chain.metadata.portable import VariantType
from runtime.metadata import metadata_of
from tests.runtime.metadata.solochain import GOLDEN, Solochain
from tests.runtime.metadata.structure import Types, differences, pallet_parts
from tests.vectors import unhex

PALLETS: Final = ("System", "Timestamp", "Balances", "TransactionPayment", "Sudo", "Template")
EXTENSIONS: Final = 9

BY_INDEX: Final = "'U32' for ('tuple', ())"
"""`MultiAddress::Index` holds a number here, as in chains that have a registry of indices; in the template it is `()`.
No signer may use it in either."""

ALLOWED: Final = {
    "Balances.calls.force_set_balance": f"{BY_INDEX}; {BY_INDEX}",
    "Balances.calls.force_transfer": f"{BY_INDEX}; {BY_INDEX}; {BY_INDEX}; {BY_INDEX}",
    "Balances.calls.force_unreserve": f"{BY_INDEX}; {BY_INDEX}",
    "Balances.calls.transfer_all": f"{BY_INDEX}; {BY_INDEX}",
    "Balances.calls.transfer_allow_death": f"{BY_INDEX}; {BY_INDEX}",
    "Balances.calls.transfer_keep_alive": f"{BY_INDEX}; {BY_INDEX}",
    "Sudo.calls.set_key": f"{BY_INDEX}; {BY_INDEX}",
    "Sudo.calls.sudo_as": f"{BY_INDEX}; {BY_INDEX}",
    # events have no topics to be found by
    "System.storage.EventTopics": "missing",
}
"""Every difference in the six pallets, each with its reason."""


def golden() -> MetadataV15:
    metadata = decode_metadata(unhex(GOLDEN["metadata"]["V15"]))
    assert isinstance(metadata, MetadataV15)
    return metadata


def ours() -> MetadataV15:
    metadata = decode_metadata(metadata_of(Solochain(), 15) or b"")
    assert isinstance(metadata, MetadataV15)
    return metadata


def parts(metadata: MetadataV15) -> dict[str, object]:
    return {
        place: structure
        for pallet in metadata.pallets
        if pallet.name in PALLETS
        for place, structure in pallet_parts(metadata, pallet)
    }


def test_pallets_are_described_as_in_rust() -> None:
    assert differences(parts(ours()), parts(golden())) == ALLOWED


def test_extensions_are_described_as_in_rust() -> None:
    mine, theirs = ours(), golden()
    found = {each.identifier: each for each in mine.extrinsic.extensions}
    for each in theirs.extrinsic.extensions[:EXTENSIONS]:
        own = found[each.identifier]
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
