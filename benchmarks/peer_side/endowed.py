"""The accounts that a genesis endows, the same on both sides of the comparison.

Standard library only: the peers' environment has nothing of ours.
"""

from __future__ import annotations

import hashlib


def account_ids(count: int) -> list[bytes]:
    """`count` accounts of 32 bytes."""
    return [hashlib.blake2b(b"endowed %d" % index, digest_size=32).digest() for index in range(count)]
