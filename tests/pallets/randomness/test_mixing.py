"""Mixing takes majorities of three, as the crate safe-mix does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.randomness.mixing import majority, triplet_mix


@pytest.mark.parametrize("bits", range(8))
def test_a_bit_is_that_of_at_least_two(bits: int) -> None:
    a, b, c = bits & 1, bits >> 1 & 1, bits >> 2 & 1
    assert majority(bytes((a,)), bytes((b,)), bytes((c,))) == bytes((int(a + b + c >= 2),))


def oracle(values: list[bytes]) -> bytes:
    """The crate's own way: threes are closed as they fill up, and a later close replaces the result."""
    result, levels = bytes(len(values[0])), [[b""] * 3 for _ in range(17)]
    for position, value in enumerate(values):
        levels[0][position % 3] = value
        at, depth = position, 0
        while at % 3 == 2:
            at //= 3
            result = majority(*levels[depth])
            levels[depth + 1][at % 3] = result
            depth += 1
    return result


@given(
    st.sampled_from([1, 2, 3, 9, 27, 81]).flatmap(
        lambda n: st.lists(st.binary(min_size=4, max_size=4), min_size=n, max_size=n)
    )
)
def test_powers_of_three_mix_as_in_the_crate(values: list[bytes]) -> None:
    assert triplet_mix(values) == oracle(values)


@given(st.lists(st.binary(min_size=2, max_size=2), min_size=9, max_size=26))
def test_values_beyond_a_power_of_three_do_not_count(values: list[bytes]) -> None:
    assert triplet_mix(values) == triplet_mix(values[:9])


def test_one_value_of_three_cannot_move_what_the_others_agree_on() -> None:
    assert triplet_mix([b"\xaa", b"\xaa", b"\xff"]) == b"\xaa"
    assert triplet_mix([]) == b""
