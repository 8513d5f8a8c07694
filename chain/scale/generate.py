"""Generates the functions of one codec: reading and encoding, as Python source that is compiled once.

Records, tuples and containers are written in line. Functions of their own have tagged unions and recursive types:
through their own codec where they refer to nothing around them, else beside the outermost one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from chain.scale import refusals
from chain.scale.codec import Codec
from chain.scale.depth import bounded_read, bounded_write, reader_of, writer_of
from chain.scale.errors import DecodeError
from chain.scale.explain import encode_error
from chain.scale.reader import Reader
from chain.scale.shapes import Opaque, Record, Recursion, Shape, Variants, recursions
from chain.scale.source import Source
from chain.scale.writer import Writer

CodecOf = Callable[[Shape], Codec[Any]]


class Functions(NamedTuple):
    """What a codec is made of."""

    encode: Callable[[Any], bytes]
    read: Callable[[bytes, int], tuple[Any, int]]
    source: str


def generate(shape: Shape, codec_of: CodecOf) -> Functions:
    """The functions of a shape; `codec_of` finds the codecs of the tagged unions and recursive types inside."""
    unit = _Unit(shape, codec_of)
    return unit.functions()


class _Unit:
    """The module that holds one codec's functions."""

    def __init__(self, root: Shape, codec_of: CodecOf) -> None:
        self._root = root
        self._codec_of = codec_of
        self._source = Source()
        self._source.objects |= {
            "DecodeError": DecodeError,
            "StructError": struct.error,
            "too_short": refusals.too_short,
            "encode_error": lambda value, error: encode_error(root, value, error),
        }
        self._local = {root.hint: ""}
        """Endings of the names of the functions in this module, by hint."""
        self._waiting = [root]

    def functions(self) -> Functions:
        """Generate and compile."""
        bounded: list[tuple[str, Shape]] = []
        while self._waiting:
            shape = self._waiting.pop()
            ending = self._local[shape.hint]
            self._define_read(shape, f"read{ending}")
            if shape is not self._root or self._has_functions(shape):
                self._define_write(shape, f"write{ending}")
            if _is_recursive(shape):
                bounded.append((ending, shape))
        self._define_encode()
        objects = self._source.execute(self._root.name)
        for ending, shape in bounded:
            objects[f"read{ending}"] = bounded_read(shape.name, objects[f"read{ending}"])
            objects[f"write{ending}"] = bounded_write(shape.name, objects[f"write{ending}"])
        return Functions(objects["encode"], objects["read"], self._source.text())

    def reader(self, shape: Shape) -> str | None:
        """The name of the function that reads the shape; None where it belongs in line."""
        if isinstance(shape, Opaque):
            return self._source.refer(reader_of(shape.codec), "read")
        if self._is_shared(shape):
            return self._source.refer(self._codec_of(shape).read, "read")
        ending = self._ending(shape)
        return None if ending is None else f"read{ending}"

    def writer(self, shape: Shape) -> str | None:
        """The name of the function that encodes the shape; None where it belongs in line."""
        if isinstance(shape, Opaque):
            return self._source.refer(writer_of(shape.codec), "write")
        if self._is_shared(shape):
            return self._source.refer(self._codec_of(shape).encode, "write")
        ending = self._ending(shape)
        return None if ending is None else f"write{ending}"

    def _is_shared(self, shape: Shape) -> bool:
        """Whether the shape has functions of its own and needs nothing around it."""
        return self._has_functions(shape) and not recursions(shape) - {shape.hint}

    def _has_functions(self, shape: Shape) -> bool:
        return isinstance(shape, Variants) or _is_recursive(shape)

    def _ending(self, shape: Shape) -> str | None:
        if isinstance(shape, Recursion):
            return self._local[shape.hint]
        if not self._has_functions(shape):
            return None
        if shape.hint not in self._local:
            self._local[shape.hint] = f"_{len(self._local)}"
            self._waiting.append(shape)
        return self._local[shape.hint]

    def _define_read(self, shape: Shape, name: str) -> None:
        source = self._source
        with source.block(f"def {name}(data, offset):"):
            source.line("need = 1")
            with source.block("try:"):
                if isinstance(shape, Variants):
                    self._read_variant(shape)
                else:
                    self._read_into_result(shape)
            source.line("except (IndexError, StructError):")
            source.line(f"    raise too_short({shape.name!r}, offset, need, data) from None")
            source.line("except DecodeError:")
            source.line("    raise")
            source.line("except ValueError as error:")
            source.line(f"    raise DecodeError({shape.name!r}, offset, str(error)) from None")

    def _read_into_result(self, shape: Shape) -> None:
        reader = Reader(self._source, self, shape.name)
        make = reader.record(shape.cls, shape.fields) if isinstance(shape, Record) else reader.pull(shape)
        reader.flush()
        self._source.line(f"return {make()}, offset")

    def _read_variant(self, shape: Variants) -> None:
        source = self._source
        source.line("index = data[offset]")
        for variant in shape.variants:
            with source.block(f"if index == {variant.index}:"):
                source.line("offset += 1")
                reader = Reader(source, self, shape.name)
                make = reader.record(variant.cls, variant.fields)
                reader.flush()
                source.line(f"return {make()}, offset")
        refusal = source.refer(refusals.no_variant(shape.name), "refusal")
        source.line(f"raise {refusal}({shape.name!r}, offset, index)")

    def _define_write(self, shape: Shape, name: str) -> None:
        with self._source.block(f"def {name}(value):"):
            self._write_body(shape)

    def _define_encode(self) -> None:
        source = self._source
        with source.block("def encode(value):"):
            with source.block("try:"):
                if self._has_functions(self._root):
                    source.line("return write(value)")
                else:
                    self._write_body(self._root)
            source.line(
                "except (StructError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:"
            )
            source.line("    raise encode_error(value, error) from None")

    def _write_body(self, shape: Shape) -> None:
        source = self._source
        writer = Writer(source, self)
        if isinstance(shape, Variants):
            source.line("cls = type(value)")
            for variant in shape.variants:
                with source.block(f"if cls is {source.refer(variant.cls, 'cls')}:"):
                    inner = Writer(source, self)
                    inner.byte(variant.index)
                    inner.fields(variant.fields, "value")
                    source.line(f"return {inner.finish()}")
            source.line("raise TypeError")
            return
        if isinstance(shape, Record):
            writer.fields(shape.fields, "value")
        else:
            writer.put(shape, "value")
        source.line(f"return {writer.finish()}")


def _is_recursive(shape: Shape) -> bool:
    """Whether recursion inside the shape leads back to it."""
    return isinstance(shape, Record | Variants) and shape.hint in recursions(shape)
