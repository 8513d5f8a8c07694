"""Extrinsics whose signatures were found good, so that pool, authoring and import verify each one once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Final, Protocol

from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Claim, MultiSignature, verify_signature
from chain.primitives import AccountId

DEFAULT_CAPACITY: Final = 16_384
"""Extrinsics remembered: two full ready queues, about 20 MiB."""

Verify = Callable[[MultiSignature, bytes, AccountId], bool]
"""Whether an account signed a message."""


class Verifier(Protocol):
    """Verifies many signatures at a time; `second_core` has one."""

    def verdicts(self, claims: Sequence[Claim]) -> Iterator[bool]:
        """Whether each is good, in their order."""
        ...


class SignatureCache:
    """Remembers what a runtime made of extrinsics with a good signature; forgets the oldest beyond its capacity.

    What is kept has to say itself what the verification depends on besides the extrinsic: where the payload has
    implicit parts (genesis, era block, runtime version), the same bytes may be good on one fork and bad on another.
    Failures are not remembered: they cost the sender a fresh check, and nobody can fill the cache with them.
    """

    def __init__(self, capacity: int = DEFAULT_CAPACITY, verifier: Verifier | None = None) -> None:
        """verifier: of a block's signatures, where there is a better way than one after the other"""
        if capacity < 1:
            raise ValueError(f"a signature cache holds at least one extrinsic, not {capacity}")
        self.capacity = capacity
        self.verifier = verifier
        self.verifications = 0
        """How often a signature was verified."""
        self.hits = 0
        """How often that was not needed."""
        self.verify: Verify = verify_signature
        """How a signature is verified; a development node may let others pass."""
        self._kept: dict[bytes, object] = {}  # oldest first
        self._own: dict[AccountId, KeyPair] = {}
        """Pairs that have signed here, and well: whatever else they sign is good, too."""
        self._made: Claim | None = None
        """What was signed here last."""
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[SignatureCache], tuple[int]]:
        return SignatureCache, (self.capacity,)  # another process begins with none

    def sign(self, key: KeyPair, message: bytes) -> MultiSignature:
        """Sign what this node is about to ask of itself, which is not verified then: the pair's first signature was."""
        signature, account = key.signature(message), key.account
        if self.verify is not verify_signature:  # where others pass, somebody may say later that they do not
            return signature
        if self._own.get(account) is not key:
            if not self.is_good(signature, message, account):
                return signature
            if len(self._own) >= self.capacity:
                self._own.clear()
            self._own[account] = key
        self._made = signature, message, account
        return signature

    def is_good(self, signature: MultiSignature, message: bytes, signer: AccountId) -> bool:
        """Verify a signature."""
        made = self._made
        if made is not None and made == (signature, message, signer) and self.verify is verify_signature:
            self.hits += 1
            return True
        self.verifications += 1
        return self.verify(signature, message, signer)

    def verdicts(self, claims: Sequence[Claim]) -> Iterator[bool]:
        """Verify many signatures: whether each is good, in their order."""
        self.verifications += len(claims)
        if self.verifier is not None and self.verify is verify_signature:
            return self.verifier.verdicts(claims)
        # all before the first is told: the library's tables stay in the processor's caches for as long
        return iter([self.verify(*claim) for claim in claims])

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
            self._own.clear()
            self._made = None

    @property
    def remembered(self) -> int:
        """How many extrinsics it remembers."""
        return len(self._kept)
