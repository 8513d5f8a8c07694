"""A content store for reading, behind an IPFS gateway (specs.ipfs.tech, trustless gateway).

    GET /ipfs/<cid>?format=raw    the block, whichever it is a file or a node of one

Nothing is believed: what comes is checked against the CID, so any gateway will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chain.content.cid import Codec, cid_of, digest_of
from chain.content.http import ANSWER_SECONDS, Origin
from chain.content.server_store import asked, refused
from chain.content.store import AT_ONCE, ContentMissing, ContentReadOnly, Entry, StoreStatistics, check_digest

BLOCK_LIMIT: Final = 2 * 2**20
"""Bytes of a block; no IPFS implementation gives larger ones to another."""

RAW: Final = {"Accept": "application/vnd.ipld.raw"}
"""As the parameter `format`: old gateways know the one, new ones both."""

ABSENT: Final = (404, 410, 504)
"""Not found, gone, and not found in time."""


class GatewayStore:
    """What can be fetched from a gateway, such as https://ipfs.example or http://127.0.0.1:8080."""

    is_read_only = True
    at_once = AT_ONCE

    def __init__(self, base: str, limit: int = BLOCK_LIMIT, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.origin = Origin(base, answer_seconds)
        self.limit = limit
        self.statistics = StoreStatistics()

    def __repr__(self) -> str:
        return f"GatewayStore({self.origin!r})"

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        raise ContentReadOnly(cid_of(data, codec))

    def get(self, cid: str) -> bytes:
        digest_of(cid)
        answer = asked(self.origin, cid, "GET", f"/ipfs/{cid}?format=raw", RAW, limit=self.limit)
        if answer.status in ABSENT:
            raise ContentMissing(cid)
        if answer.status != 200:
            raise refused(self.origin, cid, answer)
        check_digest(cid, answer.body)
        self.statistics.count_get(len(answer.body))
        return answer.body

    def has(self, cid: str) -> bool:
        digest_of(cid)
        answer = asked(self.origin, cid, "HEAD", f"/ipfs/{cid}?format=raw", RAW)
        if answer.status in ABSENT:
            return False
        if answer.status != 200:
            raise refused(self.origin, cid, answer)
        return True

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        digest_of(cid)
        raise ContentReadOnly(cid)

    def entries(self) -> Iterator[Entry]:
        raise ContentReadOnly("(all)", "a gateway does not list what it has")
