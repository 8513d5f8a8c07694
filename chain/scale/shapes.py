"""What an annotation declares, as a tree: every node is one SCALE type.

`derive` makes the tree; the generators, the sizes, the defaults and the metadata walk it. A named type that stands
inside itself ends in `Recursion`, whose `hint` is that of the enclosing node.
"""

from __future__ import annotations

import enum
from typing import Any

from chain.record import keyword_record, record
from chain.scale.codec import Codec


@keyword_record
class Shape:
    """One SCALE type: `name` as in error texts ("Vec<u32>"), `hint` the annotation that it came from."""

    name: str
    hint: Any


@keyword_record
class Integer(Shape):
    """A fixed-width little-endian integer."""

    bits: int
    signed: bool

    @property
    def struct_code(self) -> str | None:
        """The letter that `struct` has for it; None for the wider ones."""
        code = {8: "B", 16: "H", 32: "I", 64: "Q"}.get(self.bits)
        return code.lower() if code and self.signed else code


@keyword_record
class CompactInteger(Shape):
    """An unsigned integer of at most `bits` bits in compact form."""

    bits: int


@keyword_record
class Boolean(Shape):
    """One byte, 0 or 1."""


@keyword_record
class Unit(Shape):
    """No bytes; None in Python."""


@keyword_record
class Text(Shape):
    """UTF-8 of at most `bound` bytes, led by their number."""

    bound: int | None


@keyword_record
class ByteString(Shape):
    """At most `bound` bytes, led by their number (Vec<u8>)."""

    bound: int | None


@keyword_record
class FixedBytes(Shape):
    """As many bytes as declared ([u8; n]); where `hint` is a NewType, a named one."""

    length: int


@keyword_record
class Option(Shape):
    """0, or 1 and the value."""

    item: Shape


@keyword_record
class OptionalBoolean(Shape):
    """parity-scale-codec's OptionBool: 0 none, 1 true, 2 false."""


@keyword_record
class ResultOf(Shape):
    """0 and what `Ok` holds, or 1 and what `Err` holds."""

    ok: Shape
    error: Shape


@keyword_record
class TupleOf(Shape):
    """The items one after the other."""

    items: tuple[Shape, ...]


@keyword_record
class Sequence(Shape):
    """At most `bound` items, led by their number (Vec, BoundedVec)."""

    item: Shape
    bound: int | None
    container: type[list[Any]] | type[tuple[Any, ...]]


@keyword_record
class Array(Shape):
    """As many items as declared ([T; n])."""

    item: Shape
    length: int
    container: type[list[Any]] | type[tuple[Any, ...]]


@keyword_record
class Mapping(Shape):
    """Keys with values in ascending order of the keys (BTreeMap).

    Whoever writes the keys can make wide integers collide in Python's dict; where strangers do, a bound is needed.
    """

    key: Shape
    value: Shape
    bound: int | None


@keyword_record
class SetOf(Shape):
    """Items in ascending order (BTreeSet)."""

    item: Shape
    bound: int | None
    container: type[set[Any]] | type[frozenset[Any]]


@keyword_record
class Bits(Shape):
    """A bit sequence: the number of bits, then words of `store` bits."""

    store: int
    msb_first: bool


@record
class Field:
    """A named part of a record or variant."""

    name: str
    shape: Shape


@keyword_record
class Record(Shape):
    """A dataclass: its fields one after the other."""

    cls: type[Any]
    fields: tuple[Field, ...]
    parameters: tuple[Field, ...]
    """What its type variables stand for, by name."""
    path: tuple[str, ...]
    """Module and class names."""
    docs: str


@keyword_record
class PlainEnum(Shape):
    """An enum without fields: one byte, the member's value."""

    cls: type[enum.Enum]
    members: dict[int, enum.Enum]
    path: tuple[str, ...]
    docs: str


@record
class Variant:
    """One way that a tagged union can be."""

    index: int
    name: str
    cls: type[Any]
    fields: tuple[Field, ...]
    docs: str


@keyword_record
class Variants(Shape):
    """A tagged union: the variant's index, then its fields; in order of index."""

    cls: type[Any]
    variants: tuple[Variant, ...]
    path: tuple[str, ...]
    docs: str


@keyword_record
class Recursion(Shape):
    """The enclosing type of the same hint, once more."""


@keyword_record
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
