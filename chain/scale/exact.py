"""Which values are what decoding their bytes gives: for those who keep a value instead of decoding it again.

An encoder lets equivalent types pass (an IntEnum for an int, another class with the same fields for a record). Such
a value must not come back from storage, so what is kept has to be exactly of the declared types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chain.record import is_frozen
from chain.scale.shapes import CompactInteger, Integer, Record, Shape
from chain.scale.source import Source


def exact_test(shape: Shape) -> Callable[[Any], bool] | None:
    """The test of a value that was encoded; None where the shape is more than integers and records of them."""
    if not _is_simple(shape):
        return None
    source = Source()
    with source.block("def is_exact(value):"):
        conditions = list(_conditions(source, shape, "value"))
        source.line(f"return {' and '.join(conditions)}")
    return source.execute(f"test of {shape.name}")["is_exact"]


def _is_simple(shape: Shape) -> bool:
    match shape:
        case Integer() | CompactInteger():
            return True
        case Record():
            return is_frozen(shape.cls) and all(_is_simple(field.shape) for field in shape.fields)
    return False


def _conditions(source: Source, shape: Shape, value: str) -> list[str]:
    if not isinstance(shape, Record):
        return [f"type({value}) is int"]
    conditions = [f"type({value}) is {source.refer(shape.cls, 'cls')}"]
    for field in shape.fields:
        conditions += _conditions(source, field.shape, f"{value}.{field.name}")
    return conditions
