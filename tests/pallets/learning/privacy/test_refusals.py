"""What privacy code refuses is of one type, a wrong value, from whichever module."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from pallets.learning.privacy import budget, mechanisms, noise_table, pld, rdp, skellam
from pallets.learning.privacy.refusals import PrivacyError

IMPOSSIBLE: tuple[Callable[[], object], ...] = (
    lambda: budget.cost_of_gaussian(Fraction(0)),
    lambda: budget.rho_of_skellam(0, 1, 1),
    lambda: mechanisms.share_variance(1.0, 0),
    lambda: noise_table.Noise(0.0),
    lambda: pld.epsilon(1.0, 1.0, 1, 0.0),
    lambda: rdp.epsilon(0.0, 1.0, 1, 1e-5),
    lambda: skellam.skellam_share(1, 0.0, bytes),
)


@pytest.mark.parametrize("asked", IMPOSSIBLE)
def test_terms_that_protect_nobody_are_refused_with_a_sentence(asked: Callable[[], object]) -> None:
    with pytest.raises(PrivacyError) as refusal:
        asked()
    assert isinstance(refusal.value, ValueError)
    assert str(refusal.value)
