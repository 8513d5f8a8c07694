"""What the pool validates transactions with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from chain.node.chain_store import ChainStore
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import RuntimeApi, TransactionSource, Validate, ValidTransaction
from chain.state.overlay import Overlay

R = TypeVar("R", bound=RuntimeApi)


class Validating(Generic[R]):
    """Runtimes for validation, which writes nothing: the last ones serve as long as the block is the same.

    One stands where the next block has begun, and validates; another is for those who look at the block's own state.
    Their overlays begin anew with each block, so that whoever makes runtimes may have one serve again.
    """

    def __init__(self, chain: ChainStore, runtime_factory: Callable[[Overlay], R]) -> None:
        self._chain = chain
        self._runtime_factory = runtime_factory
        self._last: tuple[Hash, Overlay, R] | None = None
        self._validate: tuple[Hash, Overlay, Validate] | None = None

    @property
    def number(self) -> BlockNumber:
        return self._chain.best.number

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        best, last = self._chain.best.hash, self._validate
        if last is not None and last[0] == best:
            return last[2](source, extrinsic)
        self._validate = None  # where no runtime comes of it, nothing is left of the one before
        overlay = self._overlay(best, last and last[1])
        validate = self._runtime_factory(overlay).validating(best)
        self._validate = (best, overlay, validate)
        return validate(source, extrinsic)

    def at(self, block_hash: Hash) -> R:
        """A runtime on the state after a block, until the next is asked for; nothing may be written to it."""
        last = self._last
        if last is not None and last[0] == block_hash:
            return last[2]
        self._last = None
        overlay = self._overlay(block_hash, last and last[1])
        runtime = self._runtime_factory(overlay)
        self._last = (block_hash, overlay, runtime)
        return runtime

    def forget(self) -> None:
        """A block's state was replaced, or the runtime's code may be another."""
        self._last = self._validate = None

    def _overlay(self, block_hash: Hash, last: Overlay | None) -> Overlay:
        """Over the state after a block; the one before, where there is one."""
        state = self._chain[block_hash].state
        if last is None:
            return Overlay(state)
        last.reset(state)
        return last
