"""Our side of a test author's own chain."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.bench_own_chain import ACCOUNTS, check_empty, check_fresh, fresh_chain, rows
from benchmarks.measure import Run, WorkDiffers
from chain.crypto import development
from chain.crypto.keys import KeyPair


@pytest.fixture(scope="module")
def keys() -> list[KeyPair]:
    return [development.pair(f"Alice//{number}") for number in range(3)]


def test_a_fresh_chain_has_its_accounts_and_goes_on(keys: list[KeyPair]) -> None:
    node = fresh_chain(keys)
    runtime = node.runtime_at()
    check_fresh(node, runtime, keys)
    assert node.best.number == 1
    with pytest.raises(WorkDiffers, match="issued something else"):
        check_fresh(node, runtime, keys[:2])
    with pytest.raises(WorkDiffers, match="has not got its funds"):
        check_fresh(node, runtime, [*keys, development.pair("Bob")])


def test_empty_blocks_are_checked_one_after_the_other(keys: list[KeyPair]) -> None:
    node = fresh_chain(keys)
    parent = node.best.block
    sealed = [node.seal() for _ in range(3)]
    check_empty(node, parent, sealed)
    with pytest.raises(WorkDiffers, match="our block 2 is not an empty one on top"):
        check_empty(node, parent, sealed[1:])
    with pytest.raises(WorkDiffers, match="newest block"):
        check_empty(node, parent, sealed[:2])


def test_a_block_with_more_than_the_time_is_found_out(keys: list[KeyPair]) -> None:
    node = fresh_chain(keys)
    parent, block = node.best.block, node.seal()
    fuller = dataclasses.replace(block, extrinsics=block.extrinsics * 2)
    with pytest.raises(WorkDiffers, match="not an empty one"):
        check_empty(node, parent, [fuller])


def test_every_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    fresh, block = rows(Run(lambda _phrase: None, is_quick=True))
    for row in (fresh, block):
        assert row.figure > 0
        assert (row.peer_figure, row.note) == (None, no_peers)
    assert f"{ACCOUNTS} accounts" in fresh.work
