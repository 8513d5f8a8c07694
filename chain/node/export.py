"""A chain in one file: genesis state and best chain, enough for another process to run it again.

MessagePack map: format, version, state_version,
                 genesis: [[key, value], ...] in key order,
                 blocks: [SCALE block, ...] from genesis on
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgpack

from chain.block import Block
from chain.content.durable import write_durably
from chain.node.chain_store import ChainStore
from chain.node.importer import import_block
from chain.primitives import Hash
from chain.record import record
from chain.runtime_api import RuntimeFactory
from chain.scale import DecodeError
from chain.trie.trie import Trie

FORMAT: Final = "palletlab-chain"
VERSION: Final = 1
_FIELDS: Final = {"format", "version", "state_version", "genesis", "blocks"}


class ExportError(Exception):
    """A file is not an exported chain; says what is wrong and where."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@record
class ExportedChain:
    """The state of genesis, and the blocks from genesis on; each names the one before it."""

    genesis: Trie
    blocks: tuple[Block, ...]


def write_chain(path: Path, chain: ChainStore) -> None:
    """Write the best chain to a file; raises OSError."""
    genesis = chain.genesis.state
    blocks = [block.block.encoded for number in range(chain.best.number + 1) if (block := chain.at(number))]
    content = {
        "format": FORMAT,
        "version": VERSION,
        "state_version": genesis.version,
        "genesis": list(genesis.items()),
        "blocks": blocks,
    }
    write_durably(path, msgpack.Packer().pack(content))


def read_chain(path: Path) -> ExportedChain:
    """Read what `write_chain` wrote, without executing it; raises ExportError, OSError."""
    content = _unpacked(path, path.read_bytes())
    genesis = _read_genesis(path, content)
    blocks = _read_blocks(path, content)
    if blocks[0].header.state_root != genesis.root:
        raise ExportError(path, f"the state has the root 0x{genesis.root.hex()}, which block 0 does not name")
    for number, (parent, block) in enumerate(pairwise(blocks), start=1):
        if block.header.number != number or block.header.parent_hash != parent.hash:
            raise ExportError(path, f"blocks[{number}] does not follow the block before it")
    return ExportedChain(genesis, blocks)


def replay(chain: ExportedChain, runtime_factory: RuntimeFactory) -> Hash:
    """Execute every block again; the root of the last state. Raises `InvalidBlock`."""
    store = ChainStore(chain.blocks[0], chain.genesis)
    for block in chain.blocks[1:]:
        import_block(store, runtime_factory, block)
    return Hash(store.best.state.root)


def _unpacked(path: Path, data: bytes) -> dict[str, Any]:  # JSON-like: `_read_genesis` and `_read_blocks` check it
    try:
        content = msgpack.unpackb(data)
    except (msgpack.UnpackException, ValueError, RecursionError) as error:
        raise ExportError(path, f"not MessagePack: {type(error).__name__} {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ExportError(path, f"not a {FORMAT} file")
    if content.get("version") != VERSION:
        raise ExportError(path, f"version {content.get('version')!r}; this program reads version {VERSION}")
    if content.keys() != _FIELDS:
        odd = ", ".join(sorted(map(str, content.keys() ^ _FIELDS)))
        raise ExportError(path, f"missing or unknown fields: {odd}")
    return content


def _read_genesis(path: Path, content: dict[str, Any]) -> Trie:
    version, pairs = content["state_version"], content["genesis"]
    if version not in (0, 1) or isinstance(version, bool):
        raise ExportError(path, f"state_version: {version!r} is neither 0 nor 1")
    if not isinstance(pairs, list):
        raise ExportError(path, "genesis: not a list")
    for index, pair in enumerate(pairs):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, bytes) for part in pair)):
            raise ExportError(path, f"genesis[{index}]: not a pair of byte strings")
    if any(before[0] >= after[0] for before, after in pairwise(pairs)):
        raise ExportError(path, "genesis: keys are not in ascending order")
    return Trie.from_items(((key, value) for key, value in pairs), version)


def _read_blocks(path: Path, content: dict[str, Any]) -> tuple[Block, ...]:
    encoded = content["blocks"]
    if not isinstance(encoded, list) or not encoded:
        raise ExportError(path, "blocks: not a list with at least genesis")
    blocks: list[Block] = []
    for index, data in enumerate(encoded):
        if not isinstance(data, bytes):
            raise ExportError(path, f"blocks[{index}]: not a byte string")
        try:
            blocks.append(Block.decode(data))
        except DecodeError as error:
            raise ExportError(path, f"blocks[{index}]: {error}") from None
    return tuple(blocks)
