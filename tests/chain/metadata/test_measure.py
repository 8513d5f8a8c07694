"""Least sizes and recursion of types."""

from __future__ import annotations

from typing import Any

import pytest

from chain.metadata.measure import CEILING
from tests.chain.metadata.handmade import (
    ArrayType,
    CompactType,
    SequenceType,
    TupleType,
    enum,
    primitive,
    registry_of,
    struct,
    unnamed,
)
from tests.chain.metadata.samples import SAMPLES, sample

U32, UNIT = primitive("u32"), TupleType(())


@pytest.mark.parametrize(
    ("definitions", "size", "parts"),
    [
        ([U32], 4, 1),
        ([primitive("str")], 1, 1),
        ([UNIT], 0, 1),
        ([struct(a=1, b=1), U32], 8, 1),
        ([unnamed(1, 1), UNIT], 0, 3),
        ([ArrayType(8, 1), U32], 32, 1),
        ([ArrayType(8, 1), UNIT], 0, 9),
        ([ArrayType(0, 1), U32], 0, 1),
        ([SequenceType(1), UNIT], 1, 1),
        ([CompactType(1), U32], 1, 1),
        ([CompactType(1), UNIT], 0, 2),
        ([enum(A=(1,)), U32], 1, 1),
        ([unnamed(0)], 1, 1),
        ([ArrayType(2**32 - 1, 1), ArrayType(2**32 - 1, 2), U32], CEILING, 1),
    ],
)
def test_a_size_is_the_least_and_parts_are_those_without_bytes(definitions: list[Any], size: int, parts: int) -> None:
    measures = registry_of(*definitions).measures

    assert measures.sizes[0] == size
    assert measures.parts[0] == (parts if parts > 1 or size else measures.parts[0])


def test_each_cycle_passes_through_a_type_that_others_lead_back_to() -> None:
    registry = registry_of(unnamed(1), SequenceType(2), enum(A=(0,), B=(3,)), unnamed(3, 4), U32)

    assert registry.measures.returns == {0, 3}


def test_depth_does_not_matter() -> None:
    deep = registry_of(*[unnamed(number + 1) for number in range(50_000)], U32)

    assert deep.measures.sizes[0] == 4


@pytest.mark.parametrize("name", SAMPLES)
def test_real_runtimes_have_recursion_in_their_calls_only(name: str) -> None:
    metadata = sample(name)
    if metadata.view.pallets:
        assert len(metadata.registry.measures.returns) < 10
