"""Rules by name give what their own modules give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.robust import coordinates
from pallets.learning.robust.bounds import BoundExceeded, Rule, most_adversaries
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean
from pallets.learning.robust.tables import joined_by
from tests.pallets.learning.robust import oracle
from tests.pallets.learning.robust.tables import tables

TABLE = np.array([[5, -9], [7, 0], [6, -3], [8, 1], [400, -700], [6, -4], [7, -2]], dtype=np.int64)


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
        assert joined_by(rule, TABLE, 1, number).tolist() == vector.tolist()


def test_too_many_adversaries_are_refused() -> None:
    with pytest.raises(BoundExceeded):
        joined_by(Rule.BULYAN, TABLE, 2)


@settings(max_examples=60)
@given(tables(least=3, width=3), st.sampled_from(Rule), st.data())
def test_each_rule_is_its_oracle(updates: NDArray[np.int64], rule: Rule, data: st.DataObject) -> None:
    clients = len(updates)
    adversaries = data.draw(st.integers(0, most_adversaries(rule, clients)))
    number = {
        Rule.TRIMMED_MEAN: st.integers(adversaries, (clients - 1) // 2),
        Rule.MULTI_KRUM: st.integers(1, max(clients - adversaries - 2, 1)),
        Rule.NORM_CLIPPING: st.integers(1, 2**44),
    }
    drawn = data.draw(number.get(rule, st.just(0)))
    expected = oracle.joined(rule, updates.tolist(), adversaries, drawn)
    assert joined_by(rule, updates, adversaries, drawn).tolist() == expected
