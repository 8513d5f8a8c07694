"""SCALE as an obvious interpreter of the type notation: what the generated functions are compared with."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from chain.primitives import BitSequence, Err, Ok
from tests.chain.scale.notation import Notation, Types, kind_of, may_be_none


class Refused(Exception):
    """The bytes are no value of the type."""


class Oracle:
    """Encodes and decodes the Python values of one type, by the letter of the specification."""

    def __init__(self, types: Types, notation: Notation) -> None:
        self._types = types
        self._notation = notation

    def encode(self, value: Any) -> bytes:
        """The bytes of the value."""
        return self._encode(self._notation, value)

    def decode(self, data: bytes) -> Any:
        """The value that the whole of the bytes encodes; raises Refused."""
        rest = bytearray(data)
        value = self._take(self._notation, rest)
        if rest:
            raise Refused("bytes are left over")
        return value

    def _encode(self, notation: Notation, value: Any) -> bytes:
        kind, parts = kind_of(notation)
        match kind:
            case "unit":
                return b""
            case "bool":
                return bytes([value])
            case "OptionBool":
                return bytes([0 if value is None else 1 if value else 2])
            case "str":
                return compact(len(value.encode())) + bytes(value.encode())
            case "bytes":
                return compact(len(value)) + bytes(value)
            case "compact":
                return compact(value)
            case "option" if value is None:
                return b"\0"
            case "option":
                return b"\1" + self._encode(parts, value.held if may_be_none(parts) else value)
            case "vec" | "list":
                return compact(len(value)) + b"".join(self._encode(parts, item) for item in value)
            case "array" if parts[0] == "u8":
                return bytes(value)
            case "array":
                return b"".join(self._encode(parts[0], item) for item in value)
            case "bounded":
                return self._encode(parts[0], value)
            case "tuple":
                return b"".join(self._encode(part, item) for part, item in zip(parts, value, strict=True))
            case "struct":
                return b"".join(self._encode(part, getattr(value, name)) for name, part in parts)
            case "plain":
                return bytes([value.value])
            case "enum":
                part = next(part for name, part, *_ in parts if name == type(value).__name__)
                return bytes([value.index]) + (b"" if part is None else self._encode(part, value.held))
            case "result":
                held = (0, parts[0], value.value) if isinstance(value, Ok) else (1, parts[1], value.error)
                return bytes([held[0]]) + self._encode(held[1], held[2])
            case "set":
                items = sorted(value, key=lambda item: self._order(parts, item))
                return compact(len(items)) + b"".join(self._encode(parts, item) for item in items)
            case "map":
                keys = sorted(value, key=lambda key: self._order(parts[0], key))
                pairs = [self._encode(parts[0], key) + self._encode(parts[1], value[key]) for key in keys]
                return compact(len(keys)) + b"".join(pairs)
            case "bitvec":
                return compact(len(value.bits)) + packed(value.bits, int(parts[0][1:]), parts[1])
        return int.to_bytes(value, int(kind[1:]) // 8, "little", signed=kind[0] == "i")

    def _take(self, notation: Notation, rest: bytearray) -> Any:
        """Take a value's bytes from the front of `rest`."""
        kind, parts = kind_of(notation)
        match kind:
            case "unit":
                return None
            case "bool":
                return choice(rest, [False, True])
            case "OptionBool":
                return choice(rest, [None, True, False])
            case "str":
                try:
                    return bytes(taken(rest, length(rest))).decode()
                except UnicodeDecodeError:
                    raise Refused("not UTF-8") from None
            case "bytes":
                return taken(rest, length(rest))
            case "compact":
                return fitting(take_compact(rest), int(parts[1:]))
            case "option":
                if choice(rest, [False, True]):
                    item = self._take(parts, rest)
                    return self._types.cls({"struct": [["held", parts]]})(item) if may_be_none(parts) else item
                return None
            case "vec" | "list":
                items = self._items(parts, length(rest), rest)
                return tuple(items) if kind == "vec" else items
            case "array" if parts[0] == "u8":
                return taken(rest, parts[1])
            case "array":
                return tuple(self._items(parts[0], parts[1], rest))
            case "bounded":
                value = self._take(parts[0], rest)
                if len(value.encode() if isinstance(value, str) else value) > parts[1]:
                    raise Refused("too long")
                return value
            case "tuple":
                return tuple(self._take(part, rest) for part in parts)
            case "struct":
                return self._types.cls(notation)(*[self._take(part, rest) for _, part in parts])
            case "plain":
                return self._types.cls(notation)(choice(rest, {index: index for index in parts}))
            case "enum":
                return self._take_variant(notation, rest)
            case "result":
                is_error = choice(rest, [False, True])
                return Err(self._take(parts[1], rest)) if is_error else Ok(self._take(parts[0], rest))
            case "set":
                return frozenset(self._ascending(parts, self._items(parts, length(rest), rest)))
            case "map":
                pairs = self._items({"tuple": parts}, length(rest), rest)
                self._ascending(parts[0], [key for key, _ in pairs])
                return dict(pairs)
            case "bitvec":
                return take_bits(rest, int(parts[0][1:]), parts[1])
        return int.from_bytes(taken(rest, int(kind[1:]) // 8), "little", signed=kind[0] == "i")

    def _take_variant(self, notation: Notation, rest: bytearray) -> Any:
        base = self._types.cls(notation)
        variant = choice(rest, base.variants)
        part = next(part for name, part, *_ in notation["enum"] if name == variant.__name__)
        return variant() if part is None else variant(self._take(part, rest))

    def _items(self, notation: Notation, count: int, rest: bytearray) -> list[Any]:
        return [self._take(notation, rest) for _ in range(count)]

    def _ascending(self, notation: Notation, items: list[Any]) -> list[Any]:
        keys = [self._order(notation, item) for item in items]
        if any(not earlier < later for earlier, later in pairwise(keys)):
            raise Refused("not in order")
        return items

    def _order(self, notation: Notation, value: Any) -> Any:
        """Something that Python sorts as Rust sorts the value: nested tuples of ints and bytes."""
        kind, parts = kind_of(notation)
        match kind:
            case "str":
                return value.encode()
            case "unit":
                return ()
            case "OptionBool":
                return () if value is None else (value,)
            case "option":
                return () if value is None else (self._order(parts, value.held if may_be_none(parts) else value),)
            case "bounded":
                return self._order(parts[0], value)
            case "vec":
                return tuple(self._order(parts, item) for item in value)
            case "array" if parts[0] != "u8":
                return tuple(self._order(parts[0], item) for item in value)
            case "set":
                return tuple(sorted(self._order(parts, item) for item in value))
            case "tuple":
                return tuple(self._order(part, item) for part, item in zip(parts, value, strict=True))
            case "struct":
                return tuple(self._order(part, getattr(value, name)) for name, part in parts)
            case "plain":
                return value.value
            case "enum":
                part = next(part for name, part, *_ in parts if name == type(value).__name__)
                return value.index, () if part is None else self._order(part, value.held)
            case "result":
                is_ok = isinstance(value, Ok)
                return not is_ok, self._order(parts[0], value.value) if is_ok else self._order(parts[1], value.error)
            case "bitvec":
                return value.bits
        return value


def compact(number: int) -> bytes:
    """The compact form."""
    for mode, size in ((0, 1), (1, 2), (2, 4)):
        if number < 1 << size * 8 - 2:
            return (number * 4 + mode).to_bytes(size, "little")
    size = max(4, (number.bit_length() + 7) // 8)
    return bytes([(size - 4) * 4 + 3]) + number.to_bytes(size, "little")


def taken(rest: bytearray, size: int) -> bytes:
    """The first bytes of the rest, which loses them."""
    if len(rest) < size:
        raise Refused("too short")
    data = bytes(rest[:size])
    del rest[:size]
    return data


def take_compact(rest: bytearray) -> int:
    """A compact number from the front of the rest."""
    [first] = taken(rest, 1)
    if first % 4 == 3:
        number = int.from_bytes(taken(rest, first // 4 + 4), "little")
        read = bytes([first]) + number.to_bytes(first // 4 + 4, "little")
    else:
        read = bytes([first]) + taken(rest, (1, 2, 4)[first % 4] - 1)
        number = int.from_bytes(read, "little") // 4
    if compact(number) != read:
        raise Refused("not the shortest form")
    return number


def length(rest: bytearray) -> int:
    """A number of items that the test can afford; generated input never has more."""
    count = take_compact(rest)
    if count > 1024:
        raise Refused("too many")
    return count


def choice(rest: bytearray, values: Any) -> Any:
    """What the first byte of the rest stands for."""
    [byte] = taken(rest, 1)
    try:
        return values[byte]
    except (IndexError, KeyError):
        raise Refused("no such choice") from None


def fitting(number: int, bits: int) -> int:
    """The number, if it has at most so many bits."""
    if number >> bits:
        raise Refused("does not fit")
    return number


def packed(bits: tuple[bool, ...], store: int, order: str) -> bytes:
    """Bits in words."""
    data = bytearray((len(bits) + store - 1) // store * store // 8)
    for place, bit in enumerate(bits):
        word, inside = divmod(place, store)
        shift = inside if order == "lsb0" else store - 1 - inside
        data[word * store // 8 + shift // 8] |= bit << shift % 8
    return bytes(data)


def take_bits(rest: bytearray, store: int, order: str) -> BitSequence:
    """A bit sequence from the front of the rest."""
    count = take_compact(rest)
    if count > 8 * len(rest):
        raise Refused("too short")
    data = taken(rest, (count + store - 1) // store * store // 8)
    bits = []
    for place in range(count):
        word, inside = divmod(place, store)
        shift = inside if order == "lsb0" else store - 1 - inside
        bits.append(bool(data[word * store // 8 + shift // 8] >> shift % 8 & 1))
    if packed(tuple(bits), store, order) != data:
        raise Refused("a bit behind the last is set")
    return BitSequence(tuple(bits))
