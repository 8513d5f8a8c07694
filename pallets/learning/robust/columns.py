"""The median and the trimmed mean of one coordinate, in integers of any size. Pure Python.

This is the one step that a chain executes again when a robust aggregate is disputed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.fixed_point import divide
from pallets.learning.robust.bounds import RobustError


def median(values: Sequence[int]) -> int:
    """The middle value; of an even number the mean of both middle ones, rounded toward zero."""
    if not values:
        raise RobustError("the median of no values")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else divide(ordered[middle - 1] + ordered[middle], 2)


def trimmed_mean(values: Sequence[int], trim: int) -> int:
    """The mean without the `trim` lowest and the `trim` highest, rounded toward zero."""
    if trim < 0 or 2 * trim >= len(values):
        raise RobustError(f"{trim} of each side of {len(values)} values trimmed")
    kept = sorted(values)[trim : len(values) - trim]
    return divide(sum(kept), len(kept))


def mean_around_median(values: Sequence[int], count: int) -> int:
    """The mean of the `count` values nearest to the median, the lower of two as near, rounded toward zero."""
    if not 1 <= count <= len(values):
        raise RobustError(f"the {count} nearest of {len(values)} values")
    centre = median(values)
    nearest = sorted(values, key=lambda value: (abs(value - centre), value))[:count]
    return divide(sum(nearest), count)
