"""Cold start: a process from its start to its end, in between the first transfer in a block and the state root.

Peer: eth-tester, whose first transfer is mined as soon as it is sent. Both start a chain of their own, sign with a
development account, check the receiver's balance and print what came of it. Our block is executed again here.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from benchmarks import peers
from benchmarks.measure import Goal, PeerUnavailable, Row, Run, WorkDiffers, compare, row_of
from benchmarks.peers import CHECKOUT, ETH_TESTER, variables
from benchmarks.run import alone
from chain.block import Block
from chain.node.importer import execute
from chain.validity import InvalidBlock
from runtime.dev import genesis_state, runtime_factory


def rows(run: Run) -> Iterator[Row]:
    """Wall time of a whole process beside eth-tester's."""

    def ours() -> float:
        try:
            seconds, printed = timed_process([sys.executable, "-m", "benchmarks.first_transfer"], variables())
        except ProcessFailed as problem:
            raise WorkDiffers(f"our process failed: {problem}") from problem
        check_printed(printed)
        return seconds

    def theirs() -> float:
        interpreter = str(peers.installed(ETH_TESTER, run.say))
        command = [interpreter, "-m", f"benchmarks.peer_side.{ETH_TESTER.script}"]
        try:
            return timed_process(command, variables(ETH_TESTER))[0]
        except ProcessFailed as problem:
            raise PeerUnavailable(f"{ETH_TESTER.title} failed: {problem}") from problem

    run.say("starting processes")
    yield row_of(
        compare(run.rounds, ours, theirs),
        1e3,
        name="cold start to the first transfer in a block",
        work="whole process",
        unit="ms",
        peer=ETH_TESTER.title,
        goal=Goal("at most", 0.25),
    )


class ProcessFailed(Exception):
    """A process did not end well; the text is its last line."""


def timed_process(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, str]:
    """Wall seconds of a process, and what it printed; raises ProcessFailed."""
    begun = time.perf_counter()
    result = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if result.returncode != 0:
        raise ProcessFailed((result.stderr.strip().splitlines() or ["it gave no reason"])[-1])
    return seconds, result.stdout


def check_printed(printed: str) -> None:
    """The block must stand on a fresh chain's genesis, and no heavy package may have been imported for it."""
    encoded, heavy = printed.split("\n")[:2]
    if heavy:
        raise WorkDiffers(f"our process imported {heavy}")
    try:
        execute(runtime_factory(), genesis_state(), Block.decode(bytes.fromhex(encoded)))
    except InvalidBlock as problem:
        raise WorkDiffers(f"our block is refused when it is executed again: {problem}") from problem


if __name__ == "__main__":
    raise SystemExit(alone("cold_start"))
