"""Timing in turn, and what a row says of it."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.measure import Comparison, Goal, PeerUnavailable, Samples, alternate, compare, cpu_seconds, row_of
from tests.benchmarks.rows import ALONE, FASTER, SLOWER, SMALL


def test_a_ratio_of_at_least_is_how_many_times_faster_we_are() -> None:
    assert (FASTER.ratio, FASTER.met) == (30.0, True)


def test_a_ratio_of_at_most_is_our_share_of_the_peers_figure() -> None:
    assert (SLOWER.ratio, SLOWER.met) == (3.0, False)


def test_a_goal_for_the_figure_is_judged_without_a_peer() -> None:
    assert (SMALL.ratio, SMALL.met) == (None, True)


def test_a_goal_for_the_ratio_cannot_be_judged_without_a_peer() -> None:
    assert (ALONE.ratio, ALONE.met) == (None, None)


@pytest.mark.parametrize(("figure", "met"), [(2.4, True), (2.41, False)])
def test_a_goal_is_met_at_its_bound(figure: float, met: bool) -> None:
    assert dataclasses.replace(FASTER, figure=figure).met is met


def test_sides_take_turns_and_their_first_rounds_are_not_counted() -> None:
    turns: list[str] = []
    figures = {"ours": iter([9.0, 1.0, 3.0, 2.0]), "peer": iter([90.0, 10.0, 30.0, 20.0])}

    def side(name: str) -> float:
        turns.append(name)
        return next(figures[name])

    ours, peer = alternate(3, lambda: side("ours"), lambda: side("peer"))
    assert turns == ["ours", "peer"] * 4
    assert (ours, peer) == (Samples((1.0, 3.0, 2.0)), Samples((10.0, 30.0, 20.0)))
    assert (ours.median, ours.best) == (2.0, 1.0)


def test_without_the_peer_our_side_is_measured_all_the_same() -> None:
    def gone() -> float:
        raise PeerUnavailable("rival 1.0 ended")

    assert compare(2, lambda: 1.0, gone) == Comparison(Samples((1.0, 1.0)), None, "rival 1.0 ended")


def test_a_row_has_the_medians_in_its_own_unit() -> None:
    comparison = Comparison(Samples((1e-6, 2e-6, 9e-6)), Samples((6e-5,)))
    goal = Goal("at least", 25)
    row = row_of(comparison, 1e6, name="root", work="100 keys", unit="µs", peer="rival 1.0", goal=goal)
    assert row == dataclasses.replace(FASTER, figure=row.figure, peer_figure=row.peer_figure)
    assert (row.figure, row.peer_figure) == pytest.approx((2.0, 60.0))


def test_cpu_seconds_count_work() -> None:
    assert cpu_seconds(lambda: sum(range(200_000))) > 0
