"""Hospitals that see different patients: most have one class of cases that they mostly meet.

Cancer centres are sent malignant cases, screening clinics meet benign ones, so that each alone learns a crooked
picture, and all together a straight one. A general hospital meets both. All have equally many cases, so that no
hospital is the best by numbers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from pallets.learning.partition import PartitionError
from pallets.learning.stream import Stream


class Kind(Enum):
    """What a hospital meets: per cent of its cases that are of class 0, malignant."""

    CANCER_CENTRE = 95
    SCREENING_CLINIC = 5
    GENERAL_HOSPITAL = 50

    def counts(self, rows: int) -> tuple[int, int]:
        """How many of so many rows are of each class; halves go to class 0."""
        malignant = (rows * self.value + 50) // 100
        return malignant, rows - malignant


def case_mix(labels: Sequence[int], kinds: Sequence[Kind], rows_each: int, seed: bytes) -> tuple[tuple[int, ...], ...]:
    """The rows of each hospital, ascending, drawn without replacement.

    labels: 0 or 1 for each row
    Raises PartitionError where a class has too few rows.
    """
    order = Stream(seed).permutation(len(labels))
    pools = [[row for row in order if labels[row] == label] for label in (0, 1)]
    dealt: list[tuple[int, ...]] = []
    for kind in kinds:
        wanted = kind.counts(rows_each)
        if any(len(pool) < count for pool, count in zip(pools, wanted, strict=True)):
            raise PartitionError(f"too few rows for {len(kinds)} hospitals of {rows_each} rows")
        rows = [pool.pop() for pool, count in zip(pools, wanted, strict=True) for _ in range(count)]
        dealt.append(tuple(sorted(rows)))
    return tuple(dealt)
