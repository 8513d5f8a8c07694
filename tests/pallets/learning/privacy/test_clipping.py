from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pallets.learning.privacy.clipping import ONE, AdaptiveClip, exponential
from pallets.learning.privacy.refusals import PrivacyError

TERMS = AdaptiveClip(target=ONE // 2, rate=ONE // 5, least=1, most=2**40)


@given(st.integers(-20 * ONE, 20 * ONE))
@example(0)
@example(-1)
@example(20 * ONE)
def test_the_exponential_is_right_to_its_stated_error(exponent: int) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = (Decimal(exponent) / ONE).exp() * ONE
        assert abs(exponential(exponent) - exact) <= exact * Decimal(2) ** -28 + 1


def test_the_clip_comes_to_the_norm_that_half_of_the_updates_stay_under() -> None:
    norms = [2**24 + 2**16 * place for place in range(101)]
    clip = 2**20
    for _ in range(200):
        clip = TERMS.next_clip(clip, sum(norm <= clip for norm in norms), len(norms))
    assert abs(clip - norms[50]) < norms[50] // 50


def test_the_step_is_that_of_the_formula_and_noise_beyond_the_ends_counts_as_the_end() -> None:
    up = TERMS.next_clip(2**30, 0, 10)
    assert up == pytest.approx(2**30 * 2.718281828459045**0.1, rel=1e-8)
    assert TERMS.next_clip(2**30, -3, 10) == up
    assert TERMS.next_clip(2**30, 12, 10) == TERMS.next_clip(2**30, 10, 10) < 2**30
    assert abs(TERMS.next_clip(2**30, 5, 10) - 2**30) <= 1


def test_the_clip_stays_between_its_bounds() -> None:
    assert AdaptiveClip(ONE, ONE, 1, 100).next_clip(99, 0, 1) == 100
    assert AdaptiveClip(0, ONE, 50, 100).next_clip(51, 1, 1) == 50


def test_terms_that_mean_nothing_are_refused() -> None:
    for target, rate, least, most in (
        (-1, 1, 1, 2),
        (ONE + 1, 1, 1, 2),
        (1, 5 * ONE, 1, 2),
        (1, 1, 0, 2),
        (1, 1, 3, 2),
    ):
        with pytest.raises(PrivacyError):
            AdaptiveClip(target, rate, least, most)
    with pytest.raises(PrivacyError, match="a clip for 0 clients"):
        TERMS.next_clip(5, 0, 0)
    with pytest.raises(PrivacyError, match="out of range"):
        exponential(21 * ONE)
