"""The one view of all versions: the tables that others decoded the same metadata to."""

from __future__ import annotations

from typing import Any

import pytest

from chain.metadata import Metadata
from chain.metadata.v14 import StorageHasher
from chain.metadata.view import Constant, Pallet, StorageItem, VariantsOf
from tests.chain.metadata.samples import sample
from tests.vectors import files_of, load, unhex

VECTORS = [
    pytest.param(vector, id=vector["id"])
    for name in files_of("metadata")
    for vector in load(name)["vectors"]
    if "table" in vector
]
HASHER_NAMES = {
    StorageHasher.BLAKE2_128: "Blake2_128",
    StorageHasher.BLAKE2_256: "Blake2_256",
    StorageHasher.BLAKE2_128_CONCAT: "Blake2_128Concat",
    StorageHasher.TWOX_128: "Twox128",
    StorageHasher.TWOX_256: "Twox256",
    StorageHasher.TWOX_64_CONCAT: "Twox64Concat",
    StorageHasher.IDENTITY: "Identity",
}


def table_of(metadata: Metadata) -> dict[str, Any]:
    """The view, as the vectors write it."""
    view, extrinsic = metadata.view, metadata.view.extrinsic
    table: dict[str, Any] = {"version": view.version, "pallets": [pallet_row(pallet) for pallet in view.pallets]}
    extensions = [
        {"identifier": each.identifier, "type": each.type_id, "additional_signed": each.implicit}
        for each in extrinsic.extensions
    ]
    if view.version == 14:
        table["extrinsic"] = {"type": extrinsic.type_id, "version": extrinsic.versions[0]}
    else:
        table["extrinsic"] = {
            "version": extrinsic.versions[0],
            "address": extrinsic.address,
            "call": extrinsic.call,
            "signature": extrinsic.signature,
            "extra": extrinsic.extra,
        }
        table["apis"] = [
            {
                "name": api.name,
                "methods": [
                    {
                        "name": method.name,
                        "inputs": [{"name": each.name, "type": each.type_id} for each in method.inputs],
                        "output": method.output,
                    }
                    for method in api.methods
                ],
            }
            for api in view.apis
        ]
        table["outer_enums"] = {"call": view.outer.call, "event": view.outer.event, "error": view.outer.error}
    table["extrinsic"]["signed_extensions"] = extensions
    return table


def pallet_row(pallet: Pallet) -> dict[str, Any]:
    """A pallet, as the vectors write it."""
    storage = {"prefix": pallet.storage_prefix, "entries": [storage_row(item) for item in pallet.storage]}
    return {
        "name": pallet.name,
        "index": pallet.index,
        "calls": variants_row(pallet.calls),
        "events": variants_row(pallet.events),
        "errors": variants_row(pallet.errors),
        "storage": None if pallet.storage_prefix is None else storage,
        "constants": [constant_row(constant) for constant in pallet.constants],
    }


def variants_row(of: VariantsOf | None) -> dict[str, Any] | None:
    """Calls, events or errors, as the vectors write them."""
    if of is None:
        return None
    variants = [
        {
            "index": variant.index,
            "name": variant.name,
            "fields": [
                {"name": each.name, "type": each.type_id, "type_name": each.type_name} for each in variant.fields
            ],
        }
        for variant in of.variants
    ]
    return {"type": of.type_id, "variants": variants}


def storage_row(item: StorageItem) -> dict[str, Any]:
    """A storage item, as the vectors write it."""
    row: dict[str, Any] = {"name": item.name, "modifier": item.modifier.name.capitalize()}
    if item.hashers:
        hashers = [HASHER_NAMES[hasher] for hasher in item.hashers]
        row |= {"kind": "map", "hashers": hashers, "key": item.key_type}
    else:
        row |= {"kind": "plain"}
    return row | {"value": item.value_type, "default": f"0x{item.default.hex()}"}


def constant_row(constant: Constant) -> dict[str, Any]:
    """A constant, as the vectors write it."""
    return {"name": constant.name, "type": constant.type_id, "value": f"0x{constant.value.hex()}"}


@pytest.mark.parametrize("vector", VECTORS)
def test_the_table_comes_out(vector: dict[str, Any]) -> None:
    metadata = Metadata.decode(unhex(vector["hex"]))

    assert len(metadata.registry) == vector["type_count"]
    assert table_of(metadata) == vector["table"]


@pytest.mark.parametrize("runtime", ["node-template-2023", "solochain-template-2025"])
def test_v14_and_v15_of_one_runtime_say_the_same_of_what_both_have(runtime: str) -> None:
    older, newer = (sample(f"{runtime} V{version}") for version in (14, 15))

    assert [pallet_names(pallet) for pallet in older.view.pallets] == [
        pallet_names(pallet) for pallet in newer.view.pallets
    ]
    assert [each.identifier for each in older.view.extrinsic.extensions] == [
        each.identifier for each in newer.view.extrinsic.extensions
    ]
    for outer in ("call", "event"):
        names = [metadata.registry.name(getattr(metadata.view.outer, outer)) for metadata in (older, newer)]
        assert names[0] == names[1]


def pallet_names(pallet: Pallet) -> dict[str, Any]:
    """What a pallet has, by name, with docs and without the numbers of types."""
    kinds = {"calls": pallet.calls, "events": pallet.events, "errors": pallet.errors}
    return {
        "name": (pallet.name, pallet.index),
        "storage": [(each.name, each.modifier, each.hashers, each.default, each.docs) for each in pallet.storage],
        "constants": [(each.name, each.value, each.docs) for each in pallet.constants],
    } | {
        kind: [
            (each.name, each.index, each.docs, [(field.name, field.type_name) for field in each.fields])
            for each in (of.variants if of else ())
        ]
        for kind, of in kinds.items()
    }
