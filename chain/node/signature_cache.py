"""Signatures that were found good, so that pool, authoring and import check each one once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from chain.crypto.signatures import MultiSignature, verify_signature
from chain.primitives import AccountId

DEFAULT_CAPACITY: Final = 65_536
"""Claims remembered: eight full ready queues; 32-byte keys in a dictionary, about 10 MiB."""

CHECKED_CAPACITY: Final = 16_384
"""Checked extrinsics remembered: two full ready queues, about 20 MiB."""


Verify = Callable[[MultiSignature, bytes, AccountId], bool]
"""Whether an account signed a message."""


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
        self.verify: Verify = verify_signature
        """How a signature is verified; a development node may let others pass."""
        self._verified: dict[bytes, None] = {}  # least recently used first
        self._checked: dict[bytes, object] = {}  # oldest first
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[SignatureCache], tuple[int]]:
        return SignatureCache, (self.capacity,)  # another process begins with none

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

    def forget(self) -> None:
        """Verify everything anew, since fewer signatures are good than before."""
        with self._lock:
            self._verified.clear()
            self._checked.clear()

    def keep(self, extrinsic: bytes, checked: object) -> None:
        """Remember what a runtime made of an extrinsic with a good signature, so that it need not decode it again.

        checked: whatever the runtime knows again, with all that it depends on besides the bytes
        """
        with self._lock:
            self._checked[extrinsic] = checked
            if len(self._checked) > min(self.capacity, CHECKED_CAPACITY):
                del self._checked[next(iter(self._checked))]

    def recall(self, extrinsic: bytes) -> object:
        """What `keep` was given for these bytes, which is a hit; None where that is forgotten."""
        checked = self._checked.get(extrinsic)
        if checked is not None:
            self.hits += 1
        return checked

    @property
    def remembered(self) -> int:
        """How many claims it remembers."""
        return len(self._verified)

    def _remember(self, claim: bytes) -> None:
        self._verified.pop(claim, None)
        self._verified[claim] = None
        if len(self._verified) > self.capacity:
            del self._verified[next(iter(self._verified))]
