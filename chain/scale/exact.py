"""Which values are what decoding their bytes gives: for those who keep a value instead of decoding it again.

An encoder lets equivalent types pass (an IntEnum for an int, another class with the same fields for a record). Such
a value must not come back from storage, so what is kept has to be exactly of the declared types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chain.record import is_frozen, record
from chain.scale.shapes import CompactInteger, Integer, Record, Shape
from chain.scale.source import Source


@record
class Keep:
    """Where an encoder puts the values which are exact, by their bytes; `limit` values at most."""

    kept: dict[bytes, Any]
    limit: int

    def emit(self, source: Source, shape: Shape, variables: Mapping[str, str]) -> None:
        """Emit the keeping of `value`, whose bytes are in `data`, where `is_exact` says that its integers are.

        variables: which variable holds the value of an expression like `value.field`
        """
        kept = source.refer(self.kept, "kept")
        conditions = [
            f"type({name}) is {source.refer(part.cls, 'cls')}" if isinstance(part, Record) else "is_exact"
            for name, part in _parts(shape, "value", variables)
        ]
        with source.block(f"if {' and '.join(dict.fromkeys(conditions))}:"):
            source.line(f"if len({kept}) >= {self.limit}: {kept}.clear()")
            source.line(f"{kept}[data] = value")


def _parts(shape: Shape, name: str, variables: Mapping[str, str]) -> Iterator[tuple[str, Shape]]:
    """The shape and its parts, each with the variable that holds its value."""
    yield name, shape
    if isinstance(shape, Record):
        for field in shape.fields:
            yield from _parts(field.shape, variables[f"{name}.{field.name}"], variables)


def is_simple(shape: Shape) -> bool:
    """Whether the shape is integers and records of them, of which alone it can be told whether a value is exact."""
    match shape:
        case Integer() | CompactInteger():
            return True
        case Record():
            return is_frozen(shape.cls) and all(is_simple(field.shape) for field in shape.fields)
    return False
