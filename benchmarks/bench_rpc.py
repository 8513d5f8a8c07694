"""A served node from its clients' side: reading storage over WebSocket, and transfers from submission into blocks.

Peer: chopsticks on a chain of its own, so that nobody waits for a network, with a compiled runtime. Both are processes
that one client asks over one connection each, in turn, by the clock. Its blocks take seconds, so the peer gets fewer
transfers at once; that an empty block of its takes as long as five transfers is in its figure.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.measure import Comparison, Goal, PeerUnavailable, Row, Run, WorkDiffers, compare, row_of
from benchmarks.raw_websocket import NodeSilent
from benchmarks.rpc_nodes import NodeEnded, chopsticks, chopsticks_title, palletlab
from benchmarks.rpc_side import RpcSide
from benchmarks.run import alone

MICRO = 1e6

Work = Callable[[RpcSide], float]


class Sides:
    """Both nodes; the peer's starts when it is first asked, and does not where it cannot."""

    def __init__(self, stack: ExitStack, run: Run) -> None:
        self._stack, self._run = stack, run
        self._peer: RpcSide | PeerUnavailable | None = None
        try:
            self._ours = stack.enter_context(closing(RpcSide(stack.enter_context(palletlab()))))
        except (NodeEnded, NodeSilent) as problem:
            raise WorkDiffers(f"our node does not serve: {problem}") from problem

    def compare(self, rounds: int, ours: Work, peer: Work) -> Comparison:
        """Rounds of both, in turn."""
        return compare(rounds, lambda: self._of_ours(ours), lambda: self._of_peer(peer))

    def _of_ours(self, work: Work) -> float:
        try:
            self._ours.connect()
            return work(self._ours)
        except NodeSilent as problem:
            raise WorkDiffers(f"our node failed: {problem}") from problem

    def _of_peer(self, work: Work) -> float:
        peer = self._served_peer()
        try:
            peer.connect()
            return work(peer)
        except NodeSilent as problem:
            raise PeerUnavailable(f"chopsticks failed: {problem}") from problem

    def _served_peer(self) -> RpcSide:
        if self._peer is None:
            self._run.say("starting chopsticks")
            try:
                folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
                peer = RpcSide(self._stack.enter_context(chopsticks(folder)), builds=True)
                self._peer = self._stack.enter_context(closing(peer))
            except PeerUnavailable as problem:
                self._peer = problem
            except NodeSilent as problem:
                self._peer = PeerUnavailable(f"chopsticks failed: {problem}")
        if isinstance(self._peer, PeerUnavailable):
            raise self._peer
        return self._peer


def rows(run: Run) -> Iterator[Row]:
    """Round trips, pipelined reads, and transfers from submission to inclusion."""
    reads, at_once, transfers, of_peer = (50, 50, 20, 5) if run.is_quick else (1_000, 1_000, 1_000, 100)
    with ExitStack() as stack:
        run.say("starting our node")
        sides = Sides(stack, run)
        run.say(f"{reads:,} reads, one by one")
        by_one = sides.compare(run.rounds, *[lambda side: side.round_trips(reads)] * 2)
        yield _row(by_one, "storage read over WebSocket, one by one", f"{reads:,} reads of an account", 1.2)
        run.say(f"{at_once:,} reads at once")
        piped = sides.compare(run.rounds, *[lambda side: side.pipelined(at_once)] * 2)
        yield _row(piped, "storage read over WebSocket, pipelined", f"{at_once:,} reads of an account at once", 0.6)
        run.say(f"{transfers:,} transfers at once, the peer {of_peer:,}")
        compared = sides.compare(
            3 if run.is_quick else 5, lambda side: side.included(transfers), lambda side: side.included(of_peer)
        )
        yield row_of(
            compared,
            MICRO,
            name="transfer, from submission over WebSocket into a block",
            work=f"{transfers:,} at once, signed, of one account; the peer {of_peer:,}",
            unit="µs",
            peer=chopsticks_title(),
            goal=Goal("at least", 100),
        )


def _row(comparison: Comparison, name: str, work: str, at_most: float) -> Row:
    goal = Goal("at most", at_most)
    return row_of(comparison, MICRO, name=name, work=work, unit="µs", peer=chopsticks_title(), goal=goal)


if __name__ == "__main__":
    raise SystemExit(alone("rpc"))
