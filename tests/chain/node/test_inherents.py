"""Time comes from block numbers."""

from chain.node.inherents import TIMESTAMP, no_digest, no_inherents, slot_clock, timestamp_inherents


def test_every_block_is_one_slot_after_its_parent() -> None:
    clock = slot_clock(genesis_ms=1000, slot_duration_ms=6)
    assert [clock(number) for number in (0, 1, 100)] == [1000, 1006, 1600]


def test_the_timestamp_is_a_little_endian_u64_under_its_identifier() -> None:
    assert timestamp_inherents(lambda number: 0x0102 + number)(1) == {TIMESTAMP: bytes((3, 1, 0, 0, 0, 0, 0, 0))}
    assert TIMESTAMP == b"timstap0"


def test_a_runtime_may_want_nothing() -> None:
    assert (no_inherents(1), no_digest(1)) == ({}, ())
