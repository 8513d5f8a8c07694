"""Types that no annotation describes: eras, digests, extrinsics, and what a whole runtime makes of its pallets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from chain.block import DigestItem
from chain.crypto.signatures import MultiSignature
from chain.era import Era
from chain.extrinsic import MultiAddress
from chain.metadata.portable import CompositeType, Field, SequenceType, TypeParameter, Variant, VariantType
from chain.metadata.v15 import OuterEnums
from chain.metadata.v16 import PalletV16
from chain.primitives import U8
from pallets.frame.call import RuntimeCall
from pallets.frame.event import RuntimeEvent
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet
from runtime.metadata.composite import COMPOSITES, reasons_of
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.rust_names import crate_of, snake_case
from runtime.metadata.stand_ins import Extrinsic, RawOrigin

MORTAL_ERAS: Final = 255
"""Variants of `Era` that are mortal: the first byte of a mortal era is never zero."""


def runtime_crate(spec_name: str) -> str:
    """The crate of a runtime: `solochain_template_runtime`; clients look for the ending."""
    name = snake_case(spec_name)
    return name if name.endswith("_runtime") else f"{name}_runtime"


def describe_chain_types(registry: TypeRegistry) -> None:
    """Eras and digests."""
    registry.describe(Era, lambda: _era(registry))
    for hint in (list[DigestItem], tuple[DigestItem, ...]):
        registry.describe(hint, lambda: _digest(registry))


def _era(registry: TypeRegistry) -> int:
    byte = registry.number(U8)
    mortal = (Variant(f"Mortal{first}", (Field(None, byte),), first) for first in range(1, MORTAL_ERAS + 1))
    definition = VariantType((Variant("Immortal", (), 0), *mortal))
    return registry.add(definition, ("sp_runtime", "generic", "era", "Era"))


def _digest(registry: TypeRegistry) -> int:
    items = registry.add(SequenceType(registry.number(DigestItem)))
    logs = Field("logs", items, "Vec<DigestItem>")
    return registry.add(CompositeType((logs,)), ("sp_runtime", "generic", "digest", "Digest"))


def describe_extrinsic(registry: TypeRegistry, extra: int) -> int:
    """The type of whole extrinsics; `extra` is what the extensions put into one, together."""
    parameters = [
        TypeParameter("Address", registry.number(MultiAddress)),
        TypeParameter("Call", registry.number(RuntimeCall)),
        TypeParameter("Signature", registry.number(MultiSignature)),
        TypeParameter("Extra", extra),
    ]
    definition = CompositeType((Field(None, registry.number(bytes)),))
    path = ("sp_runtime", "generic", "unchecked_extrinsic", "UncheckedExtrinsic")
    number = registry.add(definition, path, parameters)
    registry.describe(Extrinsic, lambda: number)
    return number


class OuterTypes:
    """The enums over all pallets: reserved before the pallets are described, defined after."""

    def __init__(self, registry: TypeRegistry, crate: str, pallets: Sequence[Pallet[Any]]) -> None:
        self._registry, self._crate, self._pallets = registry, crate, pallets
        self._call, self._event = registry.reserve(RuntimeCall), registry.reserve(RuntimeEvent)
        for hint, name in COMPOSITES.items():
            registry.describe(hint, partial(self._composite, name))
        registry.describe(Origin, self._origins)

    def define(self, described: Sequence[PalletV16]) -> OuterEnums:
        """What they are, now that every pallet is known."""
        define, path = self._registry.define, self._path
        crates = {pallet.name: crate_of(type(pallet)) for pallet in self._pallets}
        calls = [
            (each.name, each.index, each.calls.type_id, f"CallableCallFor<{each.name}, Runtime>")
            for each in described
            if each.calls
        ]
        events = [
            (each.name, each.index, each.event.type_id, f"{crates[each.name]}::Event<Runtime>")
            for each in described
            if each.event
        ]
        errors = [
            (each.name, each.index, each.error.type_id, f"{crates[each.name]}::Error<Runtime>")
            for each in described
            if each.error
        ]
        define(self._call, path("RuntimeCall"), _outer(calls))
        define(self._event, path("RuntimeEvent"), _outer(events))
        return OuterEnums(self._call, self._event, self._registry.add(_outer(errors), path("RuntimeError")))

    def _path(self, name: str) -> tuple[str, ...]:
        return (self._crate, name)

    def _composite(self, name: str) -> int:
        parts = []
        for pallet in self._pallets:
            reasons = reasons_of(type(pallet), name)
            if reasons is not None:
                crate = crate_of(type(pallet))
                number = self._registry.enum(reasons, (crate, "pallet", name), pallet.layout.scope)
                parts.append((pallet.name, pallet.index, number, f"{crate}::{name}"))
        return self._registry.add(_outer(parts), self._path(f"Runtime{name}"))

    def _origins(self) -> int:
        system = self._pallets[0]
        raw = self._registry.number(RawOrigin)
        parts = [("system", system.index, raw, "frame_system::Origin<Runtime>")]
        for pallet in self._pallets:
            enum = pallet.layout.declaration.origin
            if enum is not None:
                number = self._registry.enum(enum, (crate_of(type(pallet)), "pallet", "Origin"), pallet.layout.scope)
                parts.append((pallet.name, pallet.index, number, f"{crate_of(type(pallet))}::Origin"))
        return self._registry.add(_outer(parts), self._path("OriginCaller"))


def _outer(parts: Iterable[tuple[str, int, int, str]]) -> VariantType:
    """One variant for each pallet that has a part: its name, index, the part's type and what Rust writes for it."""
    ordered = sorted(parts, key=lambda part: part[1])
    return VariantType(tuple(Variant(name, (Field(None, inner, kind),), index) for name, index, inner, kind in ordered))
