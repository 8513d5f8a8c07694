from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.split_search import Sides, best_splits

Split = tuple[int, int, int, int]
"""Rows and sums of both sides: left rows, right rows, left sum, right sum."""


def sides_of(splits: list[Split], *, squared: bool) -> Sides:
    """One node that has drawn one feature, with a bin after the last split."""
    left_rows, right_rows, left_sums, right_sums = np.array([*splits, (1, 0, 0, 0)], dtype=np.int64).T
    return Sides(np.arange(len(splits) + 1), left_rows, right_rows, left_sums, right_sums, squared)


def best_of(splits: list[Split], *, squared: bool, min_leaf: int = 1) -> int:
    found = best_splits(sides_of(splits, squared=squared), (1, 1, len(splits) + 1), min_leaf)
    return int(found.left_bin[0]) if found.drawn[0] >= 0 else -1


rows = st.integers(1, 2**20)
sums = st.integers(-(2**52), 2**52)


@given(st.lists(st.tuples(rows, rows, sums, sums), min_size=1, max_size=8))
def test_the_best_of_targets_is_the_exact_one(splits: list[Split]) -> None:
    worths = [Fraction(a * a, n) + Fraction(b * b, m) for n, m, a, b in splits]
    assert best_of(splits, squared=True) == worths.index(max(worths))


@given(st.lists(st.tuples(rows, rows, st.integers(1, 2**40), st.integers(1, 2**40)), min_size=1, max_size=8))
def test_the_best_of_classes_is_the_exact_one(splits: list[Split]) -> None:
    worths = [Fraction(a, n) + Fraction(b, m) for n, m, a, b in splits]
    assert best_of(splits, squared=False) == worths.index(max(worths))


@given(rows, rows, st.integers(2**45, 2**52), st.permutations([0, 0, 0, 1, 1]))
def test_what_floats_cannot_tell_apart_is_told_apart(n: int, m: int, total: int, order: list[int]) -> None:
    splits = [(n, m, total, total - step) for step in order]
    assert best_of(splits, squared=True) == order.index(0)  # the first of equals, though one step is 2^-45 of the worth


def test_a_side_with_too_few_rows_is_not_allowed() -> None:
    splits = [(1, 9, 100, 0), (2, 8, 1, 0), (3, 7, 2, 0)]
    assert best_of(splits, squared=False) == 0
    assert best_of(splits, squared=False, min_leaf=2) == 2
    assert best_of(splits, squared=False, min_leaf=6) == -1


def test_nodes_are_searched_apart() -> None:
    # two nodes, one feature, four bins; the second node has no rows in its first bin
    cells = np.array([0, 1, 3, 5, 6, 7])
    left, right = np.array([1, 2, 4, 1, 2, 3]), np.array([3, 2, 0, 2, 1, 0])
    found = best_splits(Sides(cells, left, right, left * 2, right * 5, False), (2, 1, 4), 2)
    assert found.drawn.tolist() == [0, -1]
    assert (found.left_bin[0], found.right_bin[0]) == (1, 3)
