"""Signatures that were found good, so that pool, authoring and import check each one once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

DEFAULT_CAPACITY: Final = 65_536
"""Claims remembered: eight full ready queues; 32-byte keys in a dictionary, about 10 MiB."""


class SignatureCache:
    """Remembers the claims that verified; forgets the least recently used one beyond its capacity.

    A claim is a 32-byte hash of all that the verification reads: signer, signature and signed payload. The
    extrinsic alone is not enough where the payload has implicit parts (genesis, era block, runtime version):
    the same bytes may be good on one fork and bad on another. Failures are not remembered: they cost the
    sender a fresh check, and nobody can fill the cache with them.
    """

    def __init__(self, capacity: int = DEFAULT_CAPACITY) -> None:
        if capacity < 1:
            raise ValueError(f"a signature cache holds at least one claim, not {capacity}")
        self.capacity = capacity
        self.verifications = 0
        """How often `verify` was called."""
        self.hits = 0
        """How often it was not."""
        self._verified: dict[bytes, None] = {}  # least recently used first
        self._lock = Lock()

    def check(self, claim: bytes, verify: Callable[[], bool]) -> bool:
        """Whether the claim holds: `verify` is asked unless it said yes before."""
        with self._lock:
            if claim in self._verified:
                self.hits += 1
                del self._verified[claim]  # and in again, as the most recently used
                self._verified[claim] = None
                return True
            self.verifications += 1
        if not verify():
            return False
        with self._lock:
            self._remember(claim)
        return True

    @property
    def remembered(self) -> int:
        """How many claims it remembers."""
        return len(self._verified)

    def _remember(self, claim: bytes) -> None:
        self._verified.pop(claim, None)
        self._verified[claim] = None
        if len(self._verified) > self.capacity:
            del self._verified[next(iter(self._verified))]
