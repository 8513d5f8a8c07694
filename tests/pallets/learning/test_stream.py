from __future__ import annotations

from collections import Counter
from hashlib import shake_256
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.stream import Stream, StreamError, seed_for


def oracle_words(seed: bytes) -> list[int]:
    """The first three blocks, word by word."""
    blocks = [shake_256(seed + block.to_bytes(8, "little")).digest(4096) for block in range(3)]
    data = b"".join(blocks)
    return [int.from_bytes(data[start : start + 4], "little") for start in range(0, len(data), 4)]


@given(st.binary(max_size=40), st.integers(1, 2**32))
def test_draws_are_words_below_the_largest_multiple_of_the_bound(seed: bytes, bound: int) -> None:
    usable = (word % bound for word in oracle_words(seed) if word < 2**32 // bound * bound)
    assert Stream(seed).draws(1030, bound) == list(islice(usable, 1030))


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 2**32)), max_size=4))
def test_a_draw_of_many_equals_many_draws_of_one(plan: list[tuple[int, int]]) -> None:
    together, alone = Stream(b"s"), Stream(b"s")
    for count, bound in plan:
        assert together.draws(count, bound) == [alone.below(bound) for _ in range(count)]


def test_the_first_draws_of_a_seed_never_change() -> None:
    stream = Stream(seed_for("pin", 1))
    assert stream.draws(5, 1000) == [838, 298, 608, 574, 586]
    assert stream.permutation(6) == [2, 4, 3, 1, 0, 5]


@given(st.data(), st.integers(0, 60))
def test_a_choice_is_of_different_items(data: st.DataObject, among: int) -> None:
    count = data.draw(st.integers(0, among))
    chosen = Stream(data.draw(st.binary(max_size=4))).choice(count, among)
    assert len(chosen) == len(set(chosen)) == count
    assert set(chosen) <= set(range(among))


def test_permutations_are_about_equally_frequent() -> None:
    stream = Stream(b"fair")
    seen = Counter(tuple(stream.permutation(3)) for _ in range(6000))
    assert len(seen) == 6
    assert all(900 < count < 1100 for count in seen.values())


@pytest.mark.parametrize("bound", [0, -1, 2**32 + 1])
def test_a_bound_outside_a_word_is_refused(bound: int) -> None:
    with pytest.raises(StreamError, match="bounds go from 1 to"):
        Stream(b"").below(bound)
    with pytest.raises(StreamError, match="bounds go from 1 to"):
        Stream(b"").draws(1, bound)


def test_fewer_draws_than_none_are_refused() -> None:
    with pytest.raises(StreamError, match="-1 draws"):
        Stream(b"").draws(-1, 2)


def test_more_than_there_are_cannot_be_chosen() -> None:
    with pytest.raises(StreamError, match="cannot choose 3 different among 2"):
        Stream(b"").choice(3, 2)


parts = st.lists(st.one_of(st.binary(max_size=6), st.text(max_size=6), st.integers()), max_size=4).map(tuple)


@given(parts, parts)
def test_seeds_are_equal_only_for_equal_parts(
    one: tuple[bytes | str | int, ...], other: tuple[bytes | str | int, ...]
) -> None:
    assert (seed_for(*one) == seed_for(*other)) == (one == other)


def test_a_part_keeps_its_type_and_its_place() -> None:
    seeds = {seed_for(b"ab"), seed_for("ab"), seed_for(b"a", b"b"), seed_for(b"", b"ab"), seed_for(0), seed_for(-1)}
    assert len(seeds) == 6


@given(st.binary(max_size=4), st.lists(st.integers(1, 2**32), max_size=20), st.integers(0, 3000))
def test_a_stream_goes_on_where_another_was(seed: bytes, bounds: list[int], before: int) -> None:
    stream = Stream(seed)
    stream.draws(before, 1000)
    other = Stream(seed, stream.at)
    assert other.at == stream.at >= before
    assert [other.below(bound) for bound in bounds] == [stream.below(bound) for bound in bounds]
    assert other.at == stream.at
