"""Signatures that nobody made, for chains whose developer acts for others; refused unless that is allowed.

    impersonation = Impersonation(signatures)      # those of the node's runtimes
    impersonation.allow(whale)                     # or allow_everybody()
    node.submit_call(Impersonator.of(whale), call)

The bytes are chopsticks' (`--mock-signature-host`): 0xdeadbeef, then 0xcd. They are in the block, so that everybody
sees who was impersonated (`impersonated`), its header says so besides (`flagged`), and every node that does not allow
it refuses the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from chain.block import Block, Header, Seal
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Ecdsa, Ed25519, MultiSignature, Scheme, Sr25519, verify_signature
from chain.extrinsic import SignedExtrinsic, split
from chain.node.signature_cache import SignatureCache
from chain.primitives import AccountId
from chain.record import record
from chain.scale import Codec, DecodeError, codec_of

FAKE: Final = b"fake"
"""The engine of the seal that says who was impersonated: after execution, so that the runtime does not see it."""

_BEGINNING: Final = b"\xde\xad\xbe\xef"
_ACCOUNTS: Final[Codec[list[AccountId]]] = codec_of(list[AccountId])


def fake_signature(length: int = 64) -> bytes:
    """What stands in the place of a signature."""
    return _BEGINNING.ljust(length, b"\xcd")


def is_fake(signature: MultiSignature) -> bool:
    """Whether the signature is one that nobody made."""
    if not isinstance(signature, Ed25519 | Sr25519 | Ecdsa):
        return False
    return signature.signature == fake_signature(len(signature.signature))


@record
class Impersonator(KeyPair):
    """A key pair without a secret: its signatures are fakes."""

    @classmethod
    def of(cls, account: AccountId) -> Impersonator:
        """Signs for an account, as if with sr25519."""
        return cls(Scheme.SR25519, account, account, b"")

    def sign(self, message: bytes) -> bytes:
        """The same bytes for any message."""
        return fake_signature()


class Impersonation:
    """Whom one may impersonate: nobody, until it is allowed."""

    def __init__(self, signatures: SignatureCache) -> None:
        self._signatures = signatures
        self._accounts: set[AccountId] = set()
        self._everybody = False

    def is_allowed(self, account: AccountId) -> bool:
        """Whether a fake signature of the account passes."""
        return self._everybody or account in self._accounts

    def allow(self, account: AccountId) -> None:
        """Let fake signatures of the account pass."""
        self._accounts.add(account)
        self._signatures.verify = self._verify

    def allow_everybody(self) -> None:
        """Let all fake signatures pass."""
        self._everybody = True
        self._signatures.verify = self._verify

    def forbid(self, account: AccountId) -> None:
        """Let fake signatures of the account pass no more; does not hold against `allow_everybody`."""
        self._accounts.discard(account)
        self._signatures.forget()

    def forbid_everybody(self) -> None:
        """Let no fake signature pass any more."""
        self._accounts.clear()
        self._everybody = False
        self._signatures.verify = verify_signature
        self._signatures.forget()

    @contextmanager
    def believed(self) -> Iterator[None]:
        """A context in which all fake signatures pass: for what is tried and not kept."""
        before, self._signatures.verify = self._signatures.verify, _believing
        try:
            yield
        finally:
            self._signatures.verify = before
            self._signatures.forget()

    def flag(self, header: Header, extrinsics: Iterable[bytes]) -> Header:
        """The header of a block that was just made, which says who was impersonated, where anybody was."""
        if self._signatures.verify is verify_signature:  # nor does another control of the node impersonate anybody
            return header
        accounts = list(_impersonated(extrinsics))
        return header.sealed(Seal(FAKE, _ACCOUNTS.encode(accounts))) if accounts else header

    def _verify(self, signature: MultiSignature, message: bytes, account: AccountId) -> bool:
        if is_fake(signature):
            return self.is_allowed(account)
        return verify_signature(signature, message, account)


def impersonated(block: Block) -> tuple[AccountId, ...]:
    """The accounts in whose name a block has transactions that they did not sign, each once."""
    return tuple(_impersonated(block.extrinsics))


def flagged(header: Header) -> tuple[AccountId, ...]:
    """The accounts that were impersonated, as the header says."""
    return tuple(account for seal in header.seals if seal.engine == FAKE for account in _ACCOUNTS.decode(seal.data))


def faked_signer(extrinsic: bytes) -> AccountId | None:
    """Who did not sign the extrinsic that is in their name; None of any other extrinsic."""
    try:
        envelope = split(extrinsic)
        if isinstance(envelope, SignedExtrinsic) and is_fake(envelope.signature):
            return envelope.signer
    except DecodeError:
        pass
    return None


def _impersonated(extrinsics: Iterable[bytes]) -> dict[AccountId, None]:
    signers = map(faked_signer, extrinsics)
    return {signer: None for signer in signers if signer is not None}


def _believing(signature: MultiSignature, message: bytes, account: AccountId) -> bool:
    return is_fake(signature) or verify_signature(signature, message, account)
