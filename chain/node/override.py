"""A state that somebody wrote to by hand, as developers of a chain do; the block tells that it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chain.block import Block, Header, Other
from chain.primitives import Hash
from chain.state.child import is_child_key
from chain.trie.node import KeyTooLongError
from chain.trie.trie import Trie

StorageChanges = Mapping[bytes, bytes | None]
"""Storage keys and their values; None removes a key."""

MARK: Final = Other(b"palletlab: storage set by hand")
"""In the digest of a block whose state was written to besides what its extrinsics did."""


class StorageRefused(ValueError):
    """The key cannot be written to."""

    def __init__(self, key: bytes, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        shown = self.key.hex() if len(self.key) <= 64 else f"{self.key[:32].hex()}…"
        return f"storage key 0x{shown}: {self.reason}"


def changed_state(state: Trie, changes: StorageChanges) -> Trie:
    """The state with these changes; raises StorageRefused for a key that no state may have."""
    for key in changes:
        if is_child_key(key):
            raise StorageRefused(key, "it holds the root of a child trie, which follows from the trie's own keys")
    try:
        return state.updated(changes)
    except KeyTooLongError as error:
        raise StorageRefused(max(changes, key=len), str(error)) from None


def with_changes(header: Header, state: Trie, changes: StorageChanges) -> tuple[Header, Trie]:
    """The header of a block to whose state these changes are made at its end, and that state."""
    changed = changed_state(state, changes)
    return replace(header, state_root=Hash(changed.root), digest=(*header.digest, MARK)), changed


def is_marked(block: Block) -> bool:
    """Whether the block says that its state was written to by hand."""
    return MARK in block.header.digest
