"""Figures get their places, ticks are round, labels do not lie on each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_cli.report.scale import Scale, padded, spread, ticks

FIGURES = st.floats(-1e6, 1e6)


def test_the_ends_of_the_range_are_the_ends_of_the_line() -> None:
    scale = Scale(10, 20, 300, 100)
    assert [scale.place(figure) for figure in (10, 15, 20)] == [300, 200, 100]


def test_figures_outside_are_put_at_the_ends() -> None:
    scale = Scale(10, 20, 0, 1)
    assert (scale.place(-5), scale.place(99)) == (0, 1)
    assert (scale.holds(-5), scale.holds(15)) == (False, True)


def test_a_range_of_one_figure_is_in_the_middle() -> None:
    assert Scale(4, 4, 0, 10).place(4) == 5


@given(st.lists(FIGURES, min_size=1))
def test_a_padded_range_has_room_on_both_sides(figures: list[float]) -> None:
    low, high = padded(figures)
    assert low < min(figures) <= max(figures) < high


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (41, 98, [50, 60, 70, 80, 90]),
        (0.315, 0.445, [0.32, 0.34, 0.36, 0.38, 0.4, 0.42, 0.44]),
        (1, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_ticks_are_a_few_within_the_range(low: float, width: float) -> None:
    found = ticks(low, low + width)
    assert 2 <= len(found) <= 9
    assert all(low <= figure <= low + width for figure in found)


@given(st.lists(st.floats(0, 400), min_size=1, max_size=12), st.floats(1, 40))
def test_places_are_spread_within_the_drawing_in_their_order(places: list[float], distance: float) -> None:
    moved = spread(places, distance, 0, 400)
    room = min(distance, 400 / max(len(places) - 1, 1))
    in_order = [moved[index] for index in sorted(range(len(places)), key=lambda index: places[index])]
    assert all(after - before >= room - 1e-6 for before, after in pairwise(in_order))
    assert min(moved) >= -1e-6
    assert max(moved) <= 400 + 1e-6


def test_places_that_are_far_enough_apart_stay() -> None:
    assert spread([30, 10, 60], 15, 0, 100) == [30, 10, 60]
