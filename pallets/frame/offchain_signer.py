"""Signing with the keys that a node holds for a pallet (frame_system::offchain::Signer).

    signer = Signer(node, b"demo")
    signer.any().send_signed(lambda key: call_of(self.submit, price=7))            # the first key that may
    signer.all().send_signed(...)                                                  # each of them
    signer.filtered([alice]).send_unsigned(lambda key: Payload(7, key.public), lambda payload, signature: call_of(…))

A call that nobody signs proves nothing about who sent it: let it carry a payload with its signature, and look at that
in `validate_unsigned` with `is_signed_by`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from chain.crypto.signatures import Scheme, verify
from chain.offchain.node_key import NodeKey
from chain.primitives import Hash
from chain.record import record
from chain.runtime_api import OffchainNode, SubmissionRefused
from chain.scale import codec_of
from pallets.frame.call import RuntimeCall

P = TypeVar("P")


@record
class Sent:
    """What came of one key's transaction: its hash, or why the pool did not take it."""

    key: NodeKey
    transaction: Hash | None
    refused: str | None = None


class Signer:
    """The keys of one purpose that a node holds."""

    def __init__(self, node: OffchainNode, key_type: bytes, scheme: Scheme = Scheme.SR25519) -> None:
        self._node = node
        self._key_type = key_type
        self._scheme = scheme

    def keys(self) -> list[NodeKey]:
        """All of them, in the order of their public parts."""
        return self._node.public_keys(self._key_type, self._scheme)

    def any(self) -> Signers:
        """The first key whose transaction is taken."""
        return Signers(self._node, self.keys(), is_one_enough=True)

    def all(self) -> Signers:
        """Every key."""
        return Signers(self._node, self.keys(), is_one_enough=False)

    def filtered(self, publics: Collection[bytes], *, is_one_enough: bool = False) -> Signers:
        """Those with these public parts."""
        return Signers(self._node, [key for key in self.keys() if key.public in publics], is_one_enough=is_one_enough)


class Signers:
    """Some keys, one transaction each."""

    def __init__(self, node: OffchainNode, keys: Iterable[NodeKey], *, is_one_enough: bool) -> None:
        self._node = node
        self.keys = tuple(keys)
        self._is_one_enough = is_one_enough

    def send_signed(self, call: Callable[[NodeKey], RuntimeCall]) -> list[Sent]:
        """Transactions signed by the keys; what came of each."""
        return self._each(lambda key: self._node.submit_signed(call(key), key))

    def send_unsigned(self, payload: Callable[[NodeKey], P], call: Callable[[P, bytes], RuntimeCall]) -> list[Sent]:
        """Transactions that nobody signs, with a payload and its bare signature among their arguments."""

        def submit(key: NodeKey) -> Hash:
            told = payload(key)
            signature = self._node.sign(key, encoded_payload(told))
            if signature is None:
                raise SubmissionRefused(f"the node has lost the key 0x{key.public.hex()}")
            return self._node.submit_unsigned(call(told, signature))

        return self._each(submit)

    def _each(self, submit: Callable[[NodeKey], Hash]) -> list[Sent]:
        sent = list[Sent]()
        for key in self.keys:
            try:
                sent.append(Sent(key, submit(key)))
            except SubmissionRefused as error:
                sent.append(Sent(key, None, str(error)))
            else:
                if self._is_one_enough:
                    break
        return sent


def encoded_payload(payload: object) -> bytes:
    """What is signed of a payload: its SCALE encoding."""
    return codec_of(type(payload)).encode(payload)


def is_signed_by(payload: object, public: bytes, signature: bytes, scheme: Scheme = Scheme.SR25519) -> bool:
    """Whether the signature is that of the public key under the payload."""
    return verify(scheme, signature, encoded_payload(payload), public)
