"""Generates the statements that read a value: fixed-width neighbours by one `struct` call, nested types in line.

Reading a shape has two steps. `pull` emits what takes bytes from `data` at `offset`; its result, called once all
of the bytes are there, emits what makes the value of them, and returns the expression for it. Between the two, parts
that a `struct` can read wait in a run until something else has to be read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from chain.primitives import Err, Ok
from chain.scale import refusals
from chain.scale.bits import read_bits
from chain.scale.compact import read_compact
from chain.scale.errors import DecodeError
from chain.scale.order import order_of
from chain.scale.records import construction
from chain.scale.run import Run
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
from chain.scale.sizes import MAX_EMPTY_ITEMS, fits_run, least
from chain.scale.source import Source

Make = Callable[[], str]
"""Emits what makes a value of bytes already read; returns the expression for it."""

FunctionOf = Callable[[Shape], str | None]
"""Finds the name of the function that does a type; None where it belongs in line."""

OPTIONAL_BOOLEANS: Final = (None, True, False)
"""Values of an OptionBool by their byte."""


@contextmanager
def refusing(source: Source, name: str) -> Iterator[None]:
    """Statements that read, whose failures become DecodeErrors of the named type."""
    source.objects |= {"DecodeError": DecodeError, "StructError": struct.error, "too_short": refusals.too_short}
    source.line("need = 1")
    with source.block("try:"):
        yield
    with source.block("except (IndexError, StructError):"):
        source.line(f"raise too_short({name!r}, offset, need, data) from None")
    with source.block("except DecodeError:"):
        source.line("raise")
    with source.block("except ValueError as error:"):
        source.line(f"raise DecodeError({name!r}, offset, str(error)) from None")


class Reader:
    """Emits the body of one function of `data` and `offset`."""

    def __init__(self, source: Source, function_of: FunctionOf, name: str) -> None:
        self._source = source
        self._function_of = function_of
        self._name = name  # of the type, for errors
        self._run = Run()
        self._need: int | None = None

    def pull(self, shape: Shape) -> Make:
        """Emit the reading of a value."""
        function = self._function_of(shape)
        if function:
            return self._call(f"{function}(data, offset)")
        match shape:
            case Integer() | Boolean() | FixedBytes() | OptionalBoolean() | PlainEnum():
                return self._fixed(shape)
            case Unit():
                return lambda: "None"
            case CompactInteger():
                return self._compact(shape)
            case ByteString() | Text():
                return self._bytes(shape)
            case Option():
                return self._choice([None, shape.item], [None, None])
            case ResultOf():
                return self._choice([shape.ok, shape.error], [Ok, Err])
            case TupleOf():
                makes = [self.pull(item) for item in shape.items]
                return lambda: "(" + "".join(f"{make()}, " for make in makes) + ")"
            case Record():
                return self.record(shape.cls, shape.fields)
            case Sequence():
                return self._items(shape.item, self._count(shape.bound), shape.container)
            case Array():
                self.flush()
                return self._items(shape.item, str(shape.length), shape.container)
            case SetOf():
                return self._set(shape)
            case Mapping():
                return self._mapping(shape)
            case Bits():
                read = self._source.refer(read_bits, "read")
                return self._call(f"{read}(data, offset, {shape.store}, {shape.msb_first}, {shape.name!r})")
        raise AssertionError(f"{shape!r} has no way to be read")

    def record(self, cls: type[Any], fields: tuple[Field, ...]) -> Make:
        """Emit the reading of the fields; made into an object of `cls`."""
        makes = [(field.name, self.pull(field.shape)) for field in fields]
        return lambda: construction(self._source, cls, [(name, make()) for name, make in makes])

    def flush(self) -> None:
        """Emit the reading of the run so far."""
        run, self._run = self._run, Run()
        if not run.parts:
            return
        self._needing(run.size)
        if run.is_byte:
            self._source.line(f"{run.parts[0].variable} = data[offset]")
        else:
            unpack = self._source.refer(run.struct.unpack_from, "unpack")
            self._source.line(f"{run.targets} = {unpack}(data, offset)")
        self._source.line(f"offset += {run.size}")
        run.emit_checks(self._source, self._name, f"offset - {run.size}")

    def _fixed(self, shape: Shape) -> Make:
        source, run = self._source, self._run
        match shape:
            case Integer(struct_code=code, bits=bits) if code:
                variable = run.add(source, code, bits // 8)
                return lambda: variable
            case Integer(bits=bits, signed=signed):
                variable = run.add(source, f"{bits // 8}s", bits // 8)
                sign = ", signed=True" if signed else ""
                from_bytes = source.refer(int.from_bytes, "from_bytes")
                return lambda: f"{from_bytes}({variable}, 'little'{sign})"
            case FixedBytes(length=length):
                variable = run.add(source, f"{length}s", length)
                return lambda: variable
            case Boolean():
                variable = run.add_byte(source, "{} > 1", refusals.no_boolean)
                return lambda: f"({variable} == 1)"
            case OptionalBoolean():
                variable = run.add_byte(source, "{} > 2", refusals.no_boolean)
                return lambda: f"{source.refer(OPTIONAL_BOOLEANS, 'values')}[{variable}]"
            case PlainEnum(members=members):
                table = source.refer(members, "members")
                variable = run.add_byte(source, f"{{}} not in {table}", refusals.no_variant(shape.name))
                return lambda: f"{table}[{variable}]"
        raise AssertionError(f"{shape!r} has no fixed width")

    def _needing(self, size: int) -> None:
        """Keep in `need` how many bytes the next access takes, for the error when they are not there."""
        if self._need != size:
            self._source.line(f"need = {size}")
            self._need = size

    def _call(self, expression: str) -> Make:
        self.flush()
        variable = self._source.fresh("v")
        self._source.line(f"{variable}, offset = {expression}")
        return lambda: variable

    def _compact(self, shape: CompactInteger) -> Make:
        variable = self._compact_number()
        self._refuse_if(f"{variable} >> {shape.bits}", f"offset, {variable}", refusals.outside(shape.name))
        return lambda: variable

    def _compact_number(self) -> str:
        """Emit the reading of a compact number, in line where it is one byte; the variable that holds it."""
        self.flush()
        variable = self._source.fresh("n")
        self._needing(1)
        self._source.line(f"{variable} = data[offset]")
        read = self._source.refer(read_compact, "read")
        with self._source.block(f"if {variable} & 3:"):
            self._source.line(f"{variable}, offset = {read}(data, offset)")
        with self._source.block("else:"):
            self._source.line(f"{variable} >>= 2")
            self._source.line("offset += 1")
        return variable

    def _refuse_if(self, condition: str, arguments: str, refusal: Callable[..., Any]) -> None:
        name = self._source.refer(refusal, "refusal")
        with self._source.block(f"if {condition}:"):
            self._source.line(f"raise {name}({self._name!r}, {arguments})")

    def _count(self, bound: int | None) -> str:
        """Emit the reading of a length; the variable that holds it."""
        variable = self._compact_number()
        if bound is not None:
            self._refuse_if(f"{variable} > {bound}", f"offset, {variable}, {bound}", refusals.too_many)
        return variable

    def _bytes(self, shape: ByteString | Text) -> Make:
        count = self._count(shape.bound)
        end, variable = self._source.fresh("end"), self._source.fresh("v")
        self._source.line(f"{end} = offset + {count}")
        self._refuse_if(f"{end} > len(data)", f"offset, {count}, data", refusals.too_short)
        if isinstance(shape, Text):
            self._source.line(f"{variable} = str(data[offset:{end}], 'utf-8')")
        else:
            self._source.line(f"{variable} = data[offset:{end}]")
        self._source.line(f"offset = {end}")
        return lambda: variable

    def _choice(self, shapes: list[Shape | None], classes: list[type[Any] | None]) -> Make:
        """One byte says which of two; None stands for itself."""
        tag = self._run.add_byte(self._source, "{} > 1", refusals.no_choice)
        self.flush()
        variable = self._source.fresh("v")
        for number, (shape, cls) in enumerate(zip(shapes, classes, strict=True)):
            with self._source.block("else:" if number else f"if {tag} == 0:"):
                self._need = None
                expression = "None"
                if shape is not None:
                    field = Field("error" if cls is Err else "value", shape)
                    make = self.record(cls, (field,)) if cls else self.pull(shape)
                    self.flush()
                    expression = make()
                self._source.line(f"{variable} = {expression}")
        self._need = None
        return lambda: variable

    def _items(self, item: Shape, count: str, container: type[Any]) -> Make:
        """Emit the reading of `count` items; a list or tuple of them."""
        self._room_for(item, count)
        variable = self._source.fresh("v")
        wrap = container.__name__
        code = item.struct_code if isinstance(item, Integer) else None
        if code == "B":
            self._source.line(f"{variable} = {wrap}(data[offset:offset + {count}])")
            self._source.line(f"offset += {count}")
            return lambda: variable
        if code:
            unpack = self._source.refer(struct.unpack_from, "unpack")
            self._source.line(f"{variable} = {unpack}(f'<{{{count}}}{code}', data, offset)")
            self._source.line(f"offset += {count} * {struct.calcsize('<' + code)}")
            return lambda: variable if container is tuple else f"list({variable})"
        if fits_run(item) and least(item):
            self._run_items(item, count, variable)
        else:
            self._source.line(f"{variable} = []")
            with self._source.block(f"for _ in range({count}):"):
                self._source.line(f"{variable}.append({self._inner(item)})")
            self._need = None
        return lambda: variable if container is list else f"tuple({variable})"

    def _room_for(self, item: Shape, count: str) -> None:
        """Refuse a count of items that the bytes left cannot hold."""
        size = int(least(item, recursive=1))  # recursion takes a byte at least: a length, a choice
        if size:
            self._refuse_if(
                f"{count} * {size} > len(data) - offset", f"offset, {count} * {size}, data", refusals.too_short
            )
        elif count.isidentifier():
            self._refuse_if(f"{count} > {MAX_EMPTY_ITEMS}", f"offset, {count}, {MAX_EMPTY_ITEMS}", refusals.too_many)

    def _inner(self, shape: Shape) -> str:
        """Emit a whole value inside a loop; the expression for it."""
        self._need = None
        make = self.pull(shape)
        self.flush()
        return make()

    def _run_items(self, item: Shape, count: str, variable: str) -> None:
        """Items that are runs: `struct` goes through all of them."""
        inner = type(self)(self._source, self._function_of, self._name)
        make, run = inner.pull(item), inner._run
        step = self._source.refer(run.struct.iter_unpack, "unpack")
        end = self._source.fresh("end")
        self._source.line(f"{end} = offset + {count} * {run.size}")
        with self._source.apart() as lines:
            run.emit_checks(self._source, self._name, f"offset + len({variable}) * {run.size}")
            expression = make()
        loop = f"for {run.targets}in {step}(data[offset:{end}])"
        if lines:
            self._source.line(f"{variable} = []")
            with self._source.block(f"{loop}:"):
                self._source.add(lines)
                self._source.line(f"{variable}.append({expression})")
        else:
            self._source.line(f"{variable} = [{expression} {loop}]")
        self._source.line(f"offset = {end}")

    def _set(self, shape: SetOf) -> Make:
        count = self._count(shape.bound)
        make = self._items(shape.item, count, list)
        items = self._source.fresh("v")
        self._source.line(f"{items} = {make()}")
        self._refuse_unsorted(shape.item, items, items)
        return lambda: f"{shape.container.__name__}({items})"

    def _mapping(self, shape: Mapping) -> Make:
        pair = TupleOf(name=f"({shape.key.name}, {shape.value.name})", hint=None, items=(shape.key, shape.value))
        count = self._count(shape.bound)
        make = self._items(pair, count, list)
        pairs = self._source.fresh("v")
        self._source.line(f"{pairs} = {make()}")
        self._refuse_unsorted(shape.key, pairs, f"[pair[0] for pair in {pairs}]")
        return lambda: f"dict({pairs})"

    def _refuse_unsorted(self, shape: Shape, items: str, keys: str) -> None:
        """Refuse keys that do not ascend; a single one always does."""
        key = order_of(shape)
        is_ascending = self._source.refer(refusals.is_ascending, "is_ascending")
        order = ", " + self._source.refer(key, "order") if key else ""
        self._refuse_if(f"len({items}) > 1 and not {is_ascending}({keys}{order})", "offset", refusals.unsorted)
