"""V16: real V15 in its records, with what only V16 has added by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.metadata import (
    Call,
    DecodedExtrinsic,
    Metadata,
    MetadataError,
    MetadataV16,
    encode_metadata,
    metadata_digest,
)
from chain.metadata.upgrade import api_upgraded, extrinsic_upgraded, pallet_upgraded
from chain.metadata.v14 import MetadataV14
from chain.metadata.v15 import FunctionParameter, MetadataV15
from chain.metadata.v16 import (
    AssociatedType,
    Deprecated,
    EnumReference,
    NotDeprecated,
    TransactionExtension,
    VariantDeprecated,
    VariantDeprecatedWithoutNote,
    ViewFunction,
)
from chain.scale import DecodeError
from tests.chain.metadata.samples import SAMPLES, sample
from tests.chain.metadata.test_unify import table_of

RUNTIME = "solochain-template-2025"
REMARK = Call("System", "remark", {"remark": b"hello"})

pytestmark = pytest.mark.skipif(not SAMPLES, reason="vector files are not beside this checkout")


def upgraded() -> MetadataV16:
    """The V15 of a real runtime in the records of V16."""
    metadata = sample(f"{RUNTIME} V15")
    records = metadata.records
    assert isinstance(records, MetadataV15)
    return MetadataV16(
        types=records.types,
        pallets=tuple(pallet_upgraded(pallet) for pallet in records.pallets),
        extrinsic=extrinsic_upgraded(records.extrinsic, metadata.registry),
        apis=tuple(api_upgraded(api) for api in records.apis),
        outer_enums=records.outer_enums,
        custom=records.custom,
    )


def with_system(**changes: object) -> MetadataV16:
    """V16, whose first pallet is changed."""
    records = upgraded()
    system = replace(records.pallets[0], **changes)  # type: ignore[arg-type]  # names and types as the caller has them
    return replace(records, pallets=(system, *records.pallets[1:]))


def test_what_both_versions_have_reads_the_same() -> None:
    older, newer = sample(f"{RUNTIME} V15"), Metadata.decode(encode_metadata(upgraded()))

    old_table, new_table = table_of(older), table_of(newer)
    extrinsic = new_table["extrinsic"]
    assert new_table["pallets"] == old_table["pallets"]
    assert new_table["apis"] == old_table["apis"]
    assert new_table["outer_enums"] == old_table["outer_enums"]
    assert (new_table["version"], extrinsic.pop("extra")) == (16, None)
    assert extrinsic == {name: each for name, each in old_table["extrinsic"].items() if name != "extra"}
    arguments = (100, "solochain-template-runtime", 42, 12, "UNIT")
    assert metadata_digest(newer, *arguments) == metadata_digest(older, *arguments)
    assert newer.view.runtime_type is None
    assert {api.version for api in newer.view.apis} == {0}
    assert {api.version for api in older.view.apis} == {None}


def test_associated_types_view_functions_and_deprecations_come_back() -> None:
    associated = (AssociatedType("Nonce", 4, ("How accounts count.",)),)
    function = ViewFunction(bytes(range(32)), "now", (FunctionParameter("at", 4),), 4, (), Deprecated("slow", "2.0"))
    calls = EnumReference(
        upgraded().pallets[0].calls.type_id,  # type: ignore[union-attr]  # System has calls
        {0: VariantDeprecatedWithoutNote(), 1: VariantDeprecated("use another", None)},
    )
    records = with_system(associated_types=associated, view_functions=(function,), calls=calls)

    system = Metadata.decode(encode_metadata(records)).pallet("System")

    assert (system.associated_types, system.view_functions) == (associated, (function,))
    assert system.calls is not None
    assert system.calls.deprecations == calls.deprecations
    assert system.deprecation == NotDeprecated()


def test_each_version_of_a_general_extrinsic_has_its_own_extensions() -> None:
    records = upgraded()
    nonce = next(place for place, each in enumerate(records.extrinsic.extensions) if each.identifier == "CheckNonce")
    sets = {**records.extrinsic.extensions_by_version, 7: (nonce,)}
    metadata = Metadata(replace(records, extrinsic=replace(records.extrinsic, extensions_by_version=sets)))
    extrinsic = DecodedExtrinsic(5, REMARK, None, {"CheckNonce": 3}, 7)

    data = metadata.extrinsics.encode(extrinsic)

    assert data == b"\x45\x07\x0c" + metadata.calls.encode_call(REMARK)
    assert metadata.extrinsics.decode(data) == extrinsic
    with pytest.raises(DecodeError, match="no set of extensions 8"):
        metadata.extrinsics.decode(b"\x45\x08" + data[2:])


def test_parts_that_refer_to_no_type_are_refused_by_name() -> None:
    records, count = upgraded(), len(upgraded().types)
    pallet, extrinsic = records.pallets[0], records.extrinsic
    assert pallet.storage is not None
    nothing, constant = EnumReference(count, {}), replace(pallet.constants[0], type_id=count)
    changed = {
        "the calls of System": with_system(calls=nothing),
        "the events of System": with_system(event=nothing),
        "the errors of System": with_system(error=nothing),
        "constant System.BlockWeights": with_system(constants=(constant,)),
        "System::Nonce": with_system(associated_types=(AssociatedType("Nonce", count),)),
        "System::now": with_system(view_functions=(ViewFunction(bytes(32), "now", (), count),)),
        "the extrinsic's call": replace(records, extrinsic=replace(extrinsic, call=count)),
        "extension New": replace(
            records, extrinsic=replace(extrinsic, extensions=(TransactionExtension("New", count, 0),))
        ),
        "the outer error": replace(records, outer_enums=replace(records.outer_enums, error=count)),
    }
    for what, broken in changed.items():
        with pytest.raises(MetadataError) as refused:
            Metadata(broken)
        assert str(refused.value) == f"{what}: it refers to type {count}, and there are {count}"


def test_names_that_two_parts_have_are_refused() -> None:
    records = upgraded()
    first, *others = records.pallets
    twice = {
        "pallets: two of them have the same name": (first, replace(first, index=99)),
        "pallets: two of them have the same index": (first, replace(others[0], index=first.index)),
    }
    for message, pallets in twice.items():
        with pytest.raises(MetadataError, match=message):
            Metadata(replace(records, pallets=pallets))
    extensions = records.extrinsic.extensions
    with pytest.raises(MetadataError, match="extensions: two of them have the same identifier"):
        Metadata(replace(records, extrinsic=replace(records.extrinsic, extensions=(*extensions, extensions[0]))))
    with pytest.raises(MetadataError, match="extension set 0: it names one that is not among the 1"):
        Metadata(replace(records, extrinsic=replace(records.extrinsic, extensions=extensions[:1])))
    with pytest.raises(MetadataError, match=r"^the calls of System: .*|type 4 \(u32\): it is no variant type"):
        Metadata(with_system(calls=EnumReference(4, {})))


def test_the_extrinsic_of_v14_needs_its_parameters() -> None:
    records = sample(f"{RUNTIME} V14").records
    assert isinstance(records, MetadataV14)

    with pytest.raises(MetadataError, match=r"^the extrinsic: its type 4 \(.*\) has no parameter Address$"):
        Metadata(replace(records, extrinsic=replace(records.extrinsic, type_id=4)))
    with pytest.raises(MetadataError, match=r"^the extrinsic: it refers to type 9999"):
        Metadata(replace(records, extrinsic=replace(records.extrinsic, type_id=9999)))
