"""Generates the functions of one codec: reading, decoding and encoding, as Python source that is compiled once.

Records, tuples and containers are written in line. Functions of their own have tagged unions and recursive types:
those of their own codec where they refer to nothing around them, else beside the outermost one's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from chain.scale import refusals, requirements
from chain.scale.codec import Codec
from chain.scale.depth import bounded_read, bounded_write, reader_of, writer_of
from chain.scale.exact import Keep
from chain.scale.explain import encode_error
from chain.scale.reader import Reader, refusing
from chain.scale.shapes import Opaque, Record, Recursion, Shape, Variant, Variants, recursions
from chain.scale.source import Source
from chain.scale.writer import Writer

CodecOf = Callable[[Shape], Codec[Any]]
"""Finds the codec of a tagged union or recursive type that stands inside another."""


def generate_read(shape: Shape, codec_of: CodecOf) -> Callable[[bytes, int], tuple[Any, int]]:
    """The function that reads one value from an offset."""
    module = _ReadModule(codec_of)
    name = module.name_of(shape)
    return module.executed(shape)[name]


def generate_decode(shape: Shape, codec_of: CodecOf) -> Callable[[bytes], Any]:
    """The function that decodes the whole of its input."""
    module = _ReadModule(codec_of)
    source = module.source
    with source.block("def decode(data):"):
        source.line(f"if type(data) is not bytes: data = {source.refer(requirements.as_input, 'convert')}(data)")
        source.line("offset = 0")
        with refusing(source, shape.name):
            value = f"{module.name_of(shape)}(data, 0)" if is_recursive(shape) else module.value(shape)
            source.line(f"value, offset = {value}" if is_recursive(shape) else f"value = {value}")
            with source.block("if offset != len(data):"):
                source.line(f"raise {source.refer(refusals.left_over, 'refusal')}({shape.name!r}, offset, data)")
            source.line("return value")
    return module.executed(shape)["decode"]


def generate_encode(
    shape: Shape, codec_of: CodecOf, keep: Keep | None = None, prefix: bytes = b""
) -> Callable[[Any], bytes]:
    """The function that encodes a value, with the same bytes before each, and keeps it where that is asked for."""
    module = _WriteModule(codec_of)
    source = module.source
    source.objects |= {
        "StructError": struct.error,
        "explain": lambda value, error: encode_error(shape, value, error),
    }
    with source.block("def encode(value):"):
        with source.block("try:"):
            data = f"{prefix!r} + {module.name_of(shape)}(value)" if is_recursive(shape) else module.data(shape, prefix)
            source.line(f"{'return' if keep is None else 'data ='} {data}")
        errors = "StructError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError"
        with source.block(f"except ({errors}) as error:"):
            source.line("raise explain(value, error) from None")
        if keep is not None:
            keep.emit(source, shape, module.variables)
            source.line("return data")
    return module.executed(shape)["encode"]


class _Module:
    """The source of one codec's functions, and the names of those for types that are not in line."""

    def __init__(self, codec_of: CodecOf) -> None:
        self.source = Source()
        self._codec_of = codec_of
        self._names: dict[Any, str] = {}
        self._waiting: list[tuple[Shape, str]] = []
        self._recursive: list[tuple[Shape, str]] = []

    def function_of(self, shape: Shape) -> str | None:
        """The name of the function for the shape; None where it belongs in line."""
        if isinstance(shape, Opaque):
            return self.source.refer(self._of_scope(shape.codec), "function")
        if isinstance(shape, Recursion):
            return self._names[shape.hint]
        if not isinstance(shape, Variants) and not is_recursive(shape):
            return None
        if recursions(shape) - {shape.hint}:
            return self.name_of(shape)
        return self.source.refer(self._of_codec(self._codec_of(shape)), "function")

    def name_of(self, shape: Shape) -> str:
        """The name of the shape's function in this module."""
        if shape.hint not in self._names:
            name = self._names[shape.hint] = f"function_{len(self._names)}"
            self._waiting.append((shape, name))
            if is_recursive(shape):
                self._recursive.append((shape, name))
        return self._names[shape.hint]

    def executed(self, root: Shape) -> dict[str, Callable[..., Any]]:
        """The functions by name; recursive ones refuse to nest too deep."""
        while self._waiting:
            self._define(*self._waiting.pop())
        objects = self.source.execute(root.name)
        for shape, name in self._recursive:
            objects[name] = self._bounded(shape.name, objects[name])
        return objects

    def choose(self, variants: tuple[Variant, ...], emit: Callable[[Variant], None]) -> None:
        """Emit the search for the variant whose index is in `index`; it may turn out to be another."""
        if len(variants) == 1:
            emit(variants[0])
            return
        middle = len(variants) // 2
        with self.source.block(f"if index < {variants[middle].index}:"):
            self.choose(variants[:middle], emit)
        with self.source.block("else:"):
            self.choose(variants[middle:], emit)

    def _of_codec(self, codec: Codec[Any]) -> Callable[..., Any]:
        raise NotImplementedError

    def _of_scope(self, codec: Codec[Any]) -> Callable[..., Any]:
        raise NotImplementedError

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        raise NotImplementedError

    def _define(self, shape: Shape, name: str) -> None:
        raise NotImplementedError


class _ReadModule(_Module):
    """Functions of `data` and `offset`."""

    def value(self, shape: Shape) -> str:
        """Emit the reading of a value at `offset`; the expression for it."""
        if isinstance(shape, Variants):
            return self._variant(shape)
        reader = Reader(self.source, self.function_of, shape.name)
        make = reader.record(shape.cls, shape.fields) if isinstance(shape, Record) else reader.pull(shape)
        reader.flush()
        return make()

    def _variant(self, shape: Variants) -> str:
        source = self.source
        refusal = source.refer(refusals.no_variant(shape.name), "refusal")

        def emit(variant: Variant) -> None:
            with source.block(f"if index != {variant.index}:"):
                source.line(f"raise {refusal}({shape.name!r}, offset - 1, index)")
            reader = Reader(source, self.function_of, shape.name)
            make = reader.record(variant.cls, variant.fields)
            reader.flush()
            source.line(f"variant = {make()}")

        source.line("index = data[offset]")
        source.line("offset += 1")
        if not shape.variants:
            source.line(f"raise {refusal}({shape.name!r}, offset - 1, index)")
            return "None"
        self.choose(shape.variants, emit)
        return "variant"

    def _define(self, shape: Shape, name: str) -> None:
        with self.source.block(f"def {name}(data, offset):"), refusing(self.source, shape.name):
            self.source.line(f"return {self.value(shape)}, offset")

    def _of_codec(self, codec: Codec[Any]) -> Callable[..., Any]:
        return codec.read

    def _of_scope(self, codec: Codec[Any]) -> Callable[..., Any]:
        return reader_of(codec)

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        return bounded_read(name, function)


class _WriteModule(_Module):
    """Functions of `value`.

    variables: what the outermost function calls the parts of its value
    """

    def __init__(self, codec_of: CodecOf) -> None:
        super().__init__(codec_of)
        self.variables: dict[str, str] = {}

    def data(self, shape: Shape, prefix: bytes = b"") -> str:
        """Emit the writing of `value`; the expression for its bytes, those of `prefix` first."""
        if isinstance(shape, Variants):
            return self._variant(shape, prefix)
        writer = Writer(self.source, self.function_of)
        writer.constant(prefix)
        if isinstance(shape, Record):
            writer.fields(shape.fields, "value")
        else:
            writer.put(shape, "value")
        self.variables = writer.variables
        return writer.finish()

    def _variant(self, shape: Variants, prefix: bytes) -> str:
        source = self.source
        refuse = source.refer(requirements.refuse, "refuse")

        def emit(variant: Variant) -> None:
            source.line(f"if type(value) is not {source.refer(variant.cls, 'cls')}: {refuse}()")
            writer = Writer(source, self.function_of)
            writer.constant(prefix + bytes((variant.index,)))
            writer.fields(variant.fields, "value")
            source.line(f"variant = {writer.finish()}")

        if not shape.variants:
            source.line(f"{refuse}()")
            return "b''"
        if len(shape.variants) > 1:
            source.line("index = type(value).index")
        self.choose(shape.variants, emit)
        return "variant"

    def _define(self, shape: Shape, name: str) -> None:
        with self.source.block(f"def {name}(value):"):
            self.source.line(f"return {self.data(shape)}")

    def _of_codec(self, codec: Codec[Any]) -> Callable[..., Any]:
        return codec.encode

    def _of_scope(self, codec: Codec[Any]) -> Callable[..., Any]:
        return writer_of(codec)

    def _bounded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        return bounded_write(name, function)


def is_recursive(shape: Shape) -> bool:
    """Whether recursion inside the shape leads back to it."""
    return isinstance(shape, Record | Variants) and shape.hint in recursions(shape)
