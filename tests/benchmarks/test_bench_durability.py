"""Our side of durability."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench_durability import Blocks, rows
from benchmarks.measure import Run, WorkDiffers
from benchmarks.transfer_chain import TransferChain


def test_blocks_are_kept_and_executed(tmp_path: Path) -> None:
    blocks = Blocks(TransferChain(20, 5), tmp_path)
    assert blocks.keep() > 0
    assert blocks.execute() > 0
    assert 0 < blocks.share_of_whole() < blocks.whole_seconds
    blocks.check()


def test_a_block_that_was_not_kept_is_found_out(tmp_path: Path) -> None:
    blocks = Blocks(TransferChain(20, 5), tmp_path)
    blocks.keep()
    blocks.made.next_block()
    with pytest.raises(WorkDiffers, match="does not end with the last block"):
        blocks.check()


def test_the_row_has_both_sides() -> None:
    (row,) = rows(Run(lambda _phrase: None, is_quick=True))
    assert row.ratio is not None
    assert row.goal.bound == 0.1
