"""State root: a batch of new account values reaches the trie and its root, as once a block; peer py-trie.

Both sides hold the same accounts under the same 80-byte storage keys, apply the same batches one after the other,
each to the result of the one before, and read back or rebuild what came of it. On both the garbage collector waits
for the end of a batch, as our node lets it wait for the end of a block; its look at what is new is part of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.measure import Goal, PeerUnavailable, Row, Run, WorkDiffers, alternate, compare, cpu_seconds, row_of
from benchmarks.peer_side.pairs import BATCHES, batch, digest_of, state_of
from benchmarks.peers import PY_TRIE, PeerProcess
from benchmarks.run import alone
from benchmarks.trie_memory import bytes_an_account
from chain.node.collector import collected_after
from chain.trie.oracle import root_of
from chain.trie.trie import Trie

TOUCHED: Final = 2_000

MICRO: Final = 1e6


class State:
    """Our state of accounts, and the batches that it has taken."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.touched = min(TOUCHED, size)
        self.version = 1
        self.trie = Trie.from_items(state_of(size), version=1)

    def round(self) -> float:
        """CPU seconds per touched key, from the batches to their new roots."""
        batches = [batch(self.size, self.touched, self.version + number) for number in range(1, BATCHES + 1)]
        self.version += BATCHES

        def apply() -> None:
            for changes in batches:
                with collected_after():
                    self.trie = self.trie.updated(changes)

        return cpu_seconds(apply) / (self.touched * BATCHES)

    def check(self) -> None:
        """The root must be that of the same pairs put into an empty trie at once."""
        pairs = dict(state_of(self.size))
        for version in range(2, self.version + 1):
            pairs.update(batch(self.size, self.touched, version))
        if Trie.from_items(pairs, version=1).root != self.trie.root:
            raise WorkDiffers(f"our root after {self.version - 1} batches is not that of its pairs")


def rows(run: Run) -> Iterator[Row]:
    """Time per touched key beside py-trie's, its growth with the state, and memory per account."""
    check_with_oracle()
    size = 10_000 if run.is_quick else 100_000
    with PeerProcess(PY_TRIE, run.say, size=size, touched=min(TOUCHED, size)) as peer:
        yield _touched_key(run, size, peer)
        yield _memory(run, size, peer)
    yield _growth(run, 1_000, size if run.is_quick else 1_000_000)


def check_with_oracle(size: int = 500, batches: int = 3) -> None:
    """On a small state, every root must be the one that the slow oracle computes from the pairs alone."""
    trie = Trie.from_items(state_of(size), version=1)
    pairs = dict(state_of(size))
    for version in range(2, 2 + batches):
        changes = batch(size, size // 5, version)
        trie = trie.updated(changes)
        pairs.update(changes)
        if trie.root != root_of(pairs, 1):
            raise WorkDiffers(f"our root of {size} accounts after batch {version} is not the oracle's")


def _touched_key(run: Run, size: int, peer: PeerProcess) -> Row:
    run.say(f"building {size:,} accounts")
    state = State(size)

    def peer_round() -> float:
        seconds = peer.seconds()
        if peer.prepared["digest"] != digest_of(size, state.touched, 1):
            raise WorkDiffers("py-trie was given another state or other batches")
        return seconds

    comparison = compare(run.rounds, state.round, peer_round)
    state.check()
    return row_of(
        comparison,
        MICRO,
        name="state root, per touched key",
        work=f"{size:,} accounts, {state.touched:,} touched",
        unit="µs",
        peer=PY_TRIE.title,
        goal=Goal("at least", 25),
    )


def _memory(run: Run, size: int, peer: PeerProcess) -> Row:
    run.say(f"memory of {size:,} accounts")
    note = ""
    peer_figure = None
    try:
        peer.ask("ready")
        peer_figure = float(peer.prepared["bytes_an_account"]) / 1000
    except PeerUnavailable as problem:
        note = str(problem)
    return Row(
        name="memory per account, state and trie",
        work=f"{size:,} accounts",
        unit="kB",
        figure=bytes_an_account(size) / 1000,
        peer=PY_TRIE.title,
        peer_figure=peer_figure,
        goal=Goal("at most", 1.2, "figure"),
        note=note,
    )


def _growth(run: Run, small_size: int, large_size: int) -> Row:
    run.say(f"building {large_size:,} accounts")
    small, large = State(small_size), State(large_size)
    run.say(f"{small_size:,} and {large_size:,} accounts")
    small_samples, large_samples = alternate(run.rounds, small.round, large.round)
    small.check()
    return Row(
        name="growth of the cost of a touched key",
        work=f"{large_size:,} accounts against {small_size:,}",
        unit="µs",
        figure=large_samples.median * MICRO,
        peer=f"itself at {small_size:,}",
        peer_figure=small_samples.median * MICRO,
        goal=Goal("at most", 7),
    )


if __name__ == "__main__":
    raise SystemExit(alone("trie"))
