"""What a method's signature says of its parameters: how each is read from JSON.

    Hash                32 bytes in hexadecimal          bytes          any number of them
    U32, U64 …          a number within the range        NumberOrHex    a number, or "0x1a"
    str, bool, int      themselves                       Json           anything
    list[T]             each item as T                   T | U          the first that fits; null where None is one
    a record            an object, by camelCase names    a StrEnum      one of its values

A parameter with a default may be left out or null. What a client sends beyond the declared parameters is not looked
at, as in Substrate.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Sequence
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from chain.bounds import Interval, Len
from chain.primitives import FIXED_LENGTHS
from chain.record import record
from chain.rpc.errors import invalid_params
from chain.rpc.hexadecimal import read_fixed_hex, read_hex, read_number

Json = Any
"""A value as the JSON reader gives it, or as the writer takes it."""

Reader = Callable[[Json], Any]
"""Makes a parameter of a JSON value; raises ValueError with what is wrong."""


@record
class Numeral:
    """Marks a number that may be given in hexadecimal."""


NumberOrHex = Annotated[int, Numeral(), Interval(ge=0, le=2**64 - 1)]
"""A number as a number or as `0x…`: polkadot-sdk's NumberOrHex."""

_MISSING: Final = object()


@record
class Parameter:
    """One parameter: its name here and on the wire, how it is read, and what it is where it is not given."""

    name: str
    wire_name: str
    read: Reader
    default: Any


class Parameters:
    """The parameters of one method, after the context."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Raises TypeError where an annotation is none that can be read."""
        hints = get_type_hints(function, include_extras=True)
        declared = list(inspect.signature(function).parameters.values())[1:]
        self.declared = tuple(
            Parameter(
                each.name,
                camel_case(each.name),
                reader_of(hints[each.name]),
                _MISSING if each.default is inspect.Parameter.empty else each.default,
            )
            for each in declared
        )

    def read(self, given: Json) -> list[Any]:
        """The arguments for what a request has as `params`, `None` for none; raises RpcError."""
        if given is None:
            values: Sequence[Json] = ()
        elif isinstance(given, list):
            values = given
        elif isinstance(given, dict):
            values = [given.get(each.wire_name, given.get(each.name)) for each in self.declared]
        else:
            raise invalid_params("params is neither a list nor an object")
        return [_value(each, at, values[at] if at < len(values) else None) for at, each in enumerate(self.declared)]


def _value(parameter: Parameter, at: int, given: Json) -> Any:
    if given is None and parameter.default is not _MISSING:
        return parameter.default
    try:
        return parameter.read(given)
    except ValueError as error:
        reason = "missing" if given is None else str(error)
        raise invalid_params(f"parameter {at + 1}, {parameter.wire_name}: {reason}") from None


def camel_case(name: str) -> str:
    """`start_key` as it is called on the wire: `startKey`."""
    first, *rest = name.lstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def reader_of(hint: Any) -> Reader:
    """How a value of this annotation is read; raises TypeError where it is none that can be."""
    if hint is Any or hint is object:
        return _anything
    if hint in (str, bool, dict, list):
        return _exactly(hint)
    if hint is int:
        return _whole_number(None)
    if hint is bytes:
        return _bytes
    if hint in FIXED_LENGTHS:
        return _fixed(FIXED_LENGTHS[hint])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _one_of(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin is list:
        return _list(reader_of(arguments[0]))
    if origin is dict:
        return _exactly(dict)
    if origin in (Union, UnionType):
        return _first_of(arguments)
    raise TypeError(f"{hint!r} is no parameter that can be read from JSON")


def _anything(value: Json) -> Any:
    return value


_NAMES: Final = {str: "a string", bool: "true or false", dict: "an object", list: "a list"}


def _exactly(kind: type[Any]) -> Reader:
    def read(value: Json) -> Any:
        if not isinstance(value, kind):
            raise ValueError(f"{_shown(value)} is not {_NAMES[kind]}")
        return value

    return read


def _one_of(kind: type[StrEnum]) -> Reader:
    def read(value: Json) -> StrEnum:
        if value not in list(kind):
            raise ValueError(f"{_shown(value)} is none of {', '.join(kind)}")
        return kind(value)

    return read


def _whole_number(interval: Interval | None) -> Reader:
    low = getattr(interval, "ge", None)
    high = getattr(interval, "le", None)

    def read(value: Json) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{_shown(value)} is not a whole number")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(f"{_shown(value)} is not between {low} and {high}")
        return value

    return read


def _number_or_hex(interval: Interval | None) -> Reader:
    whole = _whole_number(interval)
    return lambda value: whole(read_number(value) if isinstance(value, str) else value)


def _bytes(value: Json) -> bytes:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is not a string of hexadecimal digits")
    return read_hex(value)


def _fixed(length: int) -> Reader:
    def read(value: Json) -> bytes:
        if not isinstance(value, str):
            raise ValueError(f"{_shown(value)} is not a string of {2 * length} hexadecimal digits")
        return read_fixed_hex(value, length)

    return read


def _annotated(hint: Any, notes: tuple[Any, ...]) -> Reader:
    interval = next((note for note in notes if isinstance(note, Interval)), None)
    if any(isinstance(note, Numeral) for note in notes):
        return _number_or_hex(interval)
    exact = next(
        (note.min_length for note in notes if isinstance(note, Len) and note.min_length == note.max_length), None
    )
    if hint is bytes and exact is not None:
        return _fixed(exact)
    return _whole_number(interval) if hint is int else reader_of(hint)


def _list(item: Reader) -> Reader:
    def read(value: Json) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError(f"{_shown(value)} is not a list")
        read_items = list[Any]()
        for at, each in enumerate(value):
            try:
                read_items.append(item(each))
            except ValueError as error:
                raise ValueError(f"item {at + 1}: {error}") from None
        return read_items

    return read


def _first_of(hints: tuple[Any, ...]) -> Reader:
    readers = [reader_of(hint) for hint in hints if hint is not NoneType]
    is_optional = NoneType in hints

    def read(value: Json) -> Any:
        if value is None and is_optional:
            return None
        faults = list[str]()
        for reader in readers:
            try:
                return reader(value)
            except ValueError as error:
                faults.append(str(error))
        raise ValueError("; ".join(faults))

    return read


def _object(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind, include_extras=True)
    fields = [(field, camel_case(field.name), reader_of(hints[field.name])) for field in dataclasses.fields(kind)]

    def read(value: Json) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"{_shown(value)} is not an object")
        given = dict[str, Any]()
        for field, wire_name, reader in fields:
            has_default = not (field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING)
            found = value.get(wire_name)
            if found is None and has_default:
                continue
            try:
                given[field.name] = reader(found)
            except ValueError as error:
                raise ValueError(f"{wire_name}: {'missing' if found is None else error}") from None
        return kind(**given)

    return read


def _shown(value: Json) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
