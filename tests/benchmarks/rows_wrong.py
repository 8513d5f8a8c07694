"""Stands for a subject whose sides do different work."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Row, Run, WorkDiffers
from tests.benchmarks.rows import FASTER


def rows(_run: Run) -> Iterator[Row]:
    """One row, then no more."""
    yield FASTER
    raise WorkDiffers("the rival was given another state")
