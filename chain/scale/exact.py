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


def keeping_encoder(
    shape: Shape, encode: Callable[[Any], bytes], kept: dict[bytes, Any], limit: int
) -> Callable[[Any], bytes] | None:
    """An encoder that puts the values which are exact into `kept`, by their bytes; `limit` values at most.

    None where the shape is more than integers and records of them.
    """
    if not _is_simple(shape):
        return None
    source = Source()
    source.objects |= {"encode": encode, "kept": kept}
    with source.block("def encode_and_keep(value):"):
        source.line("data = encode(value)")
        with source.block(f"if {' and '.join(_conditions(source, shape, 'value'))}:"):
            source.line(f"if len(kept) >= {limit}: kept.clear()")
            source.line("kept[data] = value")
        source.line("return data")
    return source.execute(f"kept {shape.name}")["encode_and_keep"]


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
