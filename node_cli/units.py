"""Amounts, sizes, times and hashes as a person reads them."""

from __future__ import annotations

from typing import Final

from pallets.frame.weight import REF_TIME_PER_SECOND
from runtime.dev import UNIT

MILLISECOND: Final = REF_TIME_PER_SECOND // 1000


def tokens(planck: int, decimals: int = 2) -> str:
    """An amount in tokens: `12.50`."""
    return f"{planck / UNIT:,.{decimals}f}"


def signed_tokens(planck: int, decimals: int = 2) -> str:
    """An amount in tokens with its sign: `+12.50`, `−0.01`; a true minus, as wide as the plus."""
    return f"{planck / UNIT:+,.{decimals}f}".replace("-", "−")


def milliseconds(picoseconds: int) -> str:
    """A time in milliseconds: `1,414.7`."""
    return f"{picoseconds / MILLISECOND:,.1f}"


def size(count: int) -> str:
    """Bytes: `812 B`, `61.4 kB`, `1.2 MB`."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:,.1f} kB"
    return f"{count / 1_000_000:,.1f} MB"


def percent(parts_per_million: int, decimals: int = 1) -> str:
    """Parts per million in per cent: `4.5 %`."""
    return f"{parts_per_million / 10_000:.{decimals}f} %"


def hexadecimal(data: bytes) -> str:
    """`0x` and the digits."""
    return f"0x{data.hex()}"
