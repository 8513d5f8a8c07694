"""How good predictions are, in integers: parts per million and fixed point."""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.fixed_point import divide

MILLION = 1_000_000


class MetricError(ValueError):
    """Predictions that cannot be compared with what they predict."""


def correct(predicted: Sequence[int], actual: Sequence[int]) -> int:
    """How many predictions are right."""
    _check(predicted, actual)
    return sum(map(int.__eq__, predicted, actual))


def accuracy_ppm(predicted: Sequence[int], actual: Sequence[int]) -> int:
    """The share of right predictions in parts per million, rounded down."""
    return correct(predicted, actual) * MILLION // len(actual)


def confusion(predicted: Sequence[int], actual: Sequence[int], classes: int) -> tuple[tuple[int, ...], ...]:
    """Counts by actual class (row) and predicted class (column)."""
    _check(predicted, actual)
    counts = [[0] * classes for _ in range(classes)]
    for row, (guess, truth) in enumerate(zip(predicted, actual, strict=True)):
        if not (0 <= guess < classes and 0 <= truth < classes):
            raise MetricError(f"row {row} has class {guess} predicted and {truth} actual, of {classes}")
        counts[truth][guess] += 1
    return tuple(map(tuple, counts))


def mean_absolute_error(predicted: Sequence[int], actual: Sequence[int]) -> int:
    """The mean distance, in the unit of the values, rounded down."""
    _check(predicted, actual)
    return sum(abs(guess - truth) for guess, truth in zip(predicted, actual, strict=True)) // len(actual)


def mean_squared_error(predicted: Sequence[int], actual: Sequence[int], fractional_bits: int) -> int:
    """The mean squared distance with the fractional bits of the values, rounded down once."""
    _check(predicted, actual)
    return _squared_error(predicted, actual) // (len(actual) << fractional_bits)


def r_squared_ppm(predicted: Sequence[int], actual: Sequence[int]) -> int:
    """1 - squared error / variance of the actual values, in parts per million, rounded toward zero.

    Raises MetricError where the actual values are all equal, for then there is no variance to explain.
    """
    _check(predicted, actual)
    count = len(actual)
    # count × the sum of squared distances from the mean, so that the mean need not be rounded
    variance = count * sum(truth * truth for truth in actual) - sum(actual) ** 2
    if variance == 0:
        raise MetricError("the actual values are all equal")
    return divide((variance - count * _squared_error(predicted, actual)) * MILLION, variance)


def _squared_error(predicted: Sequence[int], actual: Sequence[int]) -> int:
    return sum((guess - truth) ** 2 for guess, truth in zip(predicted, actual, strict=True))


def _check(predicted: Sequence[int], actual: Sequence[int]) -> None:
    if len(predicted) != len(actual) or not actual:
        raise MetricError(f"{len(predicted)} predictions for {len(actual)} rows")
