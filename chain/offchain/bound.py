"""The runtime that runs see: bound to their block's state, and taken back after each, so that none can write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from logging import getLogger
from typing import Any, Final

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

SPARE: Final = 4
"""Runtimes that are kept for runs to come; where runs stand still, or seal a block at once, each has one of its own."""


class BoundRuntime:
    """Runtimes on the states that were asked for last: runs on one block share one, one after the other.

    Their overlays begin anew with each state, so that whoever makes runtimes may have one serve again.
    """

    def __init__(self, runtime_factory: RuntimeFactory) -> None:
        self.runtime_factory = runtime_factory
        self._spare: list[_Bound] = []
        """Those that nobody uses, the last one that was used at the end."""
        self._hooks: tuple[RuntimeApi, Sequence[WorkerHook]] | None = None

    def due(
        self, state: Trie, number: BlockNumber, trigger: Trigger, operators: Operators
    ) -> list[tuple[WorkerHook, frozenset[int] | None]]:
        """What there is to run on a block of that state, and for which operators; None where for all of them."""
        found = list[tuple[WorkerHook, frozenset[int] | None]]()
        for hook in self._hooks_on(state):
            if hook.trigger is not trigger:
                continue
            if not hook.is_selective:
                found.append((hook, None))
                continue
            having = self._having_work(state, number, hook, operators)
            if having:
                found.append((hook, having))
        return found

    def perform(self, state: Trie, hook: WorkerHook, header: Header, node: OffchainNode) -> None:
        """Run one pallet's worker; what it writes to the state is for nobody else."""
        spare, bound = self._spare, self._take(state)
        bound.overlay.begin()
        bound.runtime.run_worker(hook, header, node)
        _give_back(bound, spare)

    def forget(self) -> None:
        """Bind anew at the next run: the runtime's code may be another."""
        self._spare, self._hooks = [], None  # what is in use now is given back to the list before

    def _hooks_on(self, state: Trie) -> Sequence[WorkerHook]:
        """Asked for once where one runtime serves block after block."""
        bound = self._take(state)
        self._spare.append(bound)
        if self._hooks is None or self._hooks[0] is not bound.runtime:
            self._hooks = bound.runtime, bound.runtime.worker_hooks()
        return self._hooks[1]

    def _having_work(self, state: Trie, number: BlockNumber, hook: WorkerHook, operators: Operators) -> frozenset[int]:
        """The operators for whom a run would have anything to do."""
        spare, bound = self._spare, self._take(state)
        bound.overlay.begin()
        try:
            found = frozenset(map(id, bound.runtime.with_work(hook, number, tuple(operators.values()))))
        except Exception:  # the edge of an author's code: the runs will tell what is wrong
            log.exception("%s cannot say whether its worker has anything to do on block %d", hook.pallet, number)
            return frozenset(operators)
        _give_back(bound, spare)
        return found

    def _take(self, state: Trie) -> _Bound:
        """A runtime on that state, for nobody else until it is given back."""
        spare = self._spare
        for position in range(len(spare) - 1, -1, -1):
            if spare[position].state is state:
                return spare.pop(position)
        if spare:
            overlay = spare.pop(0).overlay  # the one that was not asked for the longest
            overlay.reset(state)
        else:
            overlay = Overlay(state)
        return _Bound(state, overlay, self.runtime_factory(overlay))


@dataclass(eq=False, slots=True)
class _Bound:
    state: Trie
    overlay: Overlay
    runtime: RuntimeApi


def _give_back(bound: _Bound, spare: list[_Bound]) -> None:
    """Take back what was written; whoever leaves an overlay as nobody else should find it loses the runtime."""
    if bound.overlay.depth == 1:
        bound.overlay.rollback()
        spare.append(bound)
        del spare[:-SPARE]
