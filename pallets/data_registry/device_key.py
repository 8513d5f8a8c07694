"""Keys of trackers on chain: whether one is a point of secp256r1, and whether who registers it has it.

One signature in the life of a device is checked here, by a package that every node has; the many of a batch of
readings are checked off chain (`pebble.signature`).
"""

from __future__ import annotations

from chain.primitives import AccountId
from pallets.data_registry.types import DeviceId

PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
COEFFICIENT_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
"""y² = x³ - 3x + b modulo the prime (SEC 2, secp256r1)."""

DOMAIN = b"palletlab/device"

CHECK_REF_TIME = 2_000_000_000
"""Picoseconds of one curve test and one signature, four times what they took."""


def is_on_curve(key: bytes) -> bool:
    """Whether 33 bytes are a compressed point."""
    x = int.from_bytes(key[1:], "big")
    if len(key) != 33 or key[0] not in (2, 3) or x >= PRIME:
        return False
    square = (x**3 - 3 * x + COEFFICIENT_B) % PRIME
    return pow(square, (PRIME - 1) // 2, PRIME) in (0, 1)  # Euler's criterion


def possession_message(owner: AccountId, device: DeviceId) -> bytes:
    """What a device signs so that nobody else registers its key."""
    return DOMAIN + owner + device


def proves_possession(key: bytes, owner: AccountId, device: DeviceId, proof: bytes) -> bool:
    """Whether the device signed for its owner: ECDSA with SHA-256, r and s in 32 bytes each."""
    from Crypto.Hash import SHA256  # a chain without devices never loads them
    from Crypto.PublicKey import ECC
    from Crypto.Signature import DSS

    public = ECC.import_key(key, curve_name="P-256")
    try:
        DSS.new(public, "fips-186-3").verify(SHA256.new(possession_message(owner, device)), proof)
    except ValueError:
        return False
    return True
