"""py-trie's side: a HexaryTrie over a state of accounts takes batches of new values.

Measured ways: key by key on a plain dict database, and inside `squash_changes`. The faster one is what counts.
"""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import gc
import time

from trie import HexaryTrie

from benchmarks.peer_side.pairs import BATCHES, batch, digest_of, state_of
from benchmarks.peer_side.resident import resident_bytes
from benchmarks.peer_side.serve import Answer, serve


class State:
    """One trie, and how batches reach it."""

    def __init__(self, size: int, touched: int) -> None:
        self.size, self.touched = size, touched
        self.database: dict[bytes, bytes] = {}
        before = resident_bytes()
        building = HexaryTrie(self.database, prune=True)
        for key, value in state_of(size):
            building[key] = value
        self.root = building.root_hash
        self.bytes_an_account = (resident_bytes() - before) / size
        self.version = 0
        self.squashes = False

    def apply(self, changes: dict[bytes, bytes]) -> float:
        """CPU seconds from the batch to the new root, and for the collector to look at what that made."""
        gc.disable()
        begun = time.process_time()
        trie = HexaryTrie(self.database, self.root)
        if self.squashes:
            with trie.squash_changes() as memory:
                for key, value in changes.items():
                    memory[key] = value
        else:
            for key, value in changes.items():
                trie[key] = value
        root = trie.root_hash
        gc.enable()
        gc.collect(0)
        seconds = time.process_time() - begun
        self.root = root
        return seconds

    def choose_way(self) -> None:
        """Keep the faster way; both must give the same root."""
        before, taken, roots = self.root, {}, set()
        for squashes in (False, True, False, True):
            self.root, self.squashes = before, squashes
            taken[squashes] = self.apply(batch(self.size, self.touched, 1))
            roots.add(self.root)
        if len(roots) != 1:
            raise RuntimeError("py-trie's two ways give different roots")
        self.version = 1
        self.squashes = taken[True] < taken[False]


class Session:
    """The state that the asking side has prepared."""

    state: State

    def prepare(self, size: int, touched: int) -> Answer:
        """Build the state and choose the way; the digest shows that both sides have the same input."""
        self.state = State(size, touched)
        self.state.choose_way()
        return {
            "digest": digest_of(size, touched, 1),
            "way": "squash_changes" if self.state.squashes else "key by key",
            "bytes_an_account": self.state.bytes_an_account,
        }

    def ready(self) -> Answer:
        """Nothing but that the state is there."""
        return {"ready": True}

    def round(self) -> Answer:
        """Apply the next batches; read back, untimed, what they wrote."""
        state, seconds = self.state, 0.0
        written: dict[bytes, bytes] = {}
        for _ in range(BATCHES):
            state.version += 1
            changes = batch(state.size, state.touched, state.version)
            seconds += state.apply(changes)
            written.update(changes)
        trie = HexaryTrie(state.database, state.root)
        if any(trie[key] != value for key, value in written.items()):
            raise RuntimeError("py-trie does not hold what the batches wrote")
        return {"seconds": seconds / (state.touched * BATCHES)}


if __name__ == "__main__":
    session = Session()
    serve({"prepare": session.prepare, "ready": session.ready, "round": session.round})
