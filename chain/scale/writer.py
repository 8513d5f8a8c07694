"""Generates the statements that write a value: fixed-width neighbours by one `struct` call, nested types in line.

`put` emits the checks of a value and notes its parts; `finish` emits what makes one `bytes` of them. A check that
fails raises anything that says so: `explain` finds out afterwards what was wrong.
"""

from __future__ import annotations

import struct
from operator import itemgetter
from typing import Any, Final, NamedTuple

from chain.primitives import Err, Ok
from chain.scale import requirements
from chain.scale.bits import MAX_BITS, encode_bits
from chain.scale.compact import SHORT_FORMS, encode_compact
from chain.scale.order import order_of
from chain.scale.reader import FunctionOf
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
    Option,
    OptionalBoolean,
    PlainEnum,
    Record,
    ResultOf,
    Sequence,
    SetOf,
    Shape,
    Text,
    TupleOf,
    Unit,
)
from chain.scale.sizes import MAX_EMPTY_ITEMS, least
from chain.scale.source import Source

FIRST: Final = itemgetter(0)
OPTIONAL_BOOLEAN_BYTES: Final = {None: 0, True: 1, False: 2}


class Part(NamedTuple):
    """Bytes of the result: an expression for them, or with a struct code the argument that `struct` packs."""

    expression: str
    code: str = ""

    @property
    def is_bytes(self) -> bool:
        """Whether the expression is the bytes already."""
        return not self.code or self.code.endswith("s")


class Writer:
    """Emits the making of one byte string."""

    as_bytes = staticmethod(requirements.as_bytes)
    """Makes bytes of what is not of that type, or refuses it; of just one length, `as_fixed_bytes` does."""

    as_fixed_bytes = staticmethod(requirements.as_fixed_bytes)

    def __init__(self, source: Source, function_of: FunctionOf) -> None:
        self._source = source
        self._function_of = function_of
        self._parts: list[Part] = []
        self._integers: list[str] = []
        self._compact_by_bits: dict[int, list[str]] = {}
        self.variables: dict[str, str] = {}
        """Which variable holds the value of an expression."""

    def put(self, shape: Shape, value: str) -> None:
        """Emit the checks of the value that the expression stands for, and note its bytes."""
        function = self._function_of(shape)
        if function:
            self._parts.append(Part(f"{function}({value})"))
            return
        match shape:
            case TupleOf(items=items):
                self._tuple(items, value)
            case Record(fields=fields):
                self.fields(fields, self._local(value))
            case Option() | ResultOf():
                self._choice(shape, self._local(value))
            case Sequence() | Array():
                self._sequence(shape, self._local(value))
            case SetOf() | Mapping():
                self._sorted(shape, self._local(value))
            case ByteString() | Text():
                self._bytes(shape, self._local(value))
            case _:
                self._leaf(shape, self._local(value))

    def fields(self, fields: tuple[Field, ...], value: str) -> None:
        """Emit the fields of the record in a variable."""
        for field in fields:
            self.put(field.shape, f"{value}.{field.name}")

    def constant(self, data: bytes) -> None:
        """Note bytes that are the same for every value."""
        self._parts += [Part(str(number), "B") for number in data]

    def finish(self) -> str:
        """Emit the check of the integers so far; the expression for all bytes.

        The variable `is_exact` says whether all are of the very type int.
        """
        for bits, variables in self._compact_by_bits.items():
            together = variables[0] if len(variables) == 1 else f"({' | '.join(variables)})"  # negative where one is
            self._refuse_if(f"{together} >> {bits}")
        if self._integers:
            require = self._source.refer(requirements.require_integers, "require")
            types = " is ".join(f"type({variable})" for variable in self._integers)
            self._source.line(f"if not (is_exact := {types} is int): {require}({', '.join(self._integers)})")
        pieces: list[str] = []
        run: list[Part] = []
        for part in [*self._parts, None]:
            if part and part.code:
                run.append(part)
                continue
            if run:
                pieces.append(self._packed(run))
                run = []
            if part:
                pieces.append(part.expression)
        if len(pieces) > 4:
            return f"b''.join(({', '.join(pieces)}))"
        return " + ".join(pieces) or "b''"

    def _packed(self, run: list[Part]) -> str:
        if all(part.expression.isdecimal() for part in run):
            return repr(bytes(int(part.expression) for part in run))
        if len(run) == 1 and run[0].is_bytes:
            return run[0].expression
        pack = self._source.refer(struct.Struct("<" + "".join(part.code for part in run)).pack, "pack")
        return f"{pack}({', '.join(part.expression for part in run)})"

    def _local(self, value: str) -> str:
        """A variable that holds the value of the expression."""
        if value.isidentifier():
            return value
        variable = self.variables[value] = self._source.fresh("v")
        self._source.line(f"{variable} = {value}")
        return variable

    def _refuse_if(self, condition: str) -> None:
        self._source.line(f"if {condition}: {self._source.refer(requirements.refuse, 'refuse')}()")

    def _require(self, value: str, kind: type[Any], requirement: Any) -> None:
        name = self._source.refer(requirement, "require")
        self._source.line(f"if type({value}) is not {kind.__name__}: {name}({value})")

    def _leaf(self, shape: Shape, value: str) -> None:
        match shape:
            case Unit():
                self._refuse_if(f"{value} is not None")
            case Integer(struct_code=code) if code:
                self._integers.append(value)
                self._parts.append(Part(value, code))
            case Integer(bits=128, signed=False):  # two halves take less time than `to_bytes`
                self._integers.append(value)
                self._parts += [Part(f"{value} & {2**64 - 1:#x}", "Q"), Part(f"{value} >> 64", "Q")]
            case Integer(bits=bits, signed=signed):
                self._integers.append(value)
                sign = ", signed=True" if signed else ""
                self._parts.append(Part(f"{value}.to_bytes({bits // 8}, 'little'{sign})", f"{bits // 8}s"))
            case CompactInteger(bits=bits):
                self._integers.append(value)
                self._compact_by_bits.setdefault(bits, []).append(value)
                self._parts.append(Part(self._compact(value)))
            case Boolean():
                self._refuse_if(f"type({value}) is not bool")
                self._parts.append(Part(value, "?"))
            case OptionalBoolean():
                self._refuse_if(f"{value} is not None and type({value}) is not bool")
                table = self._source.refer(OPTIONAL_BOOLEAN_BYTES, "bytes")
                self._parts.append(Part(f"{table}[{value}]", "B"))
            case PlainEnum(cls=cls):
                self._refuse_if(f"type({value}) is not {self._source.refer(cls, 'cls')}")
                self._parts.append(Part(f"{value}._value_", "B"))
            case FixedBytes(length=length):
                convert = self._source.refer(self.as_fixed_bytes, "convert")
                condition = f"type({value}) is not bytes or len({value}) != {length}"
                self._source.line(f"if {condition}: {value} = {convert}({value}, {length})")
                self._parts.append(Part(value, f"{length}s"))
            case Bits(store=store, msb_first=msb_first):
                self._refuse_if(f"len({value}.bits) > {MAX_BITS}")
                encode = self._source.refer(encode_bits, "encode")
                self._parts.append(Part(f"{encode}({value}, {store}, {msb_first})"))
            case _:
                raise AssertionError(f"{shape!r} has no way to be written")

    def _compact(self, number: str) -> str:
        table, encode = self._source.refer(SHORT_FORMS, "forms"), self._source.refer(encode_compact, "encode")
        return f"({table}[{number}] if {number} < 256 else {encode}({number}))"

    def _tuple(self, items: tuple[Shape, ...], value: str) -> None:
        value = self._local(value)
        self._require(value, tuple, requirements.require_sequence)
        variables = [self._source.fresh("v") for _ in items]
        self._source.line(f"[{', '.join(variables)}] = {value}")
        for item, variable in zip(items, variables, strict=True):
            self.put(item, variable)

    def _choice(self, shape: Option | ResultOf, value: str) -> None:
        result = self._source.fresh("v")
        if isinstance(shape, Option):
            with self._source.block(f"if {value} is None:"):
                self._source.line(f"{result} = b'\\x00'")
            with self._source.block("else:"):
                self._source.line(f"{result} = {self._part_of(1, shape.item, value)}")
        else:
            with self._source.block(f"if type({value}) is {self._source.refer(Ok, 'cls')}:"):
                self._source.line(f"{result} = {self._part_of(0, shape.ok, f'{value}.value')}")
            with self._source.block("else:"):
                self._refuse_if(f"type({value}) is not {self._source.refer(Err, 'cls')}")
                self._source.line(f"{result} = {self._part_of(1, shape.error, f'{value}.error')}")
        self._parts.append(Part(result))

    def _part_of(self, tag: int, shape: Shape, value: str) -> str:
        inner = type(self)(self._source, self._function_of)
        inner.constant(bytes((tag,)))
        inner.put(shape, value)
        return inner.finish()

    def _bytes(self, shape: ByteString | Text, value: str) -> None:
        if isinstance(shape, Text):
            data = self._source.fresh("v")
            self._source.line(f"{data} = str.encode({value})")
        else:
            data = value
            convert = self._source.refer(self.as_bytes, "convert")
            self._source.line(f"if type({value}) is not bytes: {value} = {convert}({value})")
        self._count(data, shape.bound)
        self._parts.append(Part(data))

    def _count(self, value: str, bound: int | None) -> None:
        count = self._source.fresh("n")
        self._source.line(f"{count} = len({value})")
        if bound is not None:
            self._refuse_if(f"{count} > {bound}")
        self._parts.append(Part(self._compact(count)))

    def _sequence(self, shape: Sequence | Array, value: str) -> None:
        self._require(value, shape.container, requirements.require_sequence)
        if isinstance(shape, Array):
            self._refuse_if(f"len({value}) != {shape.length}")
        else:
            bound = shape.bound
            if least(shape.item) == 0:
                bound = MAX_EMPTY_ITEMS if bound is None else min(bound, MAX_EMPTY_ITEMS)
            self._count(value, bound)
        self._items(shape.item, value)

    def _items(self, item: Shape, values: str) -> None:
        code = item.struct_code if isinstance(item, Integer) else None
        if code is None:
            self._each(item, values)
            return
        require = self._source.refer(requirements.require_integers, "require")
        self._source.line(f"if [*map(type, {values})].count(int) != len({values}): {require}(*{values})")
        if code == "B":
            self._parts.append(Part(f"bytes({values})"))
        else:
            pack = self._source.refer(struct.pack, "pack")
            self._parts.append(Part(f"{pack}(f'<{{len({values})}}{code}', *{values})"))

    def _each(self, item: Shape, values: str) -> None:
        """The items of an iterable one after the other, by a comprehension where they need no statements."""
        variable = self._source.fresh("v")
        inner = type(self)(self._source, self._function_of)
        with self._source.apart() as lines:
            inner.put(item, variable)
            expression = inner.finish()
        if not lines:
            self._parts.append(Part(f"b''.join([{expression} for {variable} in {values}])"))
            return
        pieces = self._source.fresh("v")
        self._source.line(f"{pieces} = []")
        with self._source.block(f"for {variable} in {values}:"):
            self._source.add(lines)
            self._source.line(f"{pieces}.append({expression})")
        self._parts.append(Part(f"b''.join({pieces})"))

    def _sorted(self, shape: SetOf | Mapping, value: str) -> None:
        if isinstance(shape, SetOf):
            self._require(value, shape.container, requirements.require_set)
            key = order_of(shape.item)
            by_key = f", key={self._source.refer(key, 'order')}" if key else ""
            self._count(value, shape.bound)
            self._each(shape.item, f"sorted({value}{by_key})")
        else:
            self._require(value, dict, requirements.require_mapping)
            key = order_of(shape.key)
            first = (
                f"lambda pair: {self._source.refer(key, 'order')}(pair[0])"
                if key
                else self._source.refer(FIRST, "first")
            )
            self._count(value, shape.bound)
            pair = TupleOf(name="", hint=None, items=(shape.key, shape.value))
            self._each(pair, f"sorted({value}.items(), key={first})")
