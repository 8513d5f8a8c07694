"""Extrinsics whose signatures were found good, so that pool, authoring and import verify each one once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from chain.crypto.signatures import MultiSignature, verify_signature
from chain.primitives import AccountId

DEFAULT_CAPACITY: Final = 16_384
"""Extrinsics remembered: two full ready queues, about 20 MiB."""

Verify = Callable[[MultiSignature, bytes, AccountId], bool]
"""Whether an account signed a message."""


class SignatureCache:
    """Remembers what a runtime made of extrinsics with a good signature; forgets the oldest beyond its capacity.

    What is kept has to say itself what the verification depends on besides the extrinsic: where the payload has
    implicit parts (genesis, era block, runtime version), the same bytes may be good on one fork and bad on another.
    Failures are not remembered: they cost the sender a fresh check, and nobody can fill the cache with them.
    """

    def __init__(self, capacity: int = DEFAULT_CAPACITY) -> None:
        if capacity < 1:
            raise ValueError(f"a signature cache holds at least one extrinsic, not {capacity}")
        self.capacity = capacity
        self.verifications = 0
        """How often a signature was verified."""
        self.hits = 0
        """How often that was not needed."""
        self.verify: Verify = verify_signature
        """How a signature is verified; a development node may let others pass."""
        self._kept: dict[bytes, object] = {}  # oldest first
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[SignatureCache], tuple[int]]:
        return SignatureCache, (self.capacity,)  # another process begins with none

    def is_good(self, signature: MultiSignature, message: bytes, signer: AccountId) -> bool:
        """Verify a signature."""
        self.verifications += 1
        return self.verify(signature, message, signer)

    def keep(self, extrinsic: bytes, known: object) -> None:
        """Remember of an extrinsic with a good signature what its runtime will know again."""
        with self._lock:
            self._kept[extrinsic] = known
            if len(self._kept) > self.capacity:
                del self._kept[next(iter(self._kept))]

    def recall(self, extrinsic: bytes) -> object:
        """What `keep` was given for these bytes; None where that is forgotten."""
        return self._kept.get(extrinsic)

    def forget(self) -> None:
        """Verify everything anew, since fewer signatures are good than before."""
        with self._lock:
            self._kept.clear()

    @property
    def remembered(self) -> int:
        """How many extrinsics it remembers."""
        return len(self._kept)
