"""The runtime that runs see: bound to their block's state, and taken back after each, so that none can write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

Operators = Mapping[int, Any]
"""What operators gave their workers, by identity: those who gave the same are asked for together."""


class BoundRuntime:
    """The runtime on the state that was asked for last: runs on one block share it, one after the other.

    Its overlay begins anew with each state, so that whoever makes runtimes may have one serve again.
    """

    def __init__(self, runtime_factory: RuntimeFactory) -> None:
        self.runtime_factory = runtime_factory
        self._last: tuple[Trie, Overlay, RuntimeApi] | None = None
        """None while a run goes on too: what it has seal a block at once has runs of its own."""
        self._hooks: tuple[RuntimeApi, Sequence[WorkerHook]] | None = None

    def due(
        self, state: Trie, number: BlockNumber, trigger: Trigger, operators: Operators
    ) -> list[tuple[WorkerHook, frozenset[int] | None]]:
        """What there is to run on a block of that state, and for which operators; None where for all of them."""
        found = list[tuple[WorkerHook, frozenset[int] | None]]()
        for hook in self._hooks_of(self._on(state)[1]):
            if hook.trigger is not trigger:
                continue
            if not hook.is_selective:
                found.append((hook, None))
                continue
            having = [each for each, data in operators.items() if self._is_wanted(state, number, hook, data)]
            if having:
                found.append((hook, frozenset(having)))
        return found

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
        self._last = self._hooks = None

    def _hooks_of(self, runtime: RuntimeApi) -> Sequence[WorkerHook]:
        """Asked for once where one runtime serves block after block."""
        if self._hooks is None or self._hooks[0] is not runtime:
            self._hooks = runtime, runtime.worker_hooks()
        return self._hooks[1]

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
