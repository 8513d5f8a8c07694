"""A content store in a bucket of S3, or of what is compatible with it.

    PUT, GET, HEAD, DELETE  /<bucket>/<prefix><cid>        one object an artifact
    GET                     /<bucket>?list-type=2&…        a thousand a page

Requests name the bucket in the path, as every implementation understands it. The time of an object is that of its
newest put, as every put writes. Two processes that share a bucket are not kept apart: an old artifact that one puts
again in the very moment in which the other collects it may go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from re import compile as pattern
from threading import Lock
from typing import Final
from xml.etree import ElementTree

from chain.content.cid import CidError, Codec, cid_of, digest_of
from chain.content.http import ANSWER_SECONDS, Answer, Origin
from chain.content.server_store import MOST_OF_AN_ANSWER, asked, refused
from chain.content.signature_v4 import Credentials, Query, encoded_path, encoded_query, signed_headers
from chain.content.store import (
    AT_ONCE,
    DEFAULT_LIMIT,
    ContentMissing,
    ContentUnreachable,
    Entry,
    StoreStatistics,
    check_digest,
    check_size,
)

BUCKET: Final = pattern(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""Names that every implementation takes."""

_EMPTY: Final = sha256().digest()


def utc_now() -> datetime:
    """The time that requests are signed with."""
    return datetime.now(UTC)


class S3Store:
    """Objects of a bucket that exists, under names that begin with `prefix`.

    base: http:// or https:// and a host
    """

    is_read_only = False
    at_once = AT_ONCE

    def __init__(
        self,
        base: str,
        bucket: str,
        credentials: Credentials,
        prefix: str = "",
        limit: int = DEFAULT_LIMIT,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        if BUCKET.fullmatch(bucket) is None:
            raise ValueError(f"{bucket!r} is not the name of a bucket: 3 to 63 of a-z, 0-9, dots and hyphens")
        self.origin = Origin(base, answer_seconds)
        self.bucket = bucket
        self.prefix = prefix
        self.limit = limit
        self.statistics = StoreStatistics()
        self._credentials = credentials
        self._clock = clock
        self._changing = Lock()  # between looking how old an object is and deleting it, nobody here puts it again

    def __repr__(self) -> str:
        return f"S3Store({self.origin!r}, bucket={self.bucket!r}, prefix={self.prefix!r})"

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        cid = cid_of(data, codec)
        check_size(cid, len(data), self.limit)
        with self._changing:
            answer = self._ask(cid, "PUT", data)
        if answer.status != 200:
            raise self._refused(cid, answer)
        self.statistics.count_put(len(data))
        return cid

    def get(self, cid: str) -> bytes:
        digest_of(cid)
        answer = self._ask(cid, "GET", limit=self.limit)
        if answer.status == 404 and _code(answer) != "NoSuchBucket":
            raise ContentMissing(cid)
        if answer.status != 200:
            raise self._refused(cid, answer)
        check_digest(cid, answer.body)
        self.statistics.count_get(len(answer.body))
        return answer.body

    def has(self, cid: str) -> bool:
        digest_of(cid)
        return self._added_at(cid) is not None

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        digest_of(cid)
        with self._changing:
            added_at = self._added_at(cid)
            if added_at is None or (added_before is not None and added_at >= added_before):
                return False
            answer = self._ask(cid, "DELETE")
        if answer.status not in (200, 204, 404):
            raise self._refused(cid, answer)
        return True

    def entries(self) -> Iterator[Entry]:
        """As of any backend; raises ContentUnreachable in the middle where a later page does not come."""
        page: list[tuple[str, str]] = []
        while True:
            query = [("list-type", "2"), ("prefix", self.prefix), *page]
            answer = self._send("(all)", "GET", f"/{self.bucket}", query)
            if answer.status != 200:
                raise self._refused("(all)", answer)
            listed = _parsed(answer)
            if listed is None:
                raise refused(self.origin, "(all)", answer, "not a list of objects")
            for found in listed.findall("{*}Contents"):
                entry = self._entry(found)
                if entry is not None:
                    yield entry
            token = listed.findtext("{*}NextContinuationToken")
            if listed.findtext("{*}IsTruncated") != "true" or not token:
                return
            page = [("continuation-token", token)]

    def _entry(self, found: ElementTree.Element) -> Entry | None:
        cid = (found.findtext("{*}Key") or "").removeprefix(self.prefix)
        try:
            digest_of(cid)
            size = int(found.findtext("{*}Size") or "")
            added_at = datetime.fromisoformat(found.findtext("{*}LastModified") or "").timestamp()
        except CidError:
            return None  # somebody else's
        except ValueError:
            raise ContentUnreachable(cid, f"{self.origin.host} lists it without its size or time") from None
        return Entry(cid, size, added_at)

    def _added_at(self, cid: str) -> float | None:
        """When the object was written, None where there is none."""
        answer = self._ask(cid, "HEAD")
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self._refused(cid, answer)
        try:
            return parsedate_to_datetime(answer.headers.get("last-modified", "")).timestamp()
        except ValueError:
            raise refused(self.origin, cid, answer, "without the time of the object") from None

    def _ask(self, cid: str, method: str, data: bytes = b"", limit: int = MOST_OF_AN_ANSWER) -> Answer:
        return self._send(cid, method, f"/{self.bucket}/{self.prefix}{cid}", (), data, limit)

    def _send(
        self, cid: str, method: str, path: str, query: Query, data: bytes = b"", limit: int = MOST_OF_AN_ANSWER
    ) -> Answer:
        digest = sha256(data).digest() if data else _EMPTY
        whole = self.origin.path + path
        headers: Mapping[str, str] = signed_headers(
            self._credentials, self._clock(), method, whole, query, {"Host": self.origin.host}, digest
        )
        target = encoded_path(path) + (f"?{encoded_query(query)}" if query else "")
        return asked(self.origin, cid, method, target, headers, data, limit)

    def _refused(self, cid: str, answer: Answer) -> ContentUnreachable:
        return refused(self.origin, cid, answer, _code(answer))


def _parsed(answer: Answer) -> ElementTree.Element | None:
    if b"<!DOCTYPE" in answer.body:  # which could define entities that grow
        return None
    try:
        return ElementTree.fromstring(answer.body)
    except ElementTree.ParseError:
        return None


def _code(answer: Answer) -> str:
    """The error's name, such as NoSuchBucket; no more of it, as its text repeats what was signed."""
    parsed = _parsed(answer) if answer.body else None
    code = "" if parsed is None else parsed.findtext("{*}Code") or ""
    return code if code.isascii() and code.isalnum() and len(code) <= 64 else ""
