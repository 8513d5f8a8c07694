"""The robust rules in Python integers, as their papers say them: what the arrays are compared with."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, trunc

from pallets.learning.robust.bounds import Rule
from pallets.learning.robust.geometric_median import STEPS

Rows = list[list[int]]


def joined(rule: Rule, rows: Rows, adversaries: int, number: int) -> list[int]:
    """What a rule makes of updates; the arguments of `tables.joined_by`."""
    match rule:
        case Rule.MEDIAN:
            return medians(rows)
        case Rule.TRIMMED_MEAN:
            return means([sorted(column)[number : len(rows) - number] for column in columns(rows)])
        case Rule.KRUM:
            return ranked(rows, adversaries)[0]
        case Rule.MULTI_KRUM:
            return means(columns(ranked(rows, adversaries)[:number]))
        case Rule.BULYAN:
            return bulyan(rows, adversaries)
        case Rule.GEOMETRIC_MEDIAN:
            return geometric_median(rows)
        case Rule.NORM_CLIPPING:
            return means(columns([clipped(row, number) for row in rows]))


def columns(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def means(found: Rows) -> list[int]:
    """Of each list, rounded toward zero."""
    return [trunc(Fraction(sum(values), len(values))) for values in found]


def medians(rows: Rows) -> list[int]:
    middle = len(rows) // 2
    return means([sorted(column)[middle - (len(rows) % 2 == 0) : middle + 1] for column in columns(rows)])


def score(rows: Rows, client: int, adversaries: int) -> int:
    """Krum's score as the paper says it."""
    others = [rows[other] for other in range(len(rows)) if other != client]
    distances = [sum((a - b) ** 2 for a, b in zip(rows[client], other, strict=True)) for other in others]
    return sum(sorted(distances)[: max(len(rows) - adversaries - 2, 1)])


def ranked(rows: Rows, adversaries: int) -> Rows:
    return [row for _, row in sorted(zip([score(rows, i, adversaries) for i in range(len(rows))], rows, strict=True))]


def bulyan(rows: Rows, adversaries: int) -> list[int]:
    left, chosen = list(rows), Rows()
    while len(chosen) < len(rows) - 2 * adversaries:
        best = ranked(left, adversaries)[0]
        left.remove(best)
        chosen.append(best)
    kept = Rows()
    for centre, column in zip(medians(chosen), columns(chosen), strict=True):
        nearest = sorted(column, key=lambda value, centre=centre: (abs(value - centre), value))  # type: ignore[misc]
        kept.append(nearest[: len(rows) - 4 * adversaries])
    return means(kept)


def geometric_median(rows: Rows) -> list[int]:
    """Weiszfeld's steps, all of them."""
    point = medians(rows)
    for _ in range(STEPS):
        distances = [max(isqrt(sum((a - b) ** 2 for a, b in zip(row, point, strict=True))), 1) for row in rows]
        weights = [2**20 * min(distances) // distance for distance in distances]
        point = [
            trunc(Fraction(sum(w * value for w, value in zip(weights, column, strict=True)), sum(weights)))
            for column in columns(rows)
        ]
    return point


def clipped(row: list[int], clip: int) -> list[int]:
    """The norm is rounded up, so that nothing is longer than the clip."""
    squared = sum(value * value for value in row)
    return row if squared <= clip * clip else [trunc(Fraction(value * clip, isqrt(squared - 1) + 1)) for value in row]
