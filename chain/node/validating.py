"""What the pool validates transactions with."""

from __future__ import annotations

from chain.node.chain_store import ChainStore
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import RuntimeApi, RuntimeFactory, TransactionSource, ValidTransaction
from chain.state.overlay import Overlay


class Validating:
    """Runtimes for validation, which writes nothing: the last one serves as long as the block is the same."""

    def __init__(self, chain: ChainStore, runtime_factory: RuntimeFactory) -> None:
        self._chain = chain
        self._runtime_factory = runtime_factory
        self._last: tuple[Hash, RuntimeApi] | None = None

    @property
    def number(self) -> BlockNumber:
        return self._chain.best.number

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        best = self._chain.best.hash
        return self.at(best).validate_transaction(source, extrinsic, best)

    def at(self, block_hash: Hash) -> RuntimeApi:
        """A runtime on the state after a block."""
        if self._last is None or self._last[0] != block_hash:
            self._last = (block_hash, self._runtime_factory(Overlay(self._chain[block_hash].state)))
        return self._last[1]

    def forget(self) -> None:
        """A block's state was replaced."""
        self._last = None
