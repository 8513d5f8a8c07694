from __future__ import annotations

import numpy as np

from pallets.learning.simulation.clipping import clipped_to_median, median_norm


def test_no_step_is_longer_than_the_middle_one() -> None:
    steps = np.array([[3, 4], [30, 40], [300, 400]], dtype=np.int64)
    assert median_norm(steps) == 50
    assert clipped_to_median(steps).tolist() == [[3, 4], [30, 40], [30, 40]]


def test_of_an_even_number_the_shorter_of_both_is_the_middle() -> None:
    steps = np.array([[300, 400], [3, 4]], dtype=np.int64)
    assert median_norm(steps) == 5
    assert clipped_to_median(steps).tolist() == [[3, 4], [3, 4]]
