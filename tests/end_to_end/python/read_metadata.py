"""Reads metadata files with the `scalecodec` that is on the path; prints what it found, as JSON.

Run with scalecodec or cyscale on PYTHONPATH, which both call themselves scalecodec: `read_metadata.py FILE…`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

base: Any = import_module("scalecodec.base")  # by name: type checkers look for it where it is not installed
presets: Any = import_module("scalecodec.type_registry")

ALICE = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"


def listing(path: str) -> dict[str, Any]:
    """What the library says of the metadata; decodes every default and constant, and encodes a call."""
    data = Path(path).read_bytes()
    configuration = base.RuntimeConfigurationObject()
    configuration.update_type_registry(presets.load_type_registry_preset("core"))
    metadata = configuration.create_scale_object("MetadataVersioned", data=base.ScaleBytes(data))
    metadata.decode()
    configuration.add_portable_registry(metadata)
    call = configuration.create_scale_object("Call", metadata=metadata)
    arguments = {"dest": ALICE, "value": 5}
    call.encode({"call_module": "Balances", "call_function": "transfer_allow_death", "call_args": arguments})
    return {
        "version": data[4],
        "pallets": {pallet.name: _pallet(pallet, configuration, metadata) for pallet in metadata.pallets},
        "extensions": list(metadata.get_signed_extensions()),
        "transfer": call.data.to_hex(),
    }


def _pallet(pallet: Any, configuration: Any, metadata: Any) -> dict[str, Any]:
    storage = [item for item in pallet.storage or [] if item.value["name"] != ":__STORAGE_VERSION__:"]
    for constant in pallet.constants or []:
        _decode(configuration, metadata, constant.type, constant.constant_value)
    for item in storage:
        if item.value["modifier"] == "Default":
            _decode(configuration, metadata, item.get_value_type_string(), item.value_object["default"].value_object)
    return {
        "index": pallet.value["index"],
        "calls": {each.name: _variant(each) for each in pallet.calls or []},
        "events": {each.name: _variant(each) for each in pallet.events or []},
        "errors": {each.name: _variant(each) for each in pallet.errors or []},
        "constants": {
            each.value["name"]: {"value": "0x" + bytes(each.constant_value).hex(), "docs": each.docs}
            for each in pallet.constants or []
        },
        "storage": {
            each.value["name"]: {
                "optional": each.value["modifier"] == "Optional",
                "keys": len(each.get_params_type_string()),
                "default": "0x" + bytes(each.value_object["default"].value_object).hex(),
                "docs": each.docs,
            }
            for each in storage
        },
    }


def _variant(variant: Any) -> dict[str, Any]:
    value = variant.value
    return {
        "index": value["index"],
        "fields": [field["name"] for field in value["fields"]],
        "docs": variant.docs,
    }


def _decode(configuration: Any, metadata: Any, kind: str, data: bytes) -> None:
    configuration.create_scale_object(kind, base.ScaleBytes(bytes(data)), metadata=metadata).decode(
        check_remaining=True
    )


if __name__ == "__main__":
    json.dump({path: listing(path) for path in sys.argv[1:]}, sys.stdout)
