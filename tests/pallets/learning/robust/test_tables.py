"""Rules by name give what their own modules give."""

from __future__ import annotations

import numpy as np
import pytest

from pallets.learning.robust import coordinates
from pallets.learning.robust.bounds import BoundExceeded, Rule
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean
from pallets.learning.robust.tables import joined_by

UPDATES = [[5, -9], [7, 0], [6, -3], [8, 1], [400, -700], [6, -4], [7, -2]]
TABLE = np.array(UPDATES, dtype=np.int64)


def test_each_rule_is_its_modules() -> None:
    expected = {
        (Rule.MEDIAN, 0): coordinates.median(TABLE),
        (Rule.TRIMMED_MEAN, 2): coordinates.trimmed_mean(TABLE, 2, 1),
        (Rule.KRUM, 0): krum(TABLE, 1),
        (Rule.MULTI_KRUM, 3): multi_krum(TABLE, 1, 3),
        (Rule.BULYAN, 0): bulyan(TABLE, 1),
        (Rule.GEOMETRIC_MEDIAN, 0): geometric_median(TABLE, 1),
        (Rule.NORM_CLIPPING, 9): clipped_mean(TABLE, 9),
    }
    assert {rule for rule, _ in expected} == set(Rule)
    for (rule, number), vector in expected.items():
        assert joined_by(rule, UPDATES, 1, number) == vector.tolist()


def test_too_many_adversaries_are_refused() -> None:
    with pytest.raises(BoundExceeded):
        joined_by(Rule.BULYAN, UPDATES, 2)
