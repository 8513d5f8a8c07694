"""Several content stores as one: what one has lost, another has.

Read is from the first that has the right bytes, and those before it that had none or wrong ones are given them.
Written is to all that can be written to: an artifact is not said to be kept where one of them did not take it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from logging import getLogger

from chain.content.cid import Codec, cid_of, codec_of, digest_of
from chain.content.store import (
    Backend,
    ContentCorrupt,
    ContentError,
    ContentMissing,
    ContentReadOnly,
    ContentTooLarge,
    ContentUnreachable,
    Entry,
    StoreStatistics,
    check_size,
)

log = getLogger(__name__)

_WORST_FIRST = (ContentCorrupt, ContentUnreachable, ContentTooLarge, ContentMissing)
"""Where all stores fail: damage is told before that one is away, and that before absence."""


class SeveralStores:
    """Backends in the order in which they are asked; raises ValueError where there is none."""

    def __init__(self, backends: Sequence[Backend]) -> None:
        if not backends:
            raise ValueError("there is no store among the several")
        self.backends = tuple(backends)
        self._writable = [backend for backend in backends if not backend.is_read_only]
        self.limit = min(backend.limit for backend in self._writable or backends)
        self.is_read_only = not self._writable
        self.at_once = max(backend.at_once for backend in backends)
        self.statistics = StoreStatistics()

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        cid = cid_of(data, codec)
        self._require_writable(cid)
        check_size(cid, len(data), self.limit)
        for backend in self._writable:
            backend.put(data, codec)
        self.statistics.count_put(len(data))
        return cid

    def get(self, cid: str) -> bytes:
        digest_of(cid)
        failures = list[ContentError]()
        lacking = list[Backend]()
        for backend in self.backends:
            try:
                data = backend.get(cid)
            except (ContentMissing, ContentCorrupt) as failure:
                failures.append(failure)
                lacking.append(backend)
            except ContentError as failure:
                failures.append(failure)
            except OSError as error:  # a disk that fails is as good as a server that is away
                failures.append(_unreachable(cid, error))
            else:
                self._repair(lacking, cid, data)
                self.statistics.count_get(len(data))
                return data
        raise _joined(cid, failures)

    def has(self, cid: str) -> bool:
        digest_of(cid)
        unreachable: ContentUnreachable | None = None
        for backend in self.backends:
            try:
                if backend.has(cid):
                    return True
            except ContentUnreachable as error:
                unreachable = error
            except OSError as error:
                unreachable = _unreachable(cid, error)
        if unreachable is not None:
            raise unreachable
        return False

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        digest_of(cid)
        self._require_writable(cid)
        deleted = [backend.delete(cid, added_before) for backend in self._writable]
        return any(deleted)

    def entries(self) -> Iterator[Entry]:
        """Those of all that can be written to; of one that several have, its newest put."""
        self._require_writable("(all)")
        found = dict[bytes, Entry]()
        for backend in self._writable:
            for entry in backend.entries():
                known = found.get(digest_of(entry.cid))
                found[digest_of(entry.cid)] = entry if known is None else _newer(known, entry)
        yield from found.values()

    def _require_writable(self, cid: str) -> None:
        if not self._writable:
            raise ContentReadOnly(cid)

    def _repair(self, lacking: Sequence[Backend], cid: str, data: bytes) -> None:
        """Give the bytes to those that had none or wrong ones; the reader has them whether that works or not."""
        codec = codec_of(cid)
        for backend in lacking:
            if backend.is_read_only or len(data) > backend.limit:
                continue
            try:
                backend.put(data, codec)
            except (ContentError, OSError) as error:
                log.warning("%s could not be given back to %s: %s", cid, type(backend).__name__, error)


def _unreachable(cid: str, error: OSError) -> ContentUnreachable:
    return ContentUnreachable(cid, error.strerror or type(error).__name__)


def _newer(one: Entry, other: Entry) -> Entry:
    """The entry with the newer put; one whose time is not known is taken for new."""
    if one.added_at is None or other.added_at is None:
        return one if one.added_at is None else other
    return max(one, other, key=lambda entry: entry.added_at or 0.0)


def _joined(cid: str, failures: Sequence[ContentError]) -> ContentError:
    """One error for what all stores said."""
    reason = "; ".join(dict.fromkeys(failure.reason for failure in failures))
    for kind in _WORST_FIRST:
        if any(isinstance(failure, kind) for failure in failures):
            return kind(cid, reason)
    return failures[0]
