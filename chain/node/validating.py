"""What the pool validates transactions with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from chain.node.chain_store import ChainStore
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import RuntimeApi, TransactionSource, ValidTransaction
from chain.state.overlay import Overlay

R = TypeVar("R", bound=RuntimeApi)


class Validating(Generic[R]):
    """Runtimes for validation, which writes nothing: the last one serves as long as the block is the same.

    Their overlay begins anew with each block, so that whoever makes runtimes may have one serve again.
    """

    def __init__(self, chain: ChainStore, runtime_factory: Callable[[Overlay], R]) -> None:
        self._chain = chain
        self._runtime_factory = runtime_factory
        self._last: tuple[Hash, Overlay, R] | None = None

    @property
    def number(self) -> BlockNumber:
        return self._chain.best.number

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        best = self._chain.best.hash
        return self.at(best).validate_transaction(source, extrinsic, best)

    def at(self, block_hash: Hash) -> R:
        """A runtime on the state after a block, until the next is asked for; nothing may be written to it."""
        last = self._last
        if last is not None and last[0] == block_hash:
            return last[2]
        state = self._chain[block_hash].state
        overlay = Overlay(state) if last is None else last[1]
        if last is not None:
            overlay.reset(state)
        self._last = None  # where no runtime comes of it, nothing is left of the one before
        runtime = self._runtime_factory(overlay)
        self._last = (block_hash, overlay, runtime)
        return runtime

    def forget(self) -> None:
        """A block's state was replaced, or the runtime's code may be another."""
        self._last = None
