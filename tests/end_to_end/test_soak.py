"""A node lives long under mixed load and takes no more memory for it.

`make soak` is the long form, of 10,000 blocks, and prints what the process takes each thousand.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.end_to_end.devnets import devnet_process
from tests.end_to_end.soak_load import Load

BLOCKS: Final = int(os.environ.get("PALLETLAB_SOAK", "300"))
"""How long the node lives."""

SAMPLES: Final = 10
"""How often its memory is looked at; what it takes at first is not counted."""

KEPT: Final = 256 if BLOCKS >= 10_000 else 16
"""Finalized blocks that the node keeps: its default in the long form, fewer where that many never come."""

FIRST: Final = 40
THEN: Final = 3
"""Transactions a block, in the first tenth and later: a thousand blocks of the first fill the cache of signatures."""

TOLERANCE_MIB: Final = 12.0
"""By how much the process may grow after the first tenth.

What has to grow: the runtime's record of the last 2,400 block hashes, at about 1 kB each, 0.2 kB for the hash of each
finalized block, which the node knows by number for ever, and what decoders remember, which is bounded.
"""

SEED: Final = 20_260_401


def resident_mib(process: int) -> float:
    """What a process takes of the machine's memory."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def waited_for(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this machine does not tell what a process takes")
def test_a_node_that_lives_long_takes_no_more_memory(capsys: pytest.CaptureFixture[str]) -> None:
    taken = list[float]()
    with devnet_process("--keep", str(KEPT)) as (url, process):
        load = Load(url, SEED)
        begun = time.monotonic()
        for sample in range(1, SAMPLES + 1):
            wanted = BLOCKS * sample // SAMPLES
            while load.height() < wanted:
                load.step(FIRST if sample == 1 else THEN)
            taken.append(resident_mib(process))
            if BLOCKS >= 1000:
                with capsys.disabled():
                    seconds = time.monotonic() - begun
                    print(f"{wanted:>6,} blocks, {load.sent:>6,} transactions, {seconds:>5.0f} s: {taken[-1]:.1f} MiB")
        assert waited_for(lambda: load.nonces()[0] == load.nonces()[1]), load.nonces()
        assert waited_for(lambda: load.finalized() == load.height())
        load.close()
    grown = max(taken[1:]) - taken[0]
    assert grown <= TOLERANCE_MIB, f"it grew by {grown:.1f} MiB: {taken}"
