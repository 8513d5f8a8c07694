"""A chain as somebody recorded it: blocks, and the state after each, from a folder, a file or a node.

A folder and a node have the states that whoever made them came to, right or wrong; an exported file has blocks alone,
so they are executed here, up to the first that is not what execution gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from chain.block import Block
from chain.client.connect import connect
from chain.client.endpoint import Endpoint
from chain.client.errors import BadAnswer, NotConnected, RequestRefused
from chain.node.chain_store import ChainStore, genesis_block
from chain.node.export import ExportError, read_chain
from chain.node.importer import import_block
from chain.primitives import BlockNumber
from chain.runtime_api import RuntimeFactory
from chain.scale import DecodeError
from chain.store.block_store import UnknownBlock
from chain.store.errors import StoreError
from chain.trie.trie import Trie
from chain.validity import InvalidBlock
from node_cli.output_folder import sentence_of

SCHEMES: Final = ("ws://", "wss://", "http://", "https://")

STATES_HELD: Final = 64
"""States of a node that are not asked for again."""


STATE_VERSIONS: Final = (1, 0)


class AuditError(Exception):
    """A round cannot be audited; the message is one sentence for a person."""


class RecordedChain(Protocol):
    """The best chain of a source. Methods raise AuditError where it has not got what they are asked for."""

    @property
    def head(self) -> BlockNumber:
        """The number of the best block."""
        ...

    @property
    def broken(self) -> str | None:
        """Why the block after the head is not what execution gives; None where there is no such block."""
        ...

    def block(self, number: BlockNumber) -> Block:
        """A block of the best chain."""
        ...

    def state(self, number: BlockNumber) -> Trie:
        """The state after that block."""
        ...


@contextmanager
def recorded_chain(source: str, factory: RuntimeFactory) -> Iterator[RecordedChain]:
    """The chain of a URL, a folder or a file; raises AuditError."""
    if source.startswith(SCHEMES):
        try:
            with connect(source) as client:
                yield OfNode(client.endpoint)
        except (NotConnected, RequestRefused, BadAnswer) as error:
            raise AuditError(f"{source}: {error}") from None
        return
    path = Path(source)
    if path.is_dir():
        kept = of_folder(path)
        try:
            yield kept
        finally:
            kept.close()
        return
    yield of_file(path, factory)


class OfStore:
    """A chain whose states are at hand."""

    def __init__(self, chain: ChainStore, broken: str | None = None) -> None:
        self._chain = chain
        self._broken = broken

    @property
    def head(self) -> BlockNumber:
        return self._chain.best.number

    @property
    def broken(self) -> str | None:
        return self._broken

    def block(self, number: BlockNumber) -> Block:
        return self._at(number)[0]

    def state(self, number: BlockNumber) -> Trie:
        return self._at(number)[1]

    def close(self) -> None:
        """Let go of the store."""
        self._chain.close()

    def _at(self, number: BlockNumber) -> tuple[Block, Trie]:
        try:
            found = self._chain.at(number)
        except UnknownBlock as error:
            raise AuditError(f"block {number}: {error}; audit a node or a file that has it") from None
        except StoreError as error:
            raise AuditError(str(error)) from None
        if found is None:
            raise AuditError(f"the chain has no block {number}")
        return found.block, found.state


def of_folder(folder: Path) -> OfStore:
    """What a node keeps in a folder; raises AuditError."""
    from chain.store.lmdb_store import LmdbStore  # with LMDB, which other sources do without

    try:
        if not any(folder.iterdir()):
            raise AuditError(f"{folder}: the folder is empty")
        store = LmdbStore(folder)
        try:
            first = store.hash_of(0)
            genesis = None if first is None else store.get(first)
            if genesis is None:
                raise AuditError(f"{folder}: no chain is kept there")
            return OfStore(ChainStore(genesis.block, genesis.state, store))
        except BaseException:
            store.close()
            raise
    except (StoreError, UnknownBlock) as error:
        raise AuditError(str(error)) from None
    except OSError as error:
        raise AuditError(sentence_of(error)) from None


def of_file(path: Path, factory: RuntimeFactory) -> OfStore:
    """What `palletlab demo` exported, executed as far as it goes; raises AuditError."""
    try:
        exported = read_chain(path)
    except OSError as error:
        raise AuditError(sentence_of(error)) from None
    except ExportError as error:
        raise AuditError(str(error)) from None
    chain, number = ChainStore(genesis_block(exported.genesis), exported.genesis), 0
    try:
        for block in exported.blocks[1:]:
            number = block.header.number
            import_block(chain, factory, block)
    except (InvalidBlock, DecodeError) as error:
        return OfStore(chain, f"block {number} is not what execution gives: {error}")
    return OfStore(chain)


class OfNode:
    """A chain that a node answers for; states are fetched whole, and checked against the headers' roots."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._head = self._header_of_best()
        self.block = lru_cache(STATES_HELD)(self._block)
        self.state = lru_cache(STATES_HELD)(self._state)

    @property
    def head(self) -> BlockNumber:
        return self._head

    @property
    def broken(self) -> str | None:
        return None

    def _header_of_best(self) -> BlockNumber:
        best = self._endpoint.block_hash()
        header = None if best is None else self._endpoint.header(best)
        if header is None:
            raise AuditError("the node has no best block")
        return header.number

    def _block(self, number: BlockNumber) -> Block:
        block_hash = self._endpoint.block_hash(number)
        found = None if block_hash is None else self._endpoint.block(block_hash)
        if found is None:
            raise AuditError(f"the node has no block {number}")
        return found

    def _state(self, number: BlockNumber) -> Trie:
        block = self._block(number)
        keys = list(self._endpoint.keys(b"", block.hash))
        values = zip(keys, self._endpoint.values(keys, block.hash), strict=True)
        items = {key: value for key, value in values if value is not None}
        for version in STATE_VERSIONS:
            state = Trie.from_items(items, version)
            if state.root == block.header.state_root:
                return state
        raise AuditError(f"what the node gives as the state after block {number} has not the root of its header")
