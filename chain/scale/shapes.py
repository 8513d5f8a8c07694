"""What an annotation declares, as a tree: every node is one SCALE type.

`derive` makes the tree; the generators, the sizes, the defaults and the metadata walk it. A named type that stands
inside itself ends in `Recursion`, whose `hint` is that of the enclosing node.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from chain.scale.codec import Codec


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shape:
    """One SCALE type: `name` as in error texts ("Vec<u32>"), `hint` the annotation that it came from."""

    name: str
    hint: Any


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Integer(Shape):
    """A fixed-width little-endian integer."""

    bits: int
    signed: bool

    @property
    def struct_code(self) -> str | None:
        """The letter that `struct` has for it; None for the wider ones."""
        code = {8: "B", 16: "H", 32: "I", 64: "Q"}.get(self.bits)
        return code.lower() if code and self.signed else code


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CompactInteger(Shape):
    """An unsigned integer of at most `bits` bits in compact form."""

    bits: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Boolean(Shape):
    """One byte, 0 or 1."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Unit(Shape):
    """No bytes; None in Python."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Text(Shape):
    """UTF-8 of at most `bound` bytes, led by their number."""

    bound: int | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ByteString(Shape):
    """At most `bound` bytes, led by their number (Vec<u8>)."""

    bound: int | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FixedBytes(Shape):
    """As many bytes as declared ([u8; n]); where `hint` is a NewType, a named one."""

    length: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Option(Shape):
    """0, or 1 and the value."""

    item: Shape


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OptionalBoolean(Shape):
    """parity-scale-codec's OptionBool: 0 none, 1 true, 2 false."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ResultOf(Shape):
    """0 and what `Ok` holds, or 1 and what `Err` holds."""

    ok: Shape
    error: Shape


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TupleOf(Shape):
    """The items one after the other."""

    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sequence(Shape):
    """At most `bound` items, led by their number (Vec, BoundedVec)."""

    item: Shape
    bound: int | None
    container: type[list[Any]] | type[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Array(Shape):
    """As many items as declared ([T; n])."""

    item: Shape
    length: int
    container: type[list[Any]] | type[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Mapping(Shape):
    """Keys with values in ascending order of the keys (BTreeMap).

    Whoever writes the keys can make wide integers collide in Python's dict; where strangers do, a bound is needed.
    """

    key: Shape
    value: Shape
    bound: int | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SetOf(Shape):
    """Items in ascending order (BTreeSet)."""

    item: Shape
    bound: int | None
    container: type[set[Any]] | type[frozenset[Any]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bits(Shape):
    """A bit sequence: the number of bits, then words of `store` bits."""

    store: int
    msb_first: bool


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A named part of a record or variant."""

    name: str
    shape: Shape


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Record(Shape):
    """A dataclass: its fields one after the other."""

    cls: type[Any]
    fields: tuple[Field, ...]
    parameters: tuple[Field, ...]
    """What its type variables stand for, by name."""
    path: tuple[str, ...]
    """Module and class names."""
    docs: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PlainEnum(Shape):
    """An enum without fields: one byte, the member's value."""

    cls: type[enum.Enum]
    members: dict[int, enum.Enum]
    path: tuple[str, ...]
    docs: str


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One way that a tagged union can be."""

    index: int
    name: str
    cls: type[Any]
    fields: tuple[Field, ...]
    docs: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Variants(Shape):
    """A tagged union: the variant's index, then its fields; in order of index."""

    cls: type[Any]
    variants: tuple[Variant, ...]
    path: tuple[str, ...]
    docs: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Recursion(Shape):
    """The enclosing type of the same hint, once more."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Opaque(Shape):
    """A type whose codec the scope supplies."""

    codec: Codec[Any]


def inner_shapes(shape: Shape) -> tuple[Shape, ...]:
    """The shapes that stand directly inside."""
    match shape:
        case Option() | Sequence() | Array() | SetOf():
            return (shape.item,)
        case ResultOf():
            return (shape.ok, shape.error)
        case TupleOf():
            return shape.items
        case Mapping():
            return (shape.key, shape.value)
        case Record():
            return tuple(field.shape for field in shape.fields)
        case Variants():
            return tuple(field.shape for variant in shape.variants for field in variant.fields)
    return ()


def recursions(shape: Shape) -> frozenset[Any]:
    """The hints that recursion inside the shape leads back to."""
    if isinstance(shape, Recursion):
        return frozenset([shape.hint])
    return frozenset().union(*(recursions(inner) for inner in inner_shapes(shape)))
