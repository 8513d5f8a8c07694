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
from tests.end_to_end.soak_runtime import COUNTS, SoakRuntime

BLOCKS: Final = int(os.environ.get("PALLETLAB_SOAK", "300"))
"""How long the node lives."""

SAMPLES: Final = 10
"""How often it is looked at; in the first of so many parts of its life it warms up."""

KEPT: Final = 16
"""Finalized blocks that the node keeps."""

FIRST: Final = 40
THEN: Final = 3
"""Transactions a block, while it warms up and later: a thousand blocks of the first fill whatever has one for each."""

OBJECTS_A_BLOCK: Final = 0.5
"""By how many objects a block a node may seem to grow in the second half of its life; a leak is at least one.

The hashes of blocks are in a few large ones (`chain.store.hash_list`). In a short life what is bounded is not full by
then, as what the pool remembers of transactions.
"""

STILL_FILLING: Final = 0 if BLOCKS >= 10_000 else 25 * THEN

TOLERANCE_MIB: Final = 5.0
"""By how much the process may grow once it is warm, in the memory that it takes of the machine: it does so in steps of
a mebibyte, for the hashes of 10,000 blocks half of one, and for what the second half tells more exactly."""

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


def objects(counts: Path) -> list[int]:
    """The least number of objects in each part of the life: what is bounded comes and goes in between."""
    lines = [tuple(map(int, line.split())) for line in counts.read_text().splitlines()]
    parts = [[count for number, count in lines if (number - 1) * SAMPLES // BLOCKS == part] for part in range(SAMPLES)]
    return [min(part) for part in parts]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this machine does not tell what a process takes")
def test_a_node_that_lives_long_takes_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken, counts = list[float](), tmp_path / "counts"
    monkeypatch.setenv(COUNTS, str(counts))
    runtime = f"{SoakRuntime.__module__}:{SoakRuntime.__name__}"
    with devnet_process("--keep", str(KEPT), "--runtime", runtime) as (url, process):
        load = Load(url, SEED)
        begun = time.monotonic()
        for sample in range(1, SAMPLES + 1):
            wanted = BLOCKS * sample // SAMPLES
            while load.height() < wanted:
                load.step(FIRST if sample == 1 else THEN)
            taken.append(resident_mib(process))
            if BLOCKS >= 1000:
                with capsys.disabled():
                    seconds, found = time.monotonic() - begun, counts.read_text().split()[-1]
                    print(f"{wanted:>6,} blocks, {load.sent:>6,} sent, {seconds:>5.0f} s: {taken[-1]:.1f} MiB, {found}")
        assert waited_for(lambda: load.nonces()[0] == load.nonces()[1]), load.nonces()
        assert waited_for(lambda: load.finalized() == load.height())
        load.close()
    kept = objects(counts)
    grown = (kept[-1] - kept[SAMPLES // 2 - 1]) / (BLOCKS / 2)
    assert grown <= OBJECTS_A_BLOCK + STILL_FILLING, f"{grown:.2f} objects a block are kept: {kept}"
    assert taken[-1] - taken[1] <= TOLERANCE_MIB, f"the process grew: {taken}"
