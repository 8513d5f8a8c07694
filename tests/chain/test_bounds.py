"""Our bounds are annotated-types' to everybody who asks, and nobody imports that package who does not."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any

import annotated_types
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from chain.bounds import Interval, Len, MaxLen, length_of
from chain.primitives import U8
from chain.scale import codec_of

SIZES = st.integers(0, 9)


@given(SIZES, st.none() | SIZES)
def test_a_bound_is_the_group_that_the_packages_own_is(least: int, most: int | None) -> None:
    assert list(Len(least, most)) == list(annotated_types.Len(least, most))
    assert list(Interval(ge=least, le=most)) == list(annotated_types.Interval(ge=least, le=most))
    assert list(MaxLen(least)) == [annotated_types.MaxLen(least)]


@pytest.mark.parametrize("bound", [Interval(ge=1), Len(1, 2), MaxLen(3)])
def test_a_bound_is_a_group_to_who_looks_for_one(bound: object) -> None:
    assert isinstance(bound, annotated_types.GroupedMetadata)


def test_hypothesis_stays_within_the_bounds() -> None:
    numbers: Any = st.from_type(Annotated[int, Interval(ge=3, le=5)])  # type: ignore[arg-type]
    assert [find(numbers, wanted.__eq__) for wanted in (3, 4, 5)] == [3, 4, 5]
    lists: Any = st.from_type(Annotated[list[int], MaxLen(2)])  # type: ignore[arg-type]
    fixed: Any = st.from_type(Annotated[bytes, Len(4, 4)])  # type: ignore[arg-type]

    @given(numbers, lists, fixed)
    def within(number: int, some: list[int], four: bytes) -> None:
        assert 3 <= number <= 5
        assert len(some) <= 2
        assert len(four) == 4

    within()


@given(SIZES, st.none() | SIZES)
def test_lengths_of_the_package_mean_what_ours_mean(least: int, most: int | None) -> None:
    assert length_of(annotated_types.Len(least, most)) == length_of(Len(least, most)) == Len(least, most)
    assert length_of(annotated_types.MaxLen(least)) == length_of(MaxLen(least)) == MaxLen(least)
    assert length_of(annotated_types.MinLen(least)) == Len(least)
    assert length_of(annotated_types.Ge(least)) is length_of(Interval(ge=least)) is length_of("a mark") is None


@given(st.lists(st.integers(0, 255), max_size=12), SIZES)
def test_a_codec_refuses_the_same_lists_whoever_bounds_them(values: list[int], most: int) -> None:
    def encoded(bound: object) -> bytes | str:
        try:
            return codec_of(Annotated[list[U8], bound]).encode(values)
        except ValueError as error:
            return str(error)

    assert encoded(MaxLen(most)) == encoded(annotated_types.MaxLen(most))


def test_a_chain_starts_without_the_package() -> None:
    told = "import runtime.dev, sys; print('annotated_types' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
