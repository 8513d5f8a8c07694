"""What a runtime declares, in the words of `read_metadata`: read from its classes, not through its metadata."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from chain.scale import codec_of
from pallets.frame.constants import constants_of
from pallets.frame.pallet import Pallet
from pallets.frame.source_text import attribute_docs
from pallets.frame.storage import CountedStorageMap
from runtime.metadata.source_docs import constant_docs
from runtime.parts import RuntimeParts

Listing = dict[str, Any]


def declared(runtime: RuntimeParts) -> dict[str, Listing]:
    """Every pallet by name, with its calls, events, errors, constants and storage."""
    return {pallet.name: _pallet(pallet) for pallet in sorted(runtime.pallets, key=lambda each: each.index)}


def _pallet(pallet: Pallet[Any]) -> Listing:
    declaration = pallet.layout.declaration
    return {
        "index": pallet.index,
        "calls": {
            call.name: {
                "index": call.index,
                "fields": [name.removesuffix("_") for name, _ in call.parameters],
                "docs": _lines(call.method),
            }
            for call in declaration.calls
        },
        "events": _variants(declaration.event.variants if declaration.event else {}),
        "errors": _variants(declaration.error.errors if declaration.error else {}),
        "constants": dict(_constants(pallet)),
        "storage": dict(_storage(pallet)),
    }


def _variants(variants: Mapping[int, type[Any]]) -> Listing:
    return {
        variant.__name__: {
            "index": index,
            "fields": [name.removesuffix("_") for name in inspect.get_annotations(variant)],
            "docs": _lines(variant),
        }
        for index, variant in variants.items()
    }


def _constants(pallet: Pallet[Any]) -> Iterable[tuple[str, Listing]]:
    docs = constant_docs(type(pallet.config))
    for constant in constants_of(type(pallet.config)):
        value = codec_of(constant.hint).encode(getattr(pallet.config, constant.field))
        yield constant.name, {"value": "0x" + value.hex(), "docs": list(docs.get(constant.field, ()))}


def _storage(pallet: Pallet[Any]) -> Iterable[tuple[str, Listing]]:
    docs: dict[str, str] = {}
    for cls in reversed(type(pallet).__mro__[:-1]):
        docs |= attribute_docs(inspect.getsourcefile(cls) or "", cls.__name__)
    for item in pallet.layout.declaration.storage:
        absent = item.optional or item.options.missing is not None
        bound = getattr(pallet, item.attribute)
        default = b"\0" if absent else bound.layout.encode(bound.layout.absent())
        yield (
            item.name,
            {
                "optional": absent,
                "keys": len(item.keys),
                "default": "0x" + default.hex(),
                "docs": docs.get(item.attribute, "").splitlines(),
            },
        )
        if item.item_class is CountedStorageMap:
            counter = {"optional": False, "keys": 0, "default": "0x00000000"}
            yield f"CounterFor{item.name}", {**counter, "docs": ["Counter for the related counted storage map"]}


def _lines(documented: Any) -> list[str]:
    return (inspect.getdoc(documented) or "").splitlines()
