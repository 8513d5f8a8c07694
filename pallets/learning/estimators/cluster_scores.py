"""Homogeneity, completeness and V of clusters against known classes (Rosenberg, Hirschberg 2007).

Entropies are sums of logarithms, so they have no fractions; decimal's logarithm is correctly rounded, and 50 digits
are carried, so that the 12 decimals of a result are the same on every machine and within 10^-12 of the real value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from pallets.learning.metrics import MetricError

DECIMALS = 12
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """Each from 0 to 1, with 12 decimals.

    homogeneity: 1 where no cluster mixes classes
    completeness: 1 where no class is spread over clusters
    v: their harmonic mean
    """

    homogeneity: Fraction
    completeness: Fraction
    v: Fraction


def cluster_scores(clusters: Sequence[int], classes: Sequence[int]) -> ClusterScores:
    """How well clusters agree with classes; noise (-1) is a cluster like any other, as in scikit-learn."""
    if len(clusters) != len(classes) or not classes:
        raise MetricError(f"{len(clusters)} clusters for {len(classes)} classes of rows")
    rows = len(classes)
    of_classes = _surprise(Counter(classes).values(), rows)
    of_clusters = _surprise(Counter(clusters).values(), rows)
    shared = _surprise(Counter(zip(clusters, classes, strict=True)).values(), rows)
    homogeneity = _ratio(_CONTEXT.subtract(shared, of_clusters), of_classes)
    completeness = _ratio(_CONTEXT.subtract(shared, of_classes), of_clusters)
    total = _CONTEXT.add(homogeneity, completeness)
    v = _CONTEXT.divide(_CONTEXT.multiply(2 * homogeneity, completeness), total) if total else Decimal(0)
    return ClusterScores(*map(_cut, (homogeneity, completeness, v)))


def _surprise(counts: Iterable[int], rows: int) -> Decimal:
    """rows × the entropy of a division into groups: sum of count × ln(rows / count)."""
    total = Decimal(0)
    for count in sorted(counts):  # sums of rounded numbers depend on their order
        if count < rows:  # else a single group, whose surprise is zero without rounding
            logarithm = _CONTEXT.subtract(_CONTEXT.ln(Decimal(rows)), _CONTEXT.ln(Decimal(count)))
            total = _CONTEXT.add(total, _CONTEXT.multiply(Decimal(count), logarithm))
    return total


def _ratio(conditional: Decimal, whole: Decimal) -> Decimal:
    """1 - conditional / whole entropy; 1 where there is nothing to know."""
    return _CONTEXT.subtract(Decimal(1), _CONTEXT.divide(conditional, whole)) if whole else Decimal(1)


def _cut(score: Decimal) -> Fraction:
    return Fraction(int(_CONTEXT.to_integral_value(_CONTEXT.scaleb(score, DECIMALS))), 10**DECIMALS)
