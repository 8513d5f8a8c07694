"""Our side of the cold start."""

from __future__ import annotations

import sys

import pytest

from benchmarks.bench_cold_start import ProcessFailed, check_printed, rows, timed_process
from benchmarks.measure import Run, WorkDiffers
from benchmarks.peers import variables
from chain.block import Block


@pytest.fixture(scope="module")
def printed() -> str:
    """What a process of ours printed."""
    return timed_process([sys.executable, "-m", "benchmarks.first_transfer"], variables())[1]


def test_our_process_makes_a_block_that_executes_again(printed: str) -> None:
    check_printed(printed)
    block = Block.decode(bytes.fromhex(printed.split("\n")[0]))
    assert (block.header.number, len(block.extrinsics)) == (1, 2)


UNNEEDED = {
    "numpy",
    "cryptography",
    "aiohttp",
    "asyncio",
    "decimal",
    "fractions",
    "logging",
    "lmdb",
    "msgpack",
    "rich",
    "pallets.learning",
    "pallets.federated_round.audit",
    "pallets.federated_round.ending",
    "pallets.federated_round.phases",
    "pallets.federated_round.rule_bounds",
    "pallets.federated_round.settlement",
    "pallets.federated_round.terms",
    "pallets.federated_round.worker",
    "chain.rpc",
    "chain.metadata",
    "runtime.metadata",
}
"""What a transfer needs nothing of: it would be most of what a process starts with."""


def test_a_plain_transfer_imports_nothing_of_what_others_need() -> None:
    program = (
        "import runpy, sys\nrunpy.run_module('benchmarks.first_transfer', run_name='__main__'); print(*sys.modules)"
    )
    imported = timed_process([sys.executable, "-c", program], variables())[1].split("\n")[2].split()
    parents = {".".join(parts[: n + 1]) for parts in (name.split(".") for name in imported) for n in range(len(parts))}
    assert UNNEEDED & parents == set()


def test_another_block_is_refused(printed: str) -> None:
    encoded, *rest = printed.split("\n")
    without_transfer = Block.decode(bytes.fromhex(encoded))
    wrong = Block(without_transfer.header, without_transfer.extrinsics[:1]).encoded.hex()
    with pytest.raises(WorkDiffers, match="refused when it is executed again"):
        check_printed("\n".join((wrong, *rest)))


def test_a_heavy_import_is_found_out(printed: str) -> None:
    with pytest.raises(WorkDiffers, match="our process imported numpy"):
        check_printed(printed.split("\n")[0] + "\nnumpy\n")


def test_a_process_that_fails_says_its_last_line() -> None:
    with pytest.raises(ProcessFailed, match="out of luck"):
        timed_process([sys.executable, "-c", "raise SystemExit('out of luck')"], variables())


def test_the_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    (row,) = rows(Run(lambda _phrase: None, is_quick=True))
    assert row.figure > 0
    assert (row.peer_figure, row.note) == (None, no_peers)
