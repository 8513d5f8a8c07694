"""Durations are counted up to bounds."""

from __future__ import annotations

import pytest

from chain.node.durations import Durations


def test_a_duration_counts_for_each_bound_that_it_does_not_exceed() -> None:
    durations = Durations((1.0, 2.0))
    for each in (0.5, 1.0, 1.5, 3.0):
        durations.add(each)
    assert list(durations.up_to()) == [(1.0, 2), (2.0, 3)]
    assert (durations.count, durations.total) == (4, 6.0)


def test_what_fails_is_not_counted() -> None:
    durations = Durations()
    with pytest.raises(ValueError, match="no block"), durations.timed():
        raise ValueError("no block")
    with durations.timed():
        pass
    assert durations.count == 1
    assert 0 < durations.total < 1
