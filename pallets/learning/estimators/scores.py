"""How good predictions are, as exact fractions: nothing is rounded, so equal predictions have equal scores.

Where a share has nothing to be a share of (no row was predicted to be of a class), it is zero, as in scikit-learn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from pallets.learning.metrics import MetricError, correct


def accuracy(predicted: Sequence[int], actual: Sequence[int]) -> Fraction:
    """The share of right predictions."""
    return Fraction(correct(predicted, actual), len(actual))


def precision(predicted: Sequence[int], actual: Sequence[int], positive: int = 1) -> Fraction:
    """The share of rows said to be of a class that are."""
    hits, said, _ = _hits(predicted, actual, positive)
    return _share(hits, said)


def recall(predicted: Sequence[int], actual: Sequence[int], positive: int = 1) -> Fraction:
    """The share of rows of a class that are said to be."""
    hits, _, real = _hits(predicted, actual, positive)
    return _share(hits, real)


def f1(predicted: Sequence[int], actual: Sequence[int], positive: int = 1) -> Fraction:
    """The harmonic mean of precision and recall."""
    hits, said, real = _hits(predicted, actual, positive)
    return _share(2 * hits, said + real)


def macro_f1(predicted: Sequence[int], actual: Sequence[int]) -> Fraction:
    """The mean of every class's F1, each counted once, of the classes that are predicted or actual."""
    classes = {*predicted, *actual}
    return sum((f1(predicted, actual, each) for each in classes), Fraction(0)) / len(classes)


def area_under_curve(scores: Sequence[int], actual: Sequence[int]) -> Fraction:
    """The chance that a row of class 1 has a higher score than one of class 0, equal scores counting half.

    Raises MetricError where a class has no row, or there is a third.
    """
    if len(scores) != len(actual) or set(actual) != {0, 1}:
        raise MetricError("the area under the curve needs a score for each row, and rows of class 0 and of class 1")
    positives = Counter(score for score, truth in zip(scores, actual, strict=True) if truth)
    negatives = Counter(score for score, truth in zip(scores, actual, strict=True) if not truth)
    below = wins = 0  # wins count twice, so that half of one is whole
    for score in sorted({*positives, *negatives}):
        wins += positives[score] * (2 * below + negatives[score])
        below += negatives[score]
    return Fraction(wins, 2 * positives.total() * negatives.total())


def mean_squared_error(predicted: Sequence[int], actual: Sequence[int], fractional_bits: int = 0) -> Fraction:
    """The mean squared distance of values with these fractional bits, in real units."""
    return Fraction(_squares(predicted, actual), len(actual) << 2 * fractional_bits)


def mean_absolute_error(predicted: Sequence[int], actual: Sequence[int], fractional_bits: int = 0) -> Fraction:
    """The mean distance of values with these fractional bits, in real units."""
    _check(predicted, actual)
    distance = sum(abs(guess - truth) for guess, truth in zip(predicted, actual, strict=True))
    return Fraction(distance, len(actual) << fractional_bits)


def r_squared(predicted: Sequence[int], actual: Sequence[int]) -> Fraction:
    """1 - squared error / variance; raises MetricError where the actual values are all equal."""
    count = len(actual)
    squares = _squares(predicted, actual)
    variance = count * sum(truth * truth for truth in actual) - sum(actual) ** 2
    if variance == 0:
        raise MetricError("the actual values are all equal")
    return 1 - Fraction(count * squares, variance)


def _hits(predicted: Sequence[int], actual: Sequence[int], positive: int) -> tuple[int, int, int]:
    """Rows of the class that were found, rows said to be of it, rows of it."""
    _check(predicted, actual)
    both = sum(guess == truth == positive for guess, truth in zip(predicted, actual, strict=True))
    return both, list(predicted).count(positive), list(actual).count(positive)


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def _squares(predicted: Sequence[int], actual: Sequence[int]) -> int:
    _check(predicted, actual)
    return sum((guess - truth) ** 2 for guess, truth in zip(predicted, actual, strict=True))


def _check(predicted: Sequence[int], actual: Sequence[int]) -> None:
    if len(predicted) != len(actual) or not actual:
        raise MetricError(f"{len(predicted)} predictions for {len(actual)} rows")
