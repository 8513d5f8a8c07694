"""Which numbers an encoding may have, and which sums fit its modulus."""

from __future__ import annotations

import pytest

from pallets.learning.secure_aggregation.refusals import TermsRefused
from pallets.learning.secure_aggregation.room import check_numbers, check_room, largest_coordinate


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((1, 18, 48, 1, 0), r"^a modulus of 2\^48, not of 2\^32 or 2\^64$"),
        ((1, 25, 64, 1, 0), "^25 fractional bits, not 0 to 24$"),
        ((0, 18, 32, 1, 0), "^a clip of 0, weights to 1, noise to 0$"),
        ((1, 18, 32, 0, 0), "weights to 0"),
        ((1, 18, 32, 1, -1), "noise to -1"),
    ],
)
def test_numbers_that_no_encoding_has_are_refused(numbers: tuple[int, int, int, int, int], reason: str) -> None:
    with pytest.raises(TermsRefused, match=reason):
        check_numbers(*numbers)


def test_the_last_sum_that_fits_fits_and_the_next_is_refused() -> None:
    check_room(2, 2**30 - 1, 32)
    with pytest.raises(TermsRefused, match=r"^the sum of 2 clients of up to 1073741824 each wraps modulo 2\^32$"):
        check_room(2, 2**30, 32)


def test_the_weight_is_a_coordinate_too() -> None:
    assert largest_coordinate(clip=3, largest_weight=10, noise=4) == 34
    assert largest_coordinate(clip=1, largest_weight=10, noise=0) == 10
