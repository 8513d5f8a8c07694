"""Bytes that are looked at again and again: an artifact as it is made, stored, and read back.

Bytes do not change, so their hashes are found once, by whoever asks first. A store in this process gives back what
was put there.
"""

from __future__ import annotations

from chain.crypto.hashing import blake2_256


class HashedBytes(bytes):
    """Bytes that know their hashes. For any thread: two that ask at once find the same."""

    _cid: str | None = None
    _root: bytes | None = None

    @classmethod
    def of(cls, data: bytes) -> HashedBytes:
        """The data, copied unless they know their hashes."""
        return data if type(data) is HashedBytes else HashedBytes(data)

    @property
    def cid(self) -> str:
        """Their CID, cut as `ipfs add --cid-version=1` cuts them."""
        if self._cid is None:
            from chain.content.layout import cid_of_file  # a chain does without: it gets artifacts, and makes none

            self._cid = cid_of_file(self)
        return self._cid

    @property
    def root(self) -> bytes:
        """Their Blake2b-256."""
        if self._root is None:
            self._root = blake2_256(self)
        return self._root
