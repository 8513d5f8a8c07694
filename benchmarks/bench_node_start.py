"""Start of a served node: from nothing to the first answer, and to the first block with a transfer in it.

Peer: chopsticks on a chain of its own, whose runtime is compiled. Both are processes that are started for each round;
the transfer is signed beforehand, since the same chain begins each time. By the clock: a process is waited for.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.measure import Goal, PeerUnavailable, Row, Run, WorkDiffers, alternate, compare, row_of
from benchmarks.raw_websocket import NodeSilent, RawSocket
from benchmarks.rpc_nodes import NodeEnded, account_key, chopsticks, chopsticks_title, palletlab
from benchmarks.rpc_side import BUILD, transfer
from benchmarks.run import alone
from benchmarks.signed_calls import SignedCalls
from chain.crypto.development import pair

MILLI: Final = 1e3

GOAL: Final = Goal("at most", 1000, "figure")

PATIENCE_S: Final = 60.0

Serve = Callable[[], AbstractContextManager[str]]
"""Starts a node and gives its URL."""


class Starts:
    """Starts one kind of node again and again.

    builds: whether the node makes blocks only when it is told to
    """

    def __init__(self, serve: Serve, *, builds: bool = False) -> None:
        self._serve, self._builds = serve, builds
        self._transfer = ""

    def answered(self) -> float:
        """Seconds until an account is read; raises NodeEnded, NodeSilent."""
        begun = time.perf_counter()
        with self._serve() as url, closing(RawSocket(url)) as socket:
            _nonce(socket)
            return time.perf_counter() - begun

    def included(self) -> float:
        """Seconds until a transfer is in a block; raises NodeEnded, NodeSilent, WorkDiffers."""
        begun = time.perf_counter()
        with self._serve() as url, closing(RawSocket(url)) as socket:
            if not self._transfer:  # in the round that is not counted
                self._transfer = f"0x{SignedCalls(socket).signed(pair('Alice'), 0, transfer()).hex()}"
            socket.ask("author_submitExtrinsic", self._transfer)
            if self._builds:
                socket.ask(BUILD)
            while not (nonce := _nonce(socket)) and time.perf_counter() < begun + PATIENCE_S:
                pass
            taken = time.perf_counter() - begun
        if nonce != 1:
            raise WorkDiffers("the transfer is in no block")
        return taken


def rows(run: Run) -> Iterator[Row]:
    """Until the first answer; until the first transfer, beside the peer and beside a start that finds nothing."""
    with tempfile.TemporaryDirectory() as folder:
        peer_folder, cache = Path(folder) / "peer", Path(folder) / "cache"
        peer_folder.mkdir()
        ours, first = Starts(lambda: palletlab(cache)), Starts(palletlab)
        peer = Starts(lambda: chopsticks(peer_folder), builds=True)
        kept, title = "whole process, a later start", chopsticks_title()
        row = partial(row_of, scale=MILLI, work=kept, unit="ms", peer=title, goal=GOAL)
        run.say("until the first answer")
        answered = compare(run.rounds, lambda: _of_ours(ours.answered), lambda: _of_peer(peer.answered))
        yield row(answered, name="node start to the first answer")
        run.say("until the first transfer")
        included = compare(run.rounds, lambda: _of_ours(ours.included), lambda: _of_peer(peer.included))
        yield row(included, name="node start to the first transfer in a block")
        run.say("until the first transfer, with nothing kept")
        anew, later = alternate(run.rounds, lambda: _of_ours(first.included), lambda: _of_ours(ours.included))
    yield Row(
        name="node start to the first transfer in a block",
        work="whole process, a first start",
        unit="ms",
        figure=anew.median * MILLI,
        peer="a later start",
        peer_figure=later.median * MILLI,
        goal=GOAL,
    )


def _of_ours(start: Callable[[], float]) -> float:
    try:
        return start()
    except (NodeEnded, NodeSilent) as problem:
        raise WorkDiffers(f"our node does not serve: {problem}") from problem


def _of_peer(start: Callable[[], float]) -> float:
    try:
        return start()
    except NodeSilent as problem:
        raise PeerUnavailable(f"chopsticks failed: {problem}") from problem


def _nonce(socket: RawSocket) -> int:
    found: str = socket.ask("state_getStorage", f"0x{account_key(pair('Alice').account).hex()}")
    return int.from_bytes(bytes.fromhex(found[2:10]), "little")


if __name__ == "__main__":
    raise SystemExit(alone("node_start"))
