"""Our sides of the comparisons of secure aggregation."""

from __future__ import annotations

import numpy as np

from benchmarks.bench_secure_aggregation import our_round, rows
from benchmarks.measure import Run


def test_the_rows_have_their_figures_without_the_peer(no_peers: str) -> None:
    masks, round_ = rows(Run(lambda _phrase: None, is_quick=True))
    assert masks.met is not None
    assert round_.figure > 0
    assert (round_.peer_figure, round_.note) == (None, no_peers)


def test_a_round_checks_its_own_sum() -> None:
    assert our_round(np.arange(-30, 30, dtype=np.int64).reshape(3, 20) << 20) > 0
