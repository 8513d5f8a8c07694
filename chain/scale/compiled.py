"""From annotations to codecs: derived, generated and kept, once for each annotation and what of the scope it uses."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chain.scale.codec import Codec, Scope
from chain.scale.defaults import default_of
from chain.scale.derive import Derivation
from chain.scale.errors import DecodeError
from chain.scale.generate import generate
from chain.scale.shapes import Opaque, Shape
from chain.scale.sizes import is_immutable, max_size, min_size


@dataclass(frozen=True, slots=True)
class _Entry:
    """A codec, and what of a scope made it so."""

    codec: Codec[Any]
    constants: dict[types.MemberDescriptorType, int]
    supplied: dict[Any, Codec[Any]]
    named: frozenset[Any]

    def serves(self, scope: Scope) -> bool:
        """Whether deriving with that scope would give the same codec."""
        if any(scope.constant(name) != value for name, value in self.constants.items()):
            return False
        if not scope.types:
            return not self.supplied
        return self.supplied == {hint: codec for hint, codec in scope.types.items() if hint in self.named}


_entries: dict[Any, list[_Entry]] = {}
_EMPTY = Scope()


def codec_of(hint: Any, scope: Scope = _EMPTY) -> Codec[Any]:
    """The codec of the annotation; raises DeclarationError where it has none."""
    try:
        entries = _entries.get(hint, ())
    except TypeError:
        entries = ()
    for entry in entries:
        if entry.serves(scope):
            return entry.codec
    derivation = Derivation(scope)
    shape = derivation.shape(hint)
    codec = _compile(shape, scope)
    supplied = {named: scope.types[named] for named in derivation.named if named in scope.types}
    entry = _Entry(codec, derivation.constants, supplied, frozenset(derivation.named))
    _entries.setdefault(hint, []).append(entry)
    return codec


def encode(hint: Any, value: Any) -> bytes:
    """The bytes of a value of the annotated type."""
    return codec_of(hint).encode(value)


def decode(hint: Any, data: bytes) -> Any:
    """The value of the annotated type that the whole of the bytes encodes."""
    return codec_of(hint).decode(data)


def _compile(shape: Shape, scope: Scope) -> Codec[Any]:
    if isinstance(shape, Opaque):
        return shape.codec
    smallest = min_size(shape)  # refuses types without end, before anything walks them
    functions = generate(shape, lambda inner: codec_of(inner.hint, scope))
    return Codec(
        name=shape.name,
        encode=functions.encode,
        decode=_whole(shape.name, functions.read),
        read=functions.read,
        min_size=smallest,
        max_size=max_size(shape),
        default=default_of(shape),
        is_immutable=is_immutable(shape),
    )


def _whole(name: str, read: Callable[[bytes, int], tuple[Any, int]]) -> Callable[[bytes], Any]:
    def decode_whole(data: bytes) -> Any:
        if type(data) is not bytes:
            data = bytes(memoryview(data))
        value, end = read(data, 0)
        if end != len(data):
            raise DecodeError(name, end, f"{len(data) - end} bytes are left over")
        return value

    return decode_whole
