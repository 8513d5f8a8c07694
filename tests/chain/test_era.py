"""chain.era against eras that others made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.era import ERA_CODEC, IMMORTAL, NEVER, Era, read_era
from chain.primitives import U8
from chain.scale import DecodeError, Scope, codec_of
from tests.vectors import load, unhex

PERIODS = [2**exponent for exponent in range(2, 17)]
BLOCKS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("vector", load("scale/era.json")["vectors"], ids=lambda vector: vector["encoded"])
def test_every_known_era_reads_and_writes_as_known(vector: dict[str, int]) -> None:
    encoded = unhex(str(vector["encoded"]))
    era = Era.decode(encoded)
    assert era == Era(vector["period"], vector["phase"])
    assert era.encode() == encoded
    assert (era.birth(vector["current"]), era.death(vector["current"])) == (vector["birth"], vector["death"])


def test_the_known_current_block_and_period_make_the_known_era() -> None:
    about = load("scale/era.json")["about"]
    example = about["encode_example"]
    era = Era.mortal(example["period"], example["current"])
    assert era == Era(example["effective_period"], example["phase"])
    assert era.encode() == unhex(example["encoded"])
    for invalid in about["invalid"]:
        with pytest.raises(DecodeError):
            Era.decode(unhex(invalid))


@pytest.mark.parametrize("name", ["v14-node-template", "v15-polkadot"])
def test_eras_of_known_extrinsics_come_from_their_period_and_block(name: str) -> None:
    for vector in load(f"extrinsics/{name}.json")["vectors"]:
        period, current = vector["era_period"], vector["era_current"]
        era = IMMORTAL if period is None else Era.mortal(period, current)
        assert era.encode() == unhex(vector["era"]), vector


def test_the_immortal_era_is_one_zero_and_never_dies() -> None:
    assert IMMORTAL.encode() == b"\0"
    assert Era.decode(b"\0") == IMMORTAL
    assert IMMORTAL.is_immortal
    assert (IMMORTAL.birth(1000), IMMORTAL.death(1000)) == (0, NEVER)


@given(st.integers(-(2**70), 2**70) | st.sampled_from(PERIODS), BLOCKS)
def test_a_mortal_era_holds_the_block_it_was_made_at(period: int, current: int) -> None:
    era = Era.mortal(period, current)
    assert era.period in PERIODS
    assert era.period >= min(period, 65536)
    assert era.birth(current) <= current < era.death(current)
    assert current - era.birth(current) < max(era.period // 4096, 1)
    assert Era.decode(era.encode()) == era


@given(st.sampled_from(PERIODS), BLOCKS, st.integers(0, 65535))
def test_all_blocks_of_an_era_agree_on_its_birth_and_death(period: int, current: int, later: int) -> None:
    era = Era.mortal(period, current)
    born, dies = era.birth(current), era.death(current)
    block = born + later % period
    assert (era.birth(block), era.death(block)) == (born, dies)
    assert era.birth(dies) == dies


def test_every_two_bytes_are_an_era_or_a_decode_error_and_no_era_has_two_encodings() -> None:
    seen: set[Era] = set()
    for number in range(2**16):
        data = number.to_bytes(2, "little")
        if data[0] == 0:
            continue  # that is the immortal era and a byte of something else
        try:
            era = Era.decode(data)
        except DecodeError:
            continue
        assert era.encode() == data
        assert era not in seen
        seen.add(era)
    assert len(seen) == sum(min(period, 4096) for period in PERIODS)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Era at byte 0: needs 2 bytes, 0 left"),
        (b"\x15", "Era at byte 0: needs 2 bytes, 1 left"),
        (b"\x10\x00", "Era at byte 0: no era has period 2 and phase 1"),
        (b"\x00\x00", "Era at byte 1: 1 bytes are left over"),
        (b"\x15\x00\x00", "Era at byte 2: 1 bytes are left over"),
    ],
)
def test_a_refusal_says_what_and_where(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError) as refusal:
        Era.decode(data)
    assert str(refusal.value) == message


def test_an_era_is_read_in_the_middle_of_other_bytes() -> None:
    assert read_era(b"\xff\x87\x07\xff", 1) == (Era(256, 120), 3)
    assert read_era(b"\xff\x00\xff", 1) == (IMMORTAL, 2)


@pytest.mark.parametrize(("period", "phase"), [(0, 1), (2, 0), (5, 0), (64, 64), (64, -1), (65536, 8), (131072, 0)])
def test_a_period_and_phase_that_cannot_be_encoded_are_refused(period: int, phase: int) -> None:
    with pytest.raises(ValueError, match=f"no era has period {period} and phase {phase}"):
        Era(period, phase)


def test_records_can_hold_an_era() -> None:
    codec = codec_of(tuple[U8, Era, U8], Scope(types={Era: ERA_CODEC}))
    assert codec.encode((1, Era(256, 120), 2)) == b"\x01\x87\x07\x02"
    assert codec.decode(b"\x01\x00\x02") == (1, IMMORTAL, 2)
