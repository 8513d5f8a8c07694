"""The metadata digest of RFC-78: 32 bytes that stand for all that a wallet needs to read an extrinsic.

    digest = blake3(1 ‖ root of types ‖ blake3(extrinsic) ‖ spec version ‖ spec name ‖ prefix ‖ decimals ‖ symbol)

Types that no part of an extrinsic leads to, primitives and empty ones are left out; those that stay are numbered anew
in the order of the registry, and an enum is a leaf for each of its variants. A signer whose CheckMetadataHash is
enabled signs the digest. Source: polkadot-fellows RFC 78, which V14, V15 and V16 of one runtime give the same digest
of as long as their types are in the same order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from chain.crypto.blake3 import blake3_256
from chain.metadata.errors import MetadataError
from chain.metadata.measure import inner_types
from chain.metadata.metadata import Metadata
from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompactType,
    CompositeType,
    Field,
    PortableType,
    PrimitiveKind,
    PrimitiveType,
    SequenceType,
    TupleType,
    VariantType,
)
from chain.metadata.shapes import compacted
from chain.primitives import Hash
from chain.scale.compact import encode_compact

V1: Final = b"\x01"
EMPTY_ROOT: Final = bytes(32)

COMPACT_REFERENCES: Final = {
    kind: 15 + place
    for place, kind in enumerate(
        (
            PrimitiveKind.U8,
            PrimitiveKind.U16,
            PrimitiveKind.U32,
            PrimitiveKind.U64,
            PrimitiveKind.U128,
            PrimitiveKind.U256,
        )
    )
}
"""Bytes that stand for compact integers; those of the primitives are the same as in metadata."""

VOID: Final = b"\x15"
BY_NUMBER: Final = b"\x16"


def metadata_digest(
    metadata: Metadata, spec_version: int, spec_name: str, ss58_prefix: int, decimals: int, token_symbol: str
) -> Hash:
    """The digest of a runtime's metadata; raises MetadataError for types that the RFC has no place for.

    spec_version, spec_name: of the runtime version; ss58_prefix, decimals, token_symbol: how wallets show accounts
    and amounts
    """
    types = _Types(metadata)
    parts = (
        V1,
        tree_root(blake3_256(leaf) for leaf in types.leaves()),
        blake3_256(types.extrinsic()),
        spec_version.to_bytes(4, "little"),
        _text(spec_name),
        ss58_prefix.to_bytes(2, "little"),
        decimals.to_bytes(1, "little"),
        _text(token_symbol),
    )
    return Hash(blake3_256(b"".join(parts)))


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes: the last two are joined and put first, until one is left.

    The RFC's text joins from the front; this is what its implementations do, and chains and wallets with them.
    """
    nodes = deque(leaves)
    while len(nodes) > 1:
        right, left = nodes.pop(), nodes.pop()
        nodes.appendleft(blake3_256(left + right))
    return nodes[0] if nodes else EMPTY_ROOT


class _Types:
    """The types that an extrinsic is made of, in the form of the RFC."""

    def __init__(self, metadata: Metadata) -> None:
        self._registry, self._view = metadata.registry, metadata.view.extrinsic
        reached = sorted(self._reached())
        self._numbers = {type_id: number for number, type_id in enumerate(reached)}

    def leaves(self) -> Iterator[bytes]:
        """Each type in the order of the numbers; an enum as its variants in the order of theirs."""
        for type_id, number in self._numbers.items():
            each = self._registry[type_id]
            head = _list(_text(part) for part in each.path)
            for definition in self._definitions(each):
                yield head + definition + encode_compact(number)

    def extrinsic(self) -> bytes:
        """Version, address, call, signature and extensions."""
        view = self._view
        extensions = (
            _text(each.identifier) + self._reference(each.type_id) + self._reference(each.implicit)
            for each in view.extensions
        )
        parts = [self._reference(type_id) for type_id in (view.address, view.call, view.signature)]
        return b"".join([bytes([min(view.versions, default=4)]), *parts, _list(extensions)])

    def _reached(self) -> set[int]:
        """The types that the extrinsic's parts lead to, without those that references say themselves."""
        view, found = self._view, set[int]()
        waiting = [view.address, view.call, view.signature]
        waiting += [type_id for each in view.extensions for type_id in (each.type_id, each.implicit)]
        while waiting:
            type_id = waiting.pop()
            if type_id in found or self._direct(type_id) is not None:
                continue
            found.add(type_id)
            definition = self._registry.definition(type_id)
            if not isinstance(definition, BitSequenceType):
                waiting += inner_types(definition)
        return found

    def _reference(self, type_id: int) -> bytes:
        direct = self._direct(type_id)
        return BY_NUMBER + encode_compact(self._numbers[type_id]) if direct is None else direct

    def _direct(self, type_id: int) -> bytes | None:
        """The reference to a type that has no number: a primitive, a compact integer or nothing."""
        match self._registry.definition(type_id):
            case PrimitiveType(kind=kind):
                return bytes([kind.value])
            case CompositeType(fields=()) | VariantType(cases=()) | TupleType(items=()):
                return VOID
            case CompactType():
                return self._compact(type_id)
        return None

    def _compact(self, type_id: int) -> bytes:
        match self._registry.definition(compacted(self._registry, type_id)):
            case PrimitiveType(kind=kind) if kind in COMPACT_REFERENCES:
                return bytes([COMPACT_REFERENCES[kind]])
            case TupleType(items=()) | CompositeType(fields=()):
                return VOID
        raise MetadataError(f"type {type_id} ({self._registry.name(type_id)})", "it has no compact form")

    def _definitions(self, each: PortableType) -> list[bytes]:
        match each.definition:
            case CompositeType(fields=fields):
                return [b"\x00" + self._fields(fields)]
            case VariantType(cases=cases):
                ordered = sorted(cases, key=lambda case: case.index)
                return [
                    b"\x01" + _text(case.name) + self._fields(case.fields) + encode_compact(case.index)
                    for case in ordered
                ]
            case SequenceType(item=item):
                return [b"\x02" + self._reference(item)]
            case ArrayType(length=length, item=item):
                return [b"\x03" + length.to_bytes(4, "little") + self._reference(item)]
            case TupleType(items=items):
                return [b"\x04" + _list(self._reference(item) for item in items)]
            case BitSequenceType(store=store, order=order):
                return [b"\x05" + self._bits(store, order)]
        raise AssertionError(f"{each} is reached by no number")

    def _fields(self, fields: tuple[Field, ...]) -> bytes:
        return _list(
            _optional_text(each.name) + self._reference(each.type_id) + _optional_text(each.type_name)
            for each in fields
        )

    def _bits(self, store: int, order: int) -> bytes:
        word = self._registry.measures.sizes[store]
        return bytes([word, self._registry[order].path[-1:] == ("Lsb0",)])


def _text(text: str) -> bytes:
    data = text.encode()
    return encode_compact(len(data)) + data


def _optional_text(text: str | None) -> bytes:
    return b"\0" if text is None else b"\x01" + _text(text)


def _list(items: Iterable[bytes]) -> bytes:
    parts = list(items)
    return encode_compact(len(parts)) + b"".join(parts)
