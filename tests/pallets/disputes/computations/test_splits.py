"""The best split of a feature is the one of the trainer's search."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pallets.disputes.computations.splits import best_split, cells_with, is_better
from pallets.disputes.computations.training import Best

told = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=20)


def worth(rows: list[tuple[int, int, int]]) -> Fraction:
    counts = [sum(times for _, label, times in rows if label == each) for each in range(3)]
    return Fraction(sum(count * count for count in counts), sum(counts))


@given(told, st.integers(1, 5), st.integers(0, 20))
def test_the_best_split_is_the_first_of_the_largest_worth(
    rows: list[tuple[int, int, int]], min_leaf: int, parts: int
) -> None:
    cells = cells_with(cells_with(b"", rows[:parts], 3), rows[parts:], 3)
    values = sorted({value for value, _, _ in rows})
    found = []
    for value, after in pairwise(values):
        sides = [row for row in rows if row[0] <= value], [row for row in rows if row[0] > value]
        if min(sum(times for *_, times in side) for side in sides) >= min_leaf:
            found.append((worth(sides[0]) + worth(sides[1]), (value + after) // 2))
    best = best_split(4, cells, 3, min_leaf)
    if not found:
        assert best is None
        return
    assert best is not None
    largest = max(each for each, _ in found)
    assert (Fraction(best.numerator, best.denominator), best.feature) == (largest, 4)
    assert best.threshold == next(threshold for each, threshold in found if each == largest)


def test_the_histogram_does_not_depend_on_the_order_of_rows() -> None:
    rows = [(5, 1, 2), (0, 0, 1), (5, 2, 1)]
    cells = cells_with(b"", rows, 3)
    assert cells == cells_with(b"", rows[::-1], 3)
    assert cells.hex() == "00010000000000000000000000" + "05000000000200000001000000"


def test_equal_splits_do_not_replace_each_other() -> None:
    one, same, more = Best(0, 0, 1, 2), Best(1, 0, 2, 4), Best(2, 0, 3, 4)
    assert is_better(one, None)
    assert not is_better(None, None)
    assert not is_better(None, one)
    assert not is_better(same, one)
    assert is_better(more, one)
