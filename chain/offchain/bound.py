"""The runtime that runs see: bound to their block's state, and taken back after each, so that none can write it."""

from __future__ import annotations

from collections.abc import Callable
from logging import getLogger
from typing import Any

from chain.block import Header
from chain.offchain.hook import Trigger, WorkerHook
from chain.offchain.offchain_node import OffchainNode
from chain.primitives import BlockNumber
from chain.runtime_api import RuntimeApi, RuntimeFactory
from chain.state.overlay import Overlay
from chain.trie.trie import Trie

log = getLogger(__name__)

Wants = Callable[[Any], bool]
"""Whether a run for an operator who gave its worker this has anything to do."""


class BoundRuntime:
    """The runtime on the state that was asked for last: runs on one block share it, one after the other.

    Its overlay begins anew with each state, so that whoever makes runtimes may have one serve again.
    """

    def __init__(self, runtime_factory: RuntimeFactory) -> None:
        self.runtime_factory = runtime_factory
        self._last: tuple[Trie, Overlay, RuntimeApi] | None = None
        """None while a run goes on too: what it has seal a block at once has runs of its own."""

    def wanted(self, state: Trie, number: BlockNumber, trigger: Trigger) -> list[tuple[WorkerHook, Wants | None]]:
        """What there is to run on a block of that state, with what tells who needs no run; None where nothing does."""
        hooks = [hook for hook in self._on(state)[1].worker_hooks() if hook.trigger is trigger]
        return [(hook, self._wants(state, number, hook) if hook.is_selective else None) for hook in hooks]

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
        if self._last is None:
            overlay = Overlay(state)
        elif self._last[0] is state:
            return self._last[1:]
        else:
            overlay = self._last[1]
            overlay.reset(state)
        runtime = self.runtime_factory(overlay)
        self._last = (state, overlay, runtime)
        return overlay, runtime

    def _wants(self, state: Trie, number: BlockNumber, hook: WorkerHook) -> Wants:
        known: dict[int, tuple[Any, bool]] = {}  # by identity, which stays while the data are held here

        def wants(data: Any) -> bool:
            found = known.get(id(data))
            if found is None:
                found = known[id(data)] = (data, self._is_wanted(state, number, hook, data))
            return found[1]

        return wants

    def _is_wanted(self, state: Trie, number: BlockNumber, hook: WorkerHook, data: Any) -> bool:
        overlay, runtime = self._on(state)
        kept, self._last = self._last, None
        overlay.begin()
        try:
            is_wanted = runtime.has_work_for(hook, number, data)
        except Exception:  # the edge of an author's code: the run will tell what is wrong
            log.exception("%s cannot say whether its worker has anything to do on block %d", hook.pallet, number)
            return True
        if overlay.depth == 1:
            overlay.rollback()
            self._last = kept
        return is_wanted
