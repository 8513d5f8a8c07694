"""Secrets in shares over the field of 2^255 - 19: any `threshold` of them give the secret, fewer tell nothing.

One field element holds an X25519 key or the seed of a mask. Holder number i (from 0) has the value of a random
polynomial at i + 1; the secret is its value at 0. Source: Shamir 1979.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pallets.learning.secure_aggregation.refusals import MalformedMessage, TermsRefused

PRIME = 2**255 - 19
"""The field. No share field is smaller than a secret, so one element a secret does."""

SHARE_BYTES = 32

RandomBytes = Callable[[int], bytes]
"""So many unpredictable bytes, as of `os.urandom`."""


def random_element(random_bytes: RandomBytes) -> int:
    """A uniform field element."""
    while True:
        value = int.from_bytes(random_bytes(SHARE_BYTES), "little") >> 1
        if value < PRIME:
            return value


def split(secret: int, holders: int, threshold: int, random_bytes: RandomBytes) -> list[int]:
    """A share for each holder; raises TermsRefused where no such split exists."""
    if not 1 <= threshold <= holders:
        raise TermsRefused(f"{threshold} of {holders} shares")
    if not 0 <= secret < PRIME:
        raise TermsRefused("a secret that is no element of the field")
    falling = [random_element(random_bytes) for _ in range(threshold - 1)]
    return [_value_at(place, falling, secret) for place in range(1, holders + 1)]


def _value_at(place: int, falling: list[int], constant: int) -> int:
    """Horner without reduction on the way: places are small, so the integers stay short and one division does."""
    value = 0
    for coefficient in falling:
        value = (value + coefficient) * place
    return (value + constant) % PRIME


def weights_at_zero(holders: Sequence[int]) -> list[int]:
    """What the share of each holder counts for in the secret; the same for all secrets of these holders."""
    if len(set(holders)) != len(holders) or any(holder < 0 for holder in holders):
        raise MalformedMessage(f"shares of holders {list(holders)}, which are not different numbers from 0")
    places = [holder + 1 for holder in holders]
    weights = []
    for place in places:
        above, below = 1, 1
        for other in places:
            if other != place:
                above = above * other % PRIME
                below = below * (other - place) % PRIME
        weights.append(above * pow(below, -1, PRIME) % PRIME)
    return weights


def combine(shares: Sequence[int], weights: Sequence[int]) -> int:
    """The secret of the shares; `weights` as `weights_at_zero` gives them for their holders."""
    return sum(share * weight for share, weight in zip(shares, weights, strict=True)) % PRIME


def share_bytes(share: int) -> bytes:
    """A share as 32 bytes, little endian."""
    return share.to_bytes(SHARE_BYTES, "little")


def share_of_bytes(data: bytes) -> int:
    """The share of its 32 bytes; raises MalformedMessage."""
    share = int.from_bytes(data, "little")
    if len(data) != SHARE_BYTES or share >= PRIME:
        raise MalformedMessage(f"{data.hex()} is no element of the field")
    return share
