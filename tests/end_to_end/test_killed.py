"""A node is killed while it works, and again: nothing that it announced is lost, and its chain is valid.

`make kills` does it 200 times; the instants come from the seed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from chain.node.importer import execute
from chain.node.service import Node
from chain.primitives import Hash
from runtime.dev import DevRuntime, runtime_factory
from tests.end_to_end.sealing_process import KEEP, node_in

ROOT: Final = Path(__file__).resolve().parent.parent.parent

KILLS: Final = int(os.environ.get("PALLETLAB_KILLS", "10"))
"""How many times in all."""

KILLS_PER_CHAIN: Final = min(10, KILLS // 2)
"""At least two chains, for every other one is pruned."""


def killed_run(folder: Path, seed: int) -> list[list[str]]:
    """What a process announced before it was killed at an instant that the seed chooses."""
    choice = random.Random(-seed)
    command = [sys.executable, "-m", "tests.end_to_end.sealing_process", str(folder), str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(choice.choice([0, 1, 5, 20]))]
    if not lines:
        time.sleep(choice.uniform(0.2, 0.8))  # while it starts
    time.sleep(choice.uniform(0, 0.02))
    process.kill()
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() == -9, "it ended by itself"
    return [line.split() for line in lines if line.endswith("\n")]


def check(node: Node[DevRuntime], announced: list[list[str]], since: int, is_pruned: bool) -> None:
    """All that was announced is there, and every block from `since` on is what execution gives."""
    chain = node.chain
    for what, digits, block_hash in announced:
        height = int(digits)
        if what == "finalized":
            assert chain.finalized.number >= height
            assert chain.hash_of(height) == bytes.fromhex(block_hash)
        else:
            assert chain.best.number >= height
            assert Hash(bytes.fromhex(block_hash)) in chain or chain.finalized.number >= height
    oldest = chain.finalized.number - KEEP + 2 if is_pruned else 1
    for number in range(max(1, since, oldest), chain.best.number + 1):
        block, parent = chain.at(number), chain.at(number - 1)
        assert block is not None
        assert parent is not None
        assert block.header.parent_hash == parent.hash
        assert execute(runtime_factory(), parent.state, block.block).root == block.header.state_root == block.state.root
    node.runtime_at().try_state()


@pytest.mark.parametrize("chain", range(-(-KILLS // KILLS_PER_CHAIN)))
def test_a_killed_node_loses_nothing_that_it_announced(tmp_path: Path, chain: int) -> None:
    keep = KEEP if chain % 2 else None
    finalized = best = 0
    for kill in range(min(KILLS_PER_CHAIN, KILLS - KILLS_PER_CHAIN * chain)):
        announced = killed_run(tmp_path, seed=20 * chain + 2 * kill + chain % 2)
        node = node_in(tmp_path, keep)
        check(node, announced, finalized, keep is not None)
        node.seal()
        finalized, best = node.chain.finalized.number, node.best.number
        node.chain.close()
    assert best > 10
