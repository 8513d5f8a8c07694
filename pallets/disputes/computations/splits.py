"""The best split of one feature by its histogram: exact integers, as the trainer compares them.

Of a split after a value, left and right are the rows up to it and above it. Its worth is the sum over both sides of
(sum of the squares of the class counts) / rows; the largest worth is the smallest Gini impurity. Of equals the first
counts: the lowest feature, then the lowest threshold.

    cells    value u8 ‖ a u32 little endian for each class, of each value that occurs, ascending
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from struct import Struct

from pallets.disputes.computations.training import Best


def cells_with(cells: bytes, told: Iterable[tuple[int, int, int]], classes: int) -> bytes:
    """The histogram with more rows. told: value, class, and how often the row counts"""
    layout = Struct(f"<B{classes}I")
    found = {value: list(counts) for value, *counts in layout.iter_unpack(cells)}
    for value, label, times in told:
        found.setdefault(value, [0] * classes)[label] += times
    return b"".join(layout.pack(value, *counts) for value, counts in sorted(found.items()))


def best_split(feature: int, cells: bytes, classes: int, min_leaf: int) -> Best | None:
    """The first of the best splits of a feature; None where none leaves enough rows on both sides."""
    histogram = [(value, counts) for value, *counts in Struct(f"<B{classes}I").iter_unpack(cells)]
    right = [sum(column) for column in zip(*(counts for _, counts in histogram), strict=True)]
    left, best = [0] * classes, None
    for (value, counts), (after, _) in pairwise(histogram):
        left = [one + other for one, other in zip(left, counts, strict=True)]
        right = [one - other for one, other in zip(right, counts, strict=True)]
        left_rows, right_rows = sum(left), sum(right)
        if left_rows < min_leaf or right_rows < min_leaf:
            continue
        left_sum, right_sum = (sum(count * count for count in side) for side in (left, right))
        numerator = left_sum * right_rows + right_sum * left_rows
        found = Best(feature, (value + after) // 2, numerator, left_rows * right_rows)
        if is_better(found, best):
            best = found
    return best


def is_better(found: Best | None, best: Best | None) -> bool:
    """Whether a split is worth more than the best before it."""
    if found is None or best is None:
        return found is not None
    return found.numerator * best.denominator > best.numerator * found.denominator
