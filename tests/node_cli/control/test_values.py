"""What people write is read, or told to be wrong."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable

import pytest

from chain.crypto import development, ss58
from chain.extrinsic import with_length_prefix
from node_cli.control.values import Time, account, block, block_hash, extrinsic, json_value, key_value, shown_time, time

ALICE = development.account("Alice")


def test_accounts_are_addresses_digits_and_names() -> None:
    assert {account(text) for text in ("Alice", ss58.encode(ALICE), "0x" + ALICE.hex())} == {ALICE}
    assert key_value("Alice") == "0x" + ALICE.hex()
    assert key_value("5") == 5


def test_blocks_are_numbers_and_hashes() -> None:
    assert (block("7"), block("-2"), block("0x" + "ab" * 32)) == (7, -2, b"\xab" * 32)


def test_extrinsics_come_with_their_length() -> None:
    assert extrinsic("0x" + with_length_prefix(b"\4\5").hex()) == b"\4\5"


def test_times_are_dates_milliseconds_and_seconds_from_now() -> None:
    assert time("2026-11-21T12:00:00") == time("2026-11-21T13:00:00+01:00") == Time(1795262400000, is_later=False)
    assert (time("1795262400000"), time("+60")) == (Time(1795262400000, False), Time(60_000, True))
    assert shown_time(1795262400000) == "2026-11-21T12:00:00.000+00:00"


def test_json_needs_no_quotes() -> None:
    assert [json_value(text) for text in ("null", "7", "5Grw", '{"a": [1]}', "[" * 50_000)] == [
        None, 7, "5Grw", {"a": [1]}, "[" * 50_000,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (account, "Mallory"),
        (account, "0x12"),
        (block, "--1"),
        (block, "1e3"),
        (block, "99999999999"),
        (block, "٣"),
        (block_hash, "0x12"),
        (block_hash, "soon"),
        (extrinsic, "0x0c04"),
        (extrinsic, "zz"),
        (extrinsic, ""),
        (time, "soon"),
        (time, "+"),
        (time, "-5"),
        (time, "9" * 40),
    ],
)
def test_what_is_none_of_it_is_told(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        read(text)
