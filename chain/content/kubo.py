"""A content store behind the RPC API of a Kubo node, the reference implementation of IPFS.

    POST /api/v0/block/put, block/get, block/rm                     the bytes
    POST /api/v0/files/mkdir, files/cp, files/stat, files/ls, files/rm    what of the node's blocks is ours

A node has blocks of others too, and collects as garbage what nobody claims. So each of ours has a name in a folder of
the node's file system: that keeps it, and tells which ones we may delete. The bytes stay with the node where others
claim them. Reading goes past the folder: what the node has, or finds in its network in time, is ours to check and use.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from threading import Lock
from typing import Final
from urllib.parse import urlencode

from chain.content.cid import CidError, Codec, cid_of, digest_of
from chain.content.http import ANSWER_SECONDS, Answer, Origin
from chain.content.server_store import asked, refused
from chain.content.store import ContentMissing, Entry, StoreStatistics, check_digest, check_size

BLOCK_LIMIT: Final = 2**20
"""Bytes of a block that every release of Kubo takes without being asked to make an exception."""

FOLDER: Final = "/palletlab"

SEARCH_SECONDS: Final = 10
"""For which a node looks for a block in its network."""

MOST_OF_A_LIST: Final = 64 * 2**20
"""Bytes of the list of a folder: 400,000 entries."""

ABSENT: Final = ("not found", "does not exist", "no link named", "deadline exceeded", "timed out", "could not find")
"""What nodes say, with status 500, where they do not have a block."""


class KuboStore:
    """Blocks that a node keeps, such as the one at http://127.0.0.1:5001."""

    is_read_only = False
    at_once = 1  # its file system has one writer at a time

    def __init__(
        self,
        base: str,
        limit: int = BLOCK_LIMIT,
        folder: str = FOLDER,
        search_seconds: int = SEARCH_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.origin = Origin(base, answer_seconds)
        self.limit = limit
        self.folder = folder
        self.statistics = StoreStatistics()
        self._search_seconds = search_seconds
        self._naming = Lock()  # Kubo's file system has one writer at a time; two may lose a name
        self._has_folder = False

    def __repr__(self) -> str:
        return f"KuboStore({self.origin!r})"

    def put(self, data: bytes, codec: Codec = Codec.RAW) -> str:
        cid = cid_of(data, codec)
        check_size(cid, len(data), self.limit)
        boundary = secrets.token_hex(16)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="data"; filename="data"\r\n'
        head += "Content-Type: application/octet-stream\r\n\r\n"
        body = b"".join((head.encode(), data, f"\r\n--{boundary}--\r\n".encode()))
        # stored under its hash alone, so that the codec does not matter; with that of a node it would have to be one
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        self._done(cid, self._call(cid, "block/put", {"format": "raw", "mhtype": "sha2-256"}, headers, body))
        self._claim(cid)
        self.statistics.count_put(len(data))
        return cid

    def get(self, cid: str) -> bytes:
        digest_of(cid)
        parameters = {"arg": cid, "timeout": f"{self._search_seconds}s"}
        answer = self._call(cid, "block/get", parameters, limit=self.limit)
        if _is_absent(answer):
            raise ContentMissing(cid)
        self._done(cid, answer)
        check_digest(cid, answer.body)
        self.statistics.count_get(len(answer.body))
        return answer.body

    def has(self, cid: str) -> bool:
        digest_of(cid)
        answer = self._call(cid, "files/stat", {"arg": f"{self.folder}/{cid}"})
        if _is_absent(answer):
            return False
        self._done(cid, answer)
        return True

    def delete(self, cid: str, added_before: float | None = None) -> bool:
        """As of any store; a node does not know when a block was put, so `added_before` excludes nothing."""
        digest_of(cid)
        with self._naming:
            answer = (
                self._call(cid, "files/rm", {"arg": f"{self.folder}/{cid}", "force": "true"}) if self.has(cid) else None
            )
            if answer is None or _is_absent(answer):
                return False
            self._done(cid, answer)
            self._call(cid, "block/rm", {"arg": cid, "force": "true"})  # refused where others have it pinned
        return True

    def entries(self) -> Iterator[Entry]:
        answer = self._call("(all)", "files/ls", {"arg": self.folder}, limit=MOST_OF_A_LIST)
        if _is_absent(answer):
            return
        self._done("(all)", answer)
        for line in answer.body.splitlines():  # one object, or one a line
            for name in _names(line):
                try:
                    digest_of(name)
                except CidError:
                    continue
                yield Entry(name, None, None)

    def _claim(self, cid: str) -> None:
        with self._naming:
            if self.has(cid):
                return
            if not self._has_folder:
                self._done(cid, self._call(cid, "files/mkdir", {"arg": self.folder, "parents": "true"}))
                self._has_folder = True
            answer = self._call(cid, "files/cp", [("arg", f"/ipfs/{cid}"), ("arg", f"{self.folder}/{cid}")])
            if answer.status != 200 and not self.has(
                cid
            ):  # another process may have named it meanwhile, and this one was refused
                self._done(cid, answer)

    def _call(
        self,
        cid: str,
        command: str,
        parameters: dict[str, str] | list[tuple[str, str]],
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        limit: int = 2**16,
    ) -> Answer:
        target = f"/api/v0/{command}?{urlencode(parameters)}"
        return asked(self.origin, cid, "POST", target, headers, body, limit)

    def _done(self, cid: str, answer: Answer) -> None:
        if answer.status != 200:
            raise refused(self.origin, cid, answer, _message(answer))


def _is_absent(answer: Answer) -> bool:
    return answer.status in (404, 500) and any(phrase in _message(answer) for phrase in ABSENT)


def _message(answer: Answer) -> str:
    """What the node says of its failure, one line of text."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return ""
    message = told.get("Message") if isinstance(told, dict) else None
    return "".join(filter(str.isprintable, message))[:200] if isinstance(message, str) else ""


def _names(line: bytes) -> Iterator[str]:
    try:
        told = json.loads(line)
    except ValueError:
        return
    entries = (told.get("Entries") or [told]) if isinstance(told, dict) else []
    for entry in entries if isinstance(entries, list) else []:
        name = entry.get("Name") if isinstance(entry, dict) else None
        if isinstance(name, str):
            yield name
