"""The values of a client's own rows in at most 256 bins a feature, for the histograms of the trainer.

A feature with at most 256 different values has a bin for each. One with more is cut at equal shares of its rows: a
value with `r` smaller rows of `n` goes to bin r × 256 // n, and bins that stay empty vanish. Equal values share a bin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BIN_LIMIT = 256
"""Bin codes are bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Rows as bin codes, and which values each bin spans.

    codes: (rows, features) uint8
    lowest, highest: (features, width) int64, the smallest and largest value in each bin; zero past a feature's last bin
    """

    codes: NDArray[np.uint8]
    lowest: NDArray[np.int64]
    highest: NDArray[np.int64]

    @property
    def width(self) -> int:
        """Bins of the feature that has most of them."""
        return int(self.lowest.shape[1])


def bin_features(features: NDArray[np.uint16]) -> Bins:
    """The bins of (rows, features) values."""
    rows, count = features.shape
    codes = np.empty((rows, count), dtype=np.uint8)
    spans = []
    for feature in range(count):
        codes[:, feature], lowest, highest = _bin_feature(features[:, feature])
        spans.append((lowest, highest))
    width = max(len(lowest) for lowest, _ in spans)
    ends = np.zeros((2, count, width), dtype=np.int64)
    for feature, (lowest, highest) in enumerate(spans):
        ends[0, feature, : len(lowest)] = lowest
        ends[1, feature, : len(highest)] = highest
    return Bins(codes, ends[0], ends[1])


def _bin_feature(column: NDArray[np.uint16]) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Codes of one feature's values, and the ends of its bins."""
    values, places = np.unique(column, return_inverse=True)
    bin_of_value = np.arange(len(values))
    if len(values) > BIN_LIMIT:
        smaller = np.searchsorted(np.sort(column), values)
        bin_of_value = np.unique(smaller * BIN_LIMIT // len(column), return_inverse=True)[1]
    starts = np.flatnonzero(np.diff(bin_of_value, prepend=-1))
    last = np.append(starts[1:], len(values)) - 1
    return (
        bin_of_value[places].astype(np.uint8),
        values[starts].astype(np.int64),
        values[last].astype(np.int64),
    )
