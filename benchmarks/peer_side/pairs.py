"""The keys and values of a state of accounts, the same on both sides of the comparison.

Standard library only: the peers' environment has nothing of ours.
"""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Iterator

# twox128("System") ‖ twox128("Account"), where a Substrate chain keeps its accounts
ACCOUNT_PREFIX = bytes.fromhex("26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9")

UNIT = 10**12

BATCHES = 3
"""In each round, one after the other: the first finds the processor's caches full of the other side's data."""

_ACCOUNT_INFO = struct.Struct("<4I8Q")


def account_key(index: int) -> bytes:
    """Storage key of the account of that index, 80 bytes: prefix ‖ blake2_128(who) ‖ who."""
    who = hashlib.blake2b(b"account %d" % index, digest_size=32).digest()
    return ACCOUNT_PREFIX + hashlib.blake2b(who, digest_size=16).digest() + who


def account_value(index: int, version: int) -> bytes:
    """SCALE of an AccountInfo, 80 bytes; another one for each version."""
    return _ACCOUNT_INFO.pack(version, 0, 1, 0, UNIT * (index + 1) + version, 0, 0, 0, 0, 0, 0, 1 << 63)


def state_of(size: int) -> Iterator[tuple[bytes, bytes]]:
    """The first version of a state of `size` accounts."""
    return ((account_key(index), account_value(index, 0)) for index in range(size))


def batch(size: int, touched: int, version: int) -> dict[bytes, bytes]:
    """New values for `touched` random accounts of a state of `size`; another choice for each version."""
    chosen = random.Random(version).sample(range(size), touched)
    return {account_key(index): account_value(index, version) for index in chosen}


def digest_of(size: int, touched: int, version: int) -> str:
    """Tells whether both sides make the same state and batch, in hexadecimal."""
    hasher = hashlib.blake2b(digest_size=16)
    for index in range(0, size, max(1, size // 1000)):
        hasher.update(account_key(index) + account_value(index, 0))
    for key, value in batch(size, touched, version).items():
        hasher.update(key + value)
    return hasher.hexdigest()
