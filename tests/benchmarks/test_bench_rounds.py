"""Our sides of the comparisons of federated rounds."""

from __future__ import annotations

import pytest

from benchmarks.bench_rounds import check_moved, rows
from benchmarks.measure import Run, WorkDiffers
from benchmarks.round_chain import RoundChain, largest_error, mean_step, moved_in


def test_the_rows_have_their_figures_without_the_peer(no_peers: str) -> None:
    found = list(rows(Run(lambda _phrase: None, is_quick=True)))
    assert [row.figure > 0 for row in found] == [True, True, True]
    assert {(row.peer_figure, row.note) for row in found} == {(None, no_peers)}


def test_a_chain_plays_its_rounds_in_threads_and_compares_each_model() -> None:
    chain = RoundChain(3, 1_000, 2, in_threads=True)
    try:
        assert chain.play() > 0
        assert moved_in(chain, 0) == pytest.approx(mean_step(3), abs=largest_error(3))
        chain.models[1] = chain.models[1] + 1
        with pytest.raises(WorkDiffers, match="round 1 made another model than the mean"):
            chain.play()
    finally:
        chain.close()


def test_weights_that_moved_otherwise_are_no_equal_work() -> None:
    check_moved(0.5, 0.501, 0.01, "Flower")
    with pytest.raises(WorkDiffers, match=r"a round of Flower moved the weights by nan, and not by 0\.5"):
        check_moved(float("nan"), 0.5, 0.01, "Flower")
