"""Our sides of the comparisons of means."""

from __future__ import annotations

from benchmarks.bench_aggregation import rows
from benchmarks.measure import Run


def test_the_rows_have_their_figures_without_the_peer(no_peers: str) -> None:
    beside_memory, beside_flower, integers = rows(Run(lambda _phrase: None, is_quick=True))
    assert beside_memory.met is not None
    assert integers.met is not None
    assert beside_flower.figure > 0
    assert (beside_flower.peer_figure, beside_flower.note) == (None, no_peers)
