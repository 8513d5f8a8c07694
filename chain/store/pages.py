"""The pages of an LMDB file, looked through before LMDB maps them.

LMDB trusts its file: a number that is wrong there leads it beyond the end of the map, which ends the process, or to
entries of another time. Here every page that it may follow is visited first, those with large values by their first.

    page  = number, u64 ‖ pad, flags, lower, upper, u16 (of a large value: pages, u32) ‖ places of nodes, u16
    node  = size, u32 ‖ flags, u16 ‖ key size, u16 ‖ key ‖ value         of a branch, the first six bytes are a page
    tree  = pad, u32 ‖ flags, depth, u16 ‖ branches, leaves, pages of large values, entries, root, u64
    meta  = page head ‖ magic, version, u32 ‖ address, map size, u64 ‖ tree of free pages, tree of trees
            ‖ last page, transaction, u64

The two first pages are metas; transactions write them in turn, so that the newest one counts and the other is of the
transaction before. A page belongs to one tree, once, or is free.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from struct import Struct
from typing import Final

from chain.record import record
from chain.store.errors import StoreDamaged, StoreForeign

_PAGE: Final = Struct("<Q2xHHH")
_LARGE: Final = Struct("<Q2xHI")
_NODE: Final = Struct("<IHH")
_PLACE: Final = Struct("<H")
_NUMBER: Final = Struct("<Q")
_TREE: Final = Struct("<IHHQQQQQ")
_META: Final = Struct("<16xIIQQ48s48sQQ")

_MAGIC: Final = 0xBEEFC0DE
_BRANCH, _LEAF, _OVERFLOW, _META_PAGE = 1, 2, 4, 8
_IS_LARGE, _IS_TREE = 1, 2
_HAS_NUMBERS: Final = 8
"""The flag of a tree whose keys are numbers: that of free pages."""
_NO_ROOT: Final = 2**64 - 1
_DEEPEST: Final = 32
"""LMDB's cursors go no deeper."""


class _Wrong(Exception):
    """The file is not as LMDB left it; the message says where."""


@record
class _Meta:
    """A page that says what is valid; trees as they lie there."""

    free: bytes
    trees: bytes
    last_page: int
    transaction: int


@record
class _Tree:
    """Where a tree begins, and what it has."""

    flags: int
    depth: int
    branches: int
    leaves: int
    large: int
    entries: int
    root: int


def check_pages(folder: Path, file: Path) -> int:
    """How many bytes the file says that it has, all that matter being there; raises StoreDamaged, StoreForeign."""
    if not file.is_file():
        raise StoreDamaged(folder, f"{file.name} is missing")
    size = file.stat().st_size
    if size < _META.size:
        raise StoreDamaged(folder, f"{file.name} has only {size} bytes")
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        page_size = _page_size(folder, data)
        try:
            meta = _newest(data, page_size)
            _Walk(data, page_size, meta.last_page + 1).check(meta)
        except _Wrong as wrong:
            raise StoreDamaged(folder, f"{file.name} has {size} bytes, and {wrong}") from None
    return (meta.last_page + 1) * page_size


def _page_size(folder: Path, data: mmap.mmap) -> int:
    magic, _, _, _, free, _, _, _ = _META.unpack_from(data)
    page_size = int.from_bytes(free[:4], "little")
    if magic != _MAGIC:
        raise StoreForeign(folder, "a file that LMDB did not write")
    if not 512 <= page_size <= 65536 or page_size & (page_size - 1):
        raise StoreDamaged(folder, f"pages of {page_size} bytes")
    return page_size


def _newest(data: mmap.mmap, page_size: int) -> _Meta:
    if len(data) < 2 * page_size:
        raise _Wrong("the second page is missing")
    metas = list[_Meta]()
    for number in (0, 1):
        place = number * page_size
        if _PAGE.unpack_from(data, place)[:2] != (number, _META_PAGE):
            raise _Wrong(f"page {number} is another")
        magic, version, _, _, free, trees, last_page, transaction = _META.unpack_from(data, place)
        if (magic, version, free[:4]) != (_MAGIC, 1, page_size.to_bytes(4, "little")):
            raise _Wrong(f"page {number} is not LMDB's")
        metas.append(_Meta(free, trees, last_page, transaction))
    even, odd = (meta.transaction for meta in metas)
    if even % 2 or not odd % 2 or abs(even - odd) != 1:
        raise _Wrong(f"the transactions {even} and {odd} do not follow one another")
    return max(metas, key=lambda meta: meta.transaction)


class _Walk:
    """All pages of a file, each visited where something refers to it."""

    def __init__(self, data: mmap.mmap, page_size: int, pages: int) -> None:
        self._data, self._page_size, self._pages = data, page_size, pages
        self._seen = {0, 1}
        self._found = [0, 0, 0, 0]  # branches, leaves, pages of large values, entries of the tree that is walked
        self._has_numbers = False
        self._last: bytes | None = None  # the key before
        self._least = b""  # that the next one may be, as the branches above say

    def check(self, meta: _Meta) -> None:
        """Raises _Wrong."""
        free = [page for value in self._walk(meta.free, is_read=True) for page in self._free_in(value)]
        for tree in self._walk(meta.trees, is_read=True):
            if len(tree) == _TREE.size:  # LMDB finds out about other entries by itself
                self._walk(tree, is_read=False)
        if len(set(free)) != len(free) or not self._seen.isdisjoint(free):
            raise _Wrong("free pages are used")
        if len(free) + len(self._seen) != self._pages:
            raise _Wrong(f"of {self._pages} pages {len(self._seen)} are used and {len(free)} free")

    def _free_in(self, value: bytes) -> tuple[int, ...]:
        """The pages that one entry lists: how many, then which; there may be room behind them."""
        if len(value) < 8 or len(value) % 8 or len(value) // 8 <= _NUMBER.unpack_from(value)[0]:
            raise _Wrong(f"a list of free pages has {len(value)} bytes")
        (count,) = _NUMBER.unpack_from(value)
        pages = tuple(page for (page,) in _NUMBER.iter_unpack(value[8 : 8 * (1 + count)]))
        if any(not 2 <= page < self._pages for page in pages):
            raise _Wrong(f"a free page is none of {self._pages}")
        return pages

    def _walk(self, encoded: bytes, *, is_read: bool) -> list[bytes]:
        """Visit a tree; the values in it where they are to be read."""
        tree = _Tree(*_TREE.unpack(encoded)[1:])
        self._found, self._last, self._least = [0, 0, 0, 0], None, b""
        self._has_numbers = bool(tree.flags & _HAS_NUMBERS)
        values = list[bytes]()
        if tree.root != _NO_ROOT:
            if tree.depth > _DEEPEST:
                raise _Wrong(f"a tree is {tree.depth} pages deep")
            self._visit(tree.root, tree.depth, values if is_read else None)
        if self._found != [tree.branches, tree.leaves, tree.large, tree.entries]:
            raise _Wrong(f"a tree has {self._found[3]} entries, and says {tree.entries}")
        return values

    def _visit(self, number: int, depth: int, values: list[bytes] | None) -> None:
        """A page of a tree, and what is below it."""
        page = self._page(number, 1)
        said, flags, lower, upper = _PAGE.unpack_from(page)
        if said != number or flags != (_LEAF if depth == 1 else _BRANCH):
            raise _Wrong(f"page {number} is another")
        if lower % 2 or not _PAGE.size < lower <= upper <= self._page_size:
            raise _Wrong(f"page {number} says that its entries end at {lower} and begin at {upper}")
        self._found[depth == 1] += 1
        for place in range(_PAGE.size, lower, 2):
            (node,) = _PLACE.unpack_from(page, place)
            if not upper <= node <= self._page_size - _NODE.size:
                raise _Wrong(f"page {number} has an entry at {node}")
            size, flags, key_size = _NODE.unpack_from(page, node)
            start = node + _NODE.size + key_size
            if start > self._page_size:
                raise _Wrong(f"page {number} has a key at its end")
            key = page[node + _NODE.size : start]
            if depth == 1:
                self._read_entry(number, key, flags, size, page[start:], values)
            else:
                if place > _PAGE.size:  # the first key of a branch counts for nothing
                    self._begin_branch(number, key)
                self._visit(size | flags << 32, depth - 1, values)

    def _begin_branch(self, number: int, key: bytes) -> None:
        ordered = key[::-1] if self._has_numbers else key
        if self._last is None or ordered <= self._last:
            raise _Wrong(f"the keys on page {number} are not in order")
        self._least = ordered

    def _read_entry(
        self, number: int, key: bytes, flags: int, size: int, rest: bytes, values: list[bytes] | None
    ) -> None:
        ordered = key[::-1] if self._has_numbers else key
        if ordered < self._least or (self._last is not None and ordered <= self._last):
            raise _Wrong(f"the keys on page {number} are not in order")
        self._last = ordered
        self._found[3] += 1
        if flags & _IS_LARGE:
            if len(rest) < _NUMBER.size:
                raise _Wrong(f"page {number} has a value at its end")
            value = self._large(_NUMBER.unpack_from(rest)[0], size, is_read=values is not None)
        else:
            value = rest[:size]
            if len(value) != size:
                raise _Wrong(f"page {number} has a value at its end")
        if values is not None:
            values.append(value)

    def _large(self, number: int, size: int, *, is_read: bool) -> bytes:
        """A value that has pages of its own."""
        count = (_PAGE.size - 1 + size) // self._page_size + 1
        first = self._page(number, count)
        if _LARGE.unpack_from(first) != (number, _OVERFLOW, count):
            raise _Wrong(f"page {number} is another")
        self._found[2] += count
        start = number * self._page_size + _PAGE.size
        return self._data[start : start + size] if is_read else b""

    def _page(self, number: int, count: int) -> bytes:
        """The first of so many pages, which nothing else has and which are all there."""
        pages = range(number, number + count)
        if number + count > self._pages or len(self._data) < (number + count) * self._page_size:
            raise _Wrong(f"page {number + count - 1} is missing")
        if not self._seen.isdisjoint(pages):
            raise _Wrong(f"page {number} is used twice")
        self._seen.update(pages)
        return self._data[number * self._page_size : (number + 1) * self._page_size]
