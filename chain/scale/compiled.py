"""From annotations to codecs: derived, generated and kept, once for each annotation and what of the scope it uses."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from chain.primitives import Enumeration
from chain.record import record
from chain.scale.codec import Codec, Scope
from chain.scale.defaults import default_of
from chain.scale.derive import Derivation
from chain.scale.exact import Keep, is_simple
from chain.scale.generate import CodecOf, generate_decode, generate_encode, generate_read, is_recursive
from chain.scale.shapes import Opaque, Shape
from chain.scale.sizes import is_immutable, max_size, min_size


@record
class _Entry:
    """A codec, and what of a scope made it so."""

    codec: Codec[Any]
    constants: dict[types.MemberDescriptorType, int]
    associated: dict[types.MemberDescriptorType, type[Any]]
    supplied: dict[Any, Codec[Any]]
    named: frozenset[Any]

    def serves(self, scope: Scope) -> bool:
        """Whether deriving with that scope would give the same codec."""
        if self.constants and any(scope.constant(name) != value for name, value in self.constants.items()):
            return False
        if self.associated and any(
            scope.associated.get(name.__name__) is not kind for name, kind in self.associated.items()
        ):
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
    codec = shape.codec if isinstance(shape, Opaque) else _Compiled(shape, lambda inner: codec_of(inner.hint, scope))
    supplied = {named: scope.types[named] for named in derivation.named if named in scope.types}
    entry = _Entry(codec, derivation.constants, derivation.associated, supplied, frozenset(derivation.named))
    _entries.setdefault(hint, []).append(entry)
    return codec


def encode(hint: Any, value: Any) -> bytes:
    """The bytes of a value of the annotated type."""
    return codec_of(hint).encode(value)


def decode(hint: Any, data: bytes) -> Any:
    """The value of the annotated type that the whole of the bytes encodes."""
    return codec_of(hint).decode(data)


def encoder_that_keeps(codec: Codec[Any], kept: dict[bytes, Any], limit: int) -> Callable[[Any], bytes] | None:
    """The codec's `encode`, which puts values that are exactly what decoding gives into `kept`, by their bytes.

    limit: how many values `kept` holds before it starts anew. None for types that are not simple enough.
    """
    return codec.keeping(Keep(kept, limit)) if isinstance(codec, _Compiled) and is_simple(codec.shape) else None


def encoder_of_variant(
    variant: type[Enumeration], scope: Scope = _EMPTY, prefix: bytes = b""
) -> Callable[[Any], bytes]:
    """The part of its enum's `encode` that is for one variant: one of many is compiled in a part of the time.

    prefix: what shall stand before each
    """
    shape = Derivation(scope).variant(variant)
    if is_recursive(shape):  # then its fields may hold any variant
        shape = Derivation(scope).shape(shape.hint)
    return generate_encode(shape, lambda inner: codec_of(inner.hint, scope), prefix=prefix)


class _Compiled(Codec[Any]):
    """A codec whose functions are generated when they are first asked for."""

    __slots__ = ("_codec_of", "shape")

    def __init__(self, shape: Shape, codec_of_inner: CodecOf) -> None:
        self.name = shape.name
        self.min_size = min_size(shape)
        self.max_size = max_size(shape)
        self.default = default_of(shape)
        self.is_immutable = is_immutable(shape)
        self.shape = shape
        self._codec_of = codec_of_inner

    def keeping(self, keep: Keep) -> Callable[[Any], bytes]:
        """An `encode` that keeps."""
        return generate_encode(self.shape, self._codec_of, keep)

    def __getattr__(self, name: str) -> Any:
        """Called where the slot of that name is still empty."""
        if name not in _GENERATORS:
            raise AttributeError(f"a codec has no {name}")
        function = _GENERATORS[name](self.shape, self._codec_of)
        setattr(self, name, function)
        return function


_GENERATORS: Mapping[str, Callable[[Shape, CodecOf], Callable[..., Any]]] = {
    "encode": generate_encode,
    "decode": generate_decode,
    "read": generate_read,
}
