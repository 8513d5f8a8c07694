from __future__ import annotations

import pytest

from pallets.learning.robust.bounds import RobustError
from pallets.learning.robust.columns import mean_around_median, median, trimmed_mean


def test_the_median_of_an_even_number_rounds_toward_zero() -> None:
    assert median([5, -2, 1]) == 1
    assert median([1, 2]) == 1
    assert median([-1, -2]) == -1


def test_the_trimmed_mean_rounds_toward_zero() -> None:
    assert trimmed_mean([100, 1, 2, -100], 1) == 1
    assert trimmed_mean([100, -1, -2, -100], 1) == -1
    assert trimmed_mean([1, 2, 3], 0) == 2


def test_the_lower_of_two_values_as_near_is_taken() -> None:
    assert mean_around_median([0, 2, 4], 2) == 1


def test_what_cannot_be_computed_is_refused() -> None:
    with pytest.raises(RobustError, match="the median of no values"):
        median([])
    with pytest.raises(RobustError, match="1 of each side of 2 values trimmed"):
        trimmed_mean([1, 2], 1)
    with pytest.raises(RobustError, match="the 0 nearest of 1 values"):
        mean_around_median([1], 0)
