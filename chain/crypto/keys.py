"""Key pairs: sign under any scheme, made from a seed or a secret URI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Self

from chain.crypto import ed25519, sr25519
from chain.crypto.secret_uri import Junction, SecretUriError, parse
from chain.crypto.signatures import Ecdsa, Ed25519, MultiSignature, Scheme, Sr25519, account_of
from chain.primitives import AccountId
from chain.record import record
from chain.secret_fields import SECRET

SEED_LENGTH = 32


class SeedError(ValueError):
    """Bytes are no seed of the scheme; the message never repeats them."""


@record
class KeyPair:
    """A public key and the secret that signs for it. The secret stays out of `repr` and of comparison."""

    scheme: Scheme
    public: bytes
    """32 bytes, or 33 for ecdsa."""

    account: AccountId
    secret: bytes = field(repr=False, compare=False, metadata=SECRET)
    """sr25519: scalar and nonce, 64 bytes; ed25519: the seed; ecdsa: the scalar, 32 bytes."""

    @classmethod
    def from_uri(cls, uri: str, scheme: Scheme = Scheme.SR25519) -> Self:
        """The key pair that a secret URI names. Raises SecretUriError."""
        parsed = parse(uri)
        try:
            return cls.from_seed(parsed.seed(), scheme).derive(parsed.junctions)
        except SeedError as error:
            raise SecretUriError(str(error)) from None

    @classmethod
    def from_seed(cls, seed: bytes, scheme: Scheme = Scheme.SR25519) -> Self:
        """The key pair of a seed of 32 bytes. Raises SeedError."""
        if len(seed) != SEED_LENGTH:
            raise SeedError(f"a seed has {SEED_LENGTH} bytes, not {len(seed)}")
        if scheme is Scheme.SR25519:
            public, secret = sr25519.pair_of_seed(seed)
        elif scheme is Scheme.ED25519:
            public, secret = ed25519.public_of_seed(seed), seed
        else:
            public, secret = _ecdsa_public_of_seed(seed), seed
        return cls(scheme, public, account_of(scheme, public), secret)

    def derive(self, junctions: Iterable[Junction]) -> Self:
        """The descendant along the junctions; raises SecretUriError at a soft one where the scheme has none."""
        pair = self
        for junction in junctions:
            pair = pair._child(junction)
        return pair

    def sign(self, message: bytes) -> bytes:
        """The bare signature: 64 bytes, or 65 for ecdsa."""
        if self.scheme is Scheme.SR25519:
            return sr25519.sign(self.public, self.secret, message)
        if self.scheme is Scheme.ED25519:
            return ed25519.sign(self.secret, message)
        from chain.crypto import ecdsa  # on first use: it loads libsecp256k1

        return ecdsa.sign(self.secret, message)

    def signature(self, message: bytes) -> MultiSignature:
        """The signature with its scheme, as extrinsics carry it."""
        return _VARIANTS[self.scheme](self.sign(message))

    def _child(self, junction: Junction) -> Self:
        if self.scheme is Scheme.SR25519:
            derive = sr25519.derive_hard if junction.is_hard else sr25519.derive_soft
            public, secret = derive(self.public, self.secret, junction.chain_code)
            return type(self)(self.scheme, public, AccountId(public), secret)
        if not junction.is_hard:
            raise SecretUriError(f"a soft junction (/) in the path: {self.scheme} derives hard ones (//) only")
        if self.scheme is Scheme.ED25519:
            return self.from_seed(ed25519.derive_hard(self.secret, junction.chain_code), self.scheme)
        from chain.crypto import ecdsa  # on first use: it loads libsecp256k1

        return self.from_seed(ecdsa.derive_hard(self.secret, junction.chain_code), self.scheme)


_VARIANTS = {Scheme.ED25519: Ed25519, Scheme.SR25519: Sr25519, Scheme.ECDSA: Ecdsa}


def _ecdsa_public_of_seed(seed: bytes) -> bytes:
    from chain.crypto import ecdsa  # on first use: it loads libsecp256k1

    try:
        return ecdsa.public_of_seed(seed)
    except ValueError:
        raise SeedError("a secp256k1 seed is a number above 0 and below the order of the group") from None
