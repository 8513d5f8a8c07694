"""Stands for a subject whose peer is not there."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Row, Run
from tests.benchmarks.rows import ALONE


def rows(run: Run) -> Iterator[Row]:
    """One row without its peer."""
    run.say("installing")
    yield ALONE
