"""Why a value does not encode: the slow walk that follows a failure of the fast path, and finds field and value."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Set
from typing import Any, NamedTuple

from chain.primitives import BitSequence, Err, Ok
from chain.scale.bits import MAX_BITS
from chain.scale.depth import MAX_DEPTH, TOO_DEEP
from chain.scale.errors import EncodeError, shortened
from chain.scale.shapes import (
    Array,
    Bits,
    Boolean,
    ByteString,
    CompactInteger,
    Field,
    FixedBytes,
    Integer,
    Mapping,
    Opaque,
    Option,
    OptionalBoolean,
    PlainEnum,
    Record,
    Recursion,
    ResultOf,
    Sequence,
    SetOf,
    Shape,
    Text,
    TupleOf,
    Unit,
    Variants,
    inner_shapes,
)
from chain.scale.sizes import MAX_EMPTY_ITEMS, least


class Place(NamedTuple):
    """A value inside the one that does not encode."""

    path: str
    shape: Shape
    value: Any
    depth: int = 0
    """Recursions on the way to it."""


def encode_error(shape: Shape, value: Any, error: Exception) -> Exception:
    """What to raise for a value that did not encode; `error` itself where the value has no fault (a bug, then)."""
    targets = _named_shapes(shape)
    places = [Place("", shape, value)]
    while places:
        place = places.pop()
        if isinstance(place.shape, Recursion):
            place = place._replace(shape=targets[place.shape.hint], depth=place.depth + 1)
        if isinstance(place.shape, Opaque):
            is_refused = isinstance(error, EncodeError) and error.value is place.value
            reason = _abridged(str(error)) if is_refused else None
        else:
            reason = TOO_DEEP if place.depth >= MAX_DEPTH else _fault(place.shape, place.value)
        if reason:
            path = _abridged(place.path.removeprefix("."))
            return EncodeError(shape.name, f"{path}: {reason}" if path else reason)
        places.extend(reversed(_parts(place)))
    return error


def _abridged(path: str) -> str:
    return path if len(path) <= 90 else f"{path[:40]}…{path[-40:]}"


def _named_shapes(shape: Shape) -> dict[Any, Shape]:
    """The shapes that recursion can lead back to, by hint."""
    found: dict[Any, Shape] = {shape.hint: shape} if isinstance(shape, Record | Variants) else {}
    for inner in inner_shapes(shape):
        found |= _named_shapes(inner)
    return found


def _parts(place: Place) -> list[Place]:
    """The places directly inside one whose own form is right."""
    value, steps = place.value, list[tuple[str, Shape, Any]]()
    match place.shape:
        case Option(item=item):
            steps = [] if value is None else [("", item, value)]
        case ResultOf(ok=ok, error=error):
            steps = [(".value", ok, value.value) if type(value) is Ok else (".error", error, value.error)]
        case TupleOf(items=items):
            steps = [(f"[{place}]", *pair) for place, pair in enumerate(zip(items, value, strict=True))]
        case Sequence(item=item) | Array(item=item) | SetOf(item=item):
            steps = [(f"[{place}]", item, inner) for place, inner in enumerate(value)]
        case Mapping(key=key, value=of_key):
            steps = [(f"[key {shortened(inner)}]", key, inner) for inner in value]
            steps += [(f"[{shortened(inner)}]", of_key, value[inner]) for inner in value]
        case Record(fields=fields):
            steps = [(f".{field.name}", field.shape, getattr(value, field.name)) for field in fields]
        case Variants():
            fields = _fields_of(place.shape, value) or ()
            steps = [(f".{field.name}", field.shape, getattr(value, field.name)) for field in fields]
    return [Place(place.path + step, shape, inner, place.depth) for step, shape, inner in steps]


def _fields_of(shape: Variants, value: Any) -> tuple[Field, ...] | None:
    return next((variant.fields for variant in shape.variants if variant.cls is type(value)), None)


def _fault(shape: Shape, value: Any) -> str | None:
    """What is wrong with the value, apart from what stands inside it."""
    reason: str | None = None
    match shape:
        case Integer(bits=bits, signed=signed):
            low = -(1 << bits - 1) if signed else 0
            reason = _integer_fault(value, shape.name, low, low + (1 << bits))
        case CompactInteger(bits=bits):
            reason = _integer_fault(value, shape.name, 0, 1 << bits)
        case Text(bound=bound):
            reason = _text_fault(value, bound)
        case ByteString() | FixedBytes() if not isinstance(value, bytes | bytearray | memoryview):
            reason = "is not bytes"
        case TupleOf() | Sequence() | Array() if not isinstance(value, list | tuple):
            reason = "is neither a list nor a tuple"
        case SetOf() if not isinstance(value, Set):
            reason = "is not a set"
        case Mapping() if not isinstance(value, AnyMapping):
            reason = "is not a dict"
        case ByteString() | FixedBytes() | TupleOf() | Sequence() | Array() | SetOf() | Mapping():
            reason = _length_fault(shape, len(value))
        case Record(fields=fields):
            reason = _record_fault(shape.name, fields, value)
        case Variants(name=name):
            fields_of = _fields_of(shape, value)
            reason = f"is no variant of {name}" if fields_of is None else _record_fault(name, fields_of, value)
        case _:
            reason = _simple_fault(shape, value)
    return f"{shortened(value)} {reason}" if reason else None


def _integer_fault(value: Any, name: str, low: int, end: int) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "is not an int"
    return None if low <= value < end else f"does not fit {name}"


def _text_fault(value: Any, bound: int | None) -> str | None:
    if not isinstance(value, str):
        return "is not a str"
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        return f"has no UTF-8: {error.reason}"
    return f"takes {size} bytes, more than {bound}" if bound is not None and size > bound else None


def _length_fault(shape: Shape, length: int) -> str | None:
    wanted = bound = None
    match shape:
        case FixedBytes() | Array():
            wanted = shape.length
        case TupleOf():
            wanted = len(shape.items)
        case ByteString() | Sequence() | SetOf() | Mapping():
            bound = shape.bound
            if isinstance(shape, Sequence) and least(shape.item) == 0:
                bound = min(MAX_EMPTY_ITEMS, MAX_EMPTY_ITEMS if bound is None else bound)
    if wanted is not None and length != wanted:
        return f"has length {length}, not {wanted}"
    return f"has length {length}, more than {bound}" if bound is not None and length > bound else None


def _record_fault(name: str, fields: tuple[Field, ...], value: Any) -> str | None:
    missing = [field.name for field in fields if not hasattr(value, field.name)]
    return f"is no {name}: it has no {missing[0]}" if missing else None


def _simple_fault(shape: Shape, value: Any) -> str | None:
    match shape:
        case Boolean():
            return None if isinstance(value, bool) else "is not a bool"
        case OptionalBoolean():
            return None if value is None or isinstance(value, bool) else "is neither a bool nor None"
        case Unit():
            return None if value is None else "is not None"
        case PlainEnum(cls=cls, name=name):
            return None if isinstance(value, cls) else f"is no {name}"
        case ResultOf():
            return None if type(value) in (Ok, Err) else "is neither Ok nor Err"
        case Bits():
            return _bits_fault(value)
    return None


def _bits_fault(value: Any) -> str | None:
    if not isinstance(value, BitSequence):
        return "is not a BitSequence"
    return f"has more than {MAX_BITS} bits" if len(value.bits) > MAX_BITS else None
