"""One value out of many, on which no single one of them has much influence (the crate safe-mix).

It is the bitwise majority of three values, of three such majorities, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence


def majority(first: bytes, second: bytes, third: bytes) -> bytes:
    """The value whose bits are those of at least two of three, which have the same length."""
    a, b, c = (int.from_bytes(each, "big") for each in (first, second, third))
    return (a & b | b & c | a & c).to_bytes(len(first), "big")


def triplet_mix(values: Sequence[bytes]) -> bytes:
    """The majority of majorities, down to one; values beyond the largest power of three do not count.

    Nothing is bytes of length zero; fewer than three values mix to zeros.
    """
    if not values:
        return b""
    if len(values) < 3:
        return bytes(len(values[0]))
    count = 3
    while count * 3 <= len(values):
        count *= 3
    level = list(values[:count])
    while len(level) > 1:
        level = [majority(*level[at : at + 3]) for at in range(0, len(level), 3)]
    return level[0]
