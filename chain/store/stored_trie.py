"""A state that is read when it is first looked into: of most old blocks nobody asks for more than the header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chain.trie.trie import Trie


class StoredTrie(Trie):
    """A trie whose root and version are known, and whose nodes are still where `read` finds them.

    What `read` raises goes to whoever looks into the state first.
    """

    __slots__ = ("_read",)

    def __init__(self, root: bytes, version: int, read: Callable[[], Trie]) -> None:
        self.root, self.version, self._read = root, version, read

    def __getattr__(self, name: str) -> Any:  # asked for nodes and child tries alone, while these are not there
        if name not in ("_at_hand", "_before", "_starts", "_top", "children"):
            raise AttributeError(name)
        whole = self._read()
        self._at_hand, self._before, self._starts = whole._at_hand, whole._before, whole._starts
        self._top, self.children = whole._top, whole.children
        return getattr(self, name)
