from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.refusals import MalformedMessage, TermsRefused
from pallets.learning.secure_aggregation.shamir import (
    PRIME,
    combine,
    random_element,
    share_bytes,
    share_of_bytes,
    split,
    weights_at_zero,
)
from tests.pallets.learning.secure_aggregation.rounds import seeded

elements = st.integers(0, PRIME - 1)


@given(elements, st.integers(1, 8), st.integers(0, 3), st.integers(0, 99), st.data())
def test_any_threshold_of_the_shares_gives_the_secret(
    secret: int, threshold: int, more: int, seed: int, data: st.DataObject
) -> None:
    holders = threshold + more
    shares = split(secret, holders, threshold, seeded(seed))
    chosen = data.draw(st.permutations(range(holders)))[:threshold]
    assert combine([shares[holder] for holder in chosen], weights_at_zero(chosen)) == secret


def test_shares_are_values_of_a_polynomial_with_rational_interpolation() -> None:
    """The same secret by Lagrange over the rationals, reduced at the end."""
    shares = split(123456789, 5, 3, seeded(1))
    for chosen in combinations(range(5), 3):
        total = Fraction(0)
        for holder in chosen:
            weight = Fraction(1)
            for other in chosen:
                if other != holder:
                    weight *= Fraction(other + 1, other - holder)
            total += shares[holder] * weight
        assert total.numerator * pow(total.denominator, -1, PRIME) % PRIME == 123456789


def test_fewer_than_the_threshold_fit_every_secret_equally() -> None:
    """One share less than needed is uniform whatever the secret: counted for 2 of 3."""
    for secret in (0, 1, PRIME - 1):
        buckets = Counter(split(secret, 3, 2, seeded(seed))[0] >> 253 for seed in range(4000))
        assert all(800 < buckets[bucket] < 1200 for bucket in range(4))


def test_splits_that_do_not_exist_are_refused() -> None:
    for holders, threshold in ((3, 0), (3, 4)):
        with pytest.raises(TermsRefused, match=f"^{threshold} of {holders} shares$"):
            split(1, holders, threshold, seeded(0))
    for secret in (-1, PRIME):
        with pytest.raises(TermsRefused, match="no element of the field"):
            split(secret, 3, 2, seeded(0))


def test_holders_are_different_numbers_from_zero() -> None:
    for holders in ([1, 1], [-1, 2]):
        with pytest.raises(MalformedMessage, match="not different numbers from 0"):
            weights_at_zero(holders)


@given(elements)
def test_a_share_comes_back_from_its_bytes(share: int) -> None:
    assert share_of_bytes(share_bytes(share)) == share


@pytest.mark.parametrize("data", [bytes(31), bytes(33), PRIME.to_bytes(32, "little"), b"\xff" * 32])
def test_bytes_of_no_element_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage, match="is no element of the field"):
        share_of_bytes(data)


def test_random_elements_above_the_prime_are_drawn_again() -> None:
    drawn = iter([b"\xff" * 32, (10).to_bytes(32, "little")])
    assert random_element(lambda _: next(drawn)) == 5
