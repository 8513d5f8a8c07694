from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.binning import BIN_LIMIT, bin_features
from tests.pallets.learning.forests import drawn_rows
from tests.pallets.learning.oracle_forest import column_bins


@given(st.integers(1, 400), st.sampled_from([1, 2, 300, 65536]), st.integers(0, 99))
def test_bins_are_the_oracles(rows: int, values: int, seed: int) -> None:
    table = drawn_rows(rows, 2, seed, values)
    bins = bin_features(np.array(table, dtype=np.uint16))
    assert bins.width <= BIN_LIMIT
    for feature in (0, 1):
        codes = bins.codes[:, feature].tolist()
        spans = [(code, int(bins.lowest[feature, code]), int(bins.highest[feature, code])) for code in codes]
        assert spans == column_bins([row[feature] for row in table])


def test_many_values_are_cut_at_equal_shares() -> None:
    bins = bin_features(np.arange(1024, dtype=np.uint16)[:, None])
    assert np.bincount(bins.codes[:, 0]).tolist() == [4] * BIN_LIMIT
    assert bins.lowest[0, :3].tolist() == [0, 4, 8]
    assert bins.highest[0, :3].tolist() == [3, 7, 11]
