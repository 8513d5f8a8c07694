"""The runtime that runs see: bound to their block's state, and taken back after each, so that none can write it."""

from __future__ import annotations

from collections.abc import Sequence

from chain.block import Header
from chain.offchain.hook import WorkerHook
from chain.offchain.offchain_node import OffchainNode
from chain.runtime_api import RuntimeApi, RuntimeFactory
from chain.state.overlay import Overlay
from chain.trie.trie import Trie


class BoundRuntime:
    """The runtime on the state that was asked for last: runs on one block share it, one after the other."""

    def __init__(self, runtime_factory: RuntimeFactory) -> None:
        self._runtime_factory = runtime_factory
        self._last: tuple[Trie, Overlay, RuntimeApi] | None = None

    def hooks(self, state: Trie) -> Sequence[WorkerHook]:
        """What there is to run on a block of that state."""
        return self._on(state)[1].worker_hooks()

    def perform(self, state: Trie, hook: WorkerHook, header: Header, node: OffchainNode) -> None:
        """Run one pallet's worker; what it writes to the state is for nobody else."""
        overlay, runtime = self._on(state)
        kept, self._last = self._last, None  # gone, unless the run leaves the overlay as it should
        overlay.begin()
        runtime.run_worker(hook, header, node)
        if overlay.depth == 1:
            overlay.rollback()
            self._last = kept

    def forget(self) -> None:
        """Bind anew at the next run: the runtime's code may be another."""
        self._last = None

    def _on(self, state: Trie) -> tuple[Overlay, RuntimeApi]:
        if self._last is None or self._last[0] is not state:
            overlay = Overlay(state)
            self._last = (state, overlay, self._runtime_factory(overlay))
        return self._last[1], self._last[2]
