"""A state some of whose values are known by their hashes alone, as that of a chain whose code is not at hand.

Under state version 1 a value longer than 32 bytes enters its node as its hash, so the root, and every root after it,
needs no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chain.trie.node import HashedValue
from chain.trie.tree import HASHES_ONLY, root_hash
from chain.trie.trie import Trie
from chain.trie.update import updated


class WithheldValueError(LookupError):
    """A value was asked for of which only the hash is known."""

    def __init__(self, key: bytes) -> None:
        super().__init__(f"of the value of 0x{key.hex()} this state has only the hash; give it the value to read it")
        self.key = key


class StrippedTrie(Trie):
    """A trie in which the values of some keys are withheld: written anew they are known, read they raise."""

    __slots__ = ("withheld",)

    withheld: frozenset[bytes]
    """Keys of which only the hash of the value is known."""

    @classmethod
    def of(cls, items: Mapping[bytes, bytes | HashedValue]) -> StrippedTrie:
        """The trie of these pairs under state version 1; a `HashedValue` stands for a value longer than 32 bytes."""
        whole = Trie.from_items((key, value) for key, value in items.items() if isinstance(value, bytes))
        hashes = {key: value.hash for key, value in items.items() if isinstance(value, HashedValue)}
        top = updated(whole._top, hashes, HASHES_ONLY)
        return cls._around(Trie(top, root_hash(top), whole.version), frozenset(hashes))

    @classmethod
    def _around(cls, trie: Trie, withheld: frozenset[bytes]) -> StrippedTrie:
        made = cls(trie._top, trie.root, trie.version)
        made.withheld = withheld
        return made

    def updated(self, changes: Mapping[bytes, bytes | None]) -> Trie:
        new = super().updated(changes)
        return self if new is self else self._around(new, self.withheld - changes.keys())

    def with_version(self, version: int) -> Trie:
        return self._around(super().with_version(version), self.withheld)

    def get(self, key: bytes) -> bytes | None:
        if key in self.withheld:
            raise WithheldValueError(key)
        return super().get(key)

    def items(self, prefix: bytes = b"", after: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        for key, value in super().items(prefix, after):
            if key in self.withheld:
                raise WithheldValueError(key)
            yield key, value

    def _prove_key(self, key: bytes, proof: dict[bytes, None], with_value: bool) -> None:
        if with_value and key in self.withheld:
            raise WithheldValueError(key)
        super()._prove_key(key, proof, with_value)
