"""Collecting garbage: what no root reaches is deleted, unless it is young.

The caller says what is in use, as the CIDs that its chain names. An artifact is put before the chain names it, so
what was put within the grace period stays; a put of something old makes it new again, and a deletion asks once more
whether it is old. A store that does not know when it was given something (a Kubo node) has that counted from the
first collection of the same `Collector` that found it unused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf, nextafter
from time import time
from typing import Final

from chain.content.cid import digest_of
from chain.content.pieces import reached_from
from chain.content.store import Backend, ContentMissing, Entry
from chain.record import keyword_record

DEFAULT_GRACE: Final = 3600.0
"""Seconds for which what was put stays: a chain of 6-second blocks makes 600 of them, many rounds, in that time."""


@keyword_record
class Collected:
    """What a collection did.

    in_use, young: entries that stay, because they are reached or too new; deleted: those that are gone, or would be
    freed: bytes of the deleted ones, where the store tells; absent: roots that the store does not have
    """

    in_use: int
    young: int
    deleted: tuple[str, ...]
    freed: int
    absent: tuple[str, ...]


class Collector:
    """Collects the garbage of one store.

    grace: seconds after its newest put in which nothing is deleted; clock: seconds since 1970, as the store's
    """

    def __init__(self, store: Backend, grace: float = DEFAULT_GRACE, clock: Callable[[], float] = time) -> None:
        if grace < 0:
            raise ValueError(f"a grace period of {grace} seconds")
        self._store = store
        self._grace = grace
        self._clock = clock
        self._unused_since: dict[bytes, float] = {}

    def collect(self, roots: Iterable[str], is_dry: bool = False) -> Collected:
        """Delete what none of `roots` reaches; with `is_dry` only say what.

        Raises CidError for a root that is none, ContentReadOnly, ContentUnreachable; and ContentMissing, ContentCorrupt
        or ContentMalformed, with nothing deleted, where a node below a root cannot be read: what it reaches is unknown.
        """
        cutoff = self._clock() - self._grace
        in_use, absent = self._marked(roots)
        entries = list(self._store.entries())
        unused = [entry for entry in entries if digest_of(entry.cid) not in in_use]
        old = [entry for entry in unused if self._since(entry) <= cutoff]
        unknown = {digest_of(entry.cid) for entry in unused}
        self._unused_since = {digest: since for digest, since in self._unused_since.items() if digest in unknown}
        gone = old if is_dry else [entry for entry in old if self._is_deleted(entry, cutoff)]
        return Collected(
            in_use=len(entries) - len(unused),
            young=len(unused) - len(gone),
            deleted=tuple(entry.cid for entry in gone),
            freed=sum(entry.size or 0 for entry in gone),
            absent=absent,
        )

    def _marked(self, roots: Iterable[str]) -> tuple[set[bytes], tuple[str, ...]]:
        """The digests that are in use, and the roots that are not here."""
        marked, absent = set[bytes](), list[str]()
        for root in dict.fromkeys(roots):
            digest = digest_of(root)
            if digest in marked:
                continue
            marked.add(digest)
            try:
                is_here = self._store.has(root)
                if is_here:
                    marked.update(digest_of(cid) for cid in reached_from(self._store, root))
            except ContentMissing as missing:
                if missing.cid != root:
                    raise
                is_here = False
            if not is_here:
                absent.append(root)
        return marked, tuple(absent)

    def _since(self, entry: Entry) -> float:
        """When an unused entry was put, or found unused first."""
        if entry.added_at is not None:
            return entry.added_at
        return self._unused_since.setdefault(digest_of(entry.cid), self._clock())

    def _is_deleted(self, entry: Entry, cutoff: float) -> bool:
        # a put may have come since the entries were listed; the next float, as what is as old as the cutoff may go
        limit = None if entry.added_at is None else _after(cutoff)
        return self._store.delete(entry.cid, limit)


def _after(moment: float) -> float:
    return nextafter(moment, inf)
