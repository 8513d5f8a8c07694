"""The root of a list: of a block's extrinsics, for example."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from chain.crypto.hashing import blake2_256
from chain.scale.compact import encode_compact
from chain.trie.nibbles import packed, shared_length, to_nibbles
from chain.trie.node import BRANCH, EMPTY_ROOT, header, reference
from chain.trie.tree import leaf_encoding, new_leaf


def ordered_root(values: Sequence[bytes], version: int) -> bytes:
    """Root of the trie that holds each value under its index in SCALE's compact form.

    Needs half the time of a `Trie` of the same pairs. No index in this form begins another, so no branch has a value.
    """
    if not values:
        return EMPTY_ROOT
    order = _order(len(values))
    leaves = [new_leaf(key, values[index], version) for _, key, index in order]
    return blake2_256(_encoding([path for path, _, _ in order], leaves, 0, len(order), 0))


@lru_cache(maxsize=8)
def _order(count: int) -> list[tuple[bytes, bytes, int]]:
    """Path, key, and index of each of `count` values, by path."""
    keys = map(encode_compact, range(count))
    return sorted((to_nibbles(key), key, index) for index, key in enumerate(keys))


def _encoding(paths: list[bytes], leaves: list[bytes], first: int, last: int, depth: int) -> bytes:
    """Encoding of the node under which the paths from `first` to before `last` lie, all the same up to `depth`."""
    if last - first == 1:
        return leaf_encoding(leaves[first], depth)
    partial = paths[first][depth:]
    partial = partial[: shared_length(partial, paths[last - 1][depth:])]
    split = depth + len(partial)
    bitmap = 0
    references = []
    while first < last:
        nibble = paths[first][split]
        end = first + 1
        while end < last and paths[end][split] == nibble:
            end += 1
        bitmap |= 1 << nibble
        references.append(reference(_encoding(paths, leaves, first, end, split + 1)))
        first = end
    return b"".join((header(BRANCH, len(partial)), packed(partial), bitmap.to_bytes(2, "little"), *references))
