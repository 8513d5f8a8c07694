"""Amounts, sizes, times and hashes as people read them."""

from __future__ import annotations

from node_cli.units import hexadecimal, milliseconds, percent, signed_tokens, size, tokens


def test_amounts_are_shown_in_tokens() -> None:
    assert tokens(1_234_560_000_000_000) == "1,234.56"
    assert tokens(12_829_458_314, 3) == "0.013"
    assert signed_tokens(-75_003_440_257_331) == "−75.00"
    assert signed_tokens(5 * 10**12, 0) == "+5"


def test_sizes_change_their_unit() -> None:
    assert [size(count) for count in (0, 999, 1000, 62_083, 1_200_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "62.1 kB",
        "1.2 MB",
    ]


def test_times_shares_and_hashes() -> None:
    assert milliseconds(1_414_655_171_000) == "1,414.7"
    assert percent(45_000) == "4.5 %"
    assert hexadecimal(b"\x00\xff") == "0x00ff"
