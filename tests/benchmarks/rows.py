"""Rows and subjects that the benchmarks' own tests measure nothing with."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Goal, Row, Run

FASTER = Row("root", "100 keys", "µs", 2.0, "rival 1.0", 60.0, Goal("at least", 25))
SLOWER = Row("transfer", "10 a block", "µs", 90.0, "one verification", 30.0, Goal("at most", 2.6))
SMALL = Row("memory", "100 keys", "kB", 0.5, "rival 1.0", None, Goal("at most", 1.2, "figure"))
ALONE = Row("decode", "5 values", "µs", 1.5, "rival 1.0", None, Goal("at least", 25), "pip could not install it")


def rows(run: Run) -> Iterator[Row]:
    """Stands for a subject whose peer is there."""
    run.say("measuring")
    yield FASTER
    yield SLOWER
