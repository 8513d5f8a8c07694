"""Signatures of trackers: ECDSA over secp256r1 with SHA-256, r and s as 32 bytes big endian each."""

from __future__ import annotations

from collections.abc import Callable

SIGNATURE_BYTES = 64

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group (SEC 2, secp256r1)."""

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]


class KeyInvalid(ValueError):
    """33 bytes that are no compressed point of secp256r1, or a secret that is no number of the group."""


def verifier(key: bytes) -> Verify:
    """Whether a message has a signature of this key: `verify(message, signature)`; raises KeyInvalid."""
    from cryptography.exceptions import InvalidSignature  # OpenSSL, for those who verify batches
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        raise KeyInvalid(f"0x{key.hex()} is no point of secp256r1") from None
    algorithm = ec.ECDSA(SHA256())

    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != SIGNATURE_BYTES:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            public.verify(utils.encode_dss_signature(r, s), message, algorithm)
        except InvalidSignature:
            return False
        return True

    return verify


def signer(secret: int) -> tuple[bytes, Sign]:
    """The compressed public key of a secret, and what signs with it: always the same bytes (RFC 6979).

    Raises KeyInvalid where the secret is not in 1 … order - 1.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256

    if not 0 < secret < ORDER:
        raise KeyInvalid("a secret key of secp256r1 lies between 0 and the group's order")
    private = ec.derive_private_key(secret, ec.SECP256R1())
    form = serialization.PublicFormat.CompressedPoint
    public = private.public_key().public_bytes(serialization.Encoding.X962, form)
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)

    def sign(message: bytes) -> bytes:
        r, s = utils.decode_dss_signature(private.sign(message, algorithm))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return public, sign
