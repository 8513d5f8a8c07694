"""Robust rules beside Flower's, on the same updates."""

from __future__ import annotations

import numpy as np

from pallets.learning.robust.coordinates import median, trimmed_mean
from pallets.learning.robust.krum import krum
from tests.pallets.learning.aggregation.flower import UPDATES, first_round_of, largest_difference

FIRST = np.array(UPDATES[0], dtype=np.int64)


def test_the_median_the_trimmed_mean_and_krum_agree_with_flower() -> None:
    assert largest_difference(median(FIRST).tolist(), first_round_of("FedMedian")) < 1e-7
    assert largest_difference(trimmed_mean(FIRST, 1, 1).tolist(), first_round_of("FedTrimmedAvg")) < 1e-7
    assert largest_difference(krum(FIRST, 1).tolist(), first_round_of("Krum")) < 1e-7
