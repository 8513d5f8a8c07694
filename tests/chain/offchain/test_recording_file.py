"""A recording survives its file, and no damage to that makes more than a sentence."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.offchain.errors import BadHostCall
from chain.offchain.participant import Participant
from chain.offchain.recording import LogLine, Recording
from chain.offchain.recording_file import (
    FORMAT,
    RecordingError,
    decode_recording,
    encode_recording,
    read_recording,
)
from tests.chain.offchain.recorded import ALICE, busy, one_block, recorded


@cache
def example() -> Recording:
    with recorded(busy, Participant(ALICE, data=[1])) as (node, recorder):
        one_block(node)
        return recorder.recordings[0]


def content() -> dict[str, Any]:
    found: dict[str, Any] = msgpack.unpackb(encode_recording(example()), strict_map_key=False)
    return found


def file_of(wrong: dict[str, Any]) -> bytes:
    data: bytes = msgpack.Packer().pack(wrong)
    return data


def test_a_recording_is_the_same_after_its_file() -> None:
    again = decode_recording(encode_recording(example()))
    assert encode_recording(again) == encode_recording(example())
    assert (again.calls, again.state, again.extrinsics) == (
        example().calls,
        example().state,
        dict(example().extrinsics),
    )
    before, after = example().run, again.run
    assert (after.calls, after.accepted, after.refused, after.host_calls, after.content_got) == (
        before.calls,
        before.accepted,
        before.refused,
        before.host_calls,
        before.content_got,
    )


def test_a_file_says_what_it_is() -> None:
    assert content()["format"] == FORMAT
    assert content()["version"] == 3
    assert list(content()) == [
        "format",
        "version",
        "run",
        "runtime",
        "data",
        "state",
        "calls",
        "extrinsics",
        "logs",
        "costs",
        "failure",
        "secrets",
    ]


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("format",), "palletlab-chain", "format is not palletlab-worker-run"),
        (("version",), 4, "version is 4; this program reads versions 1 to 3"),
        (("run", "account"), b"short", "run.account is no byte string of 32"),
        (("run", "number"), "one", "run.number is no number"),
        (("run", "trigger"), "whim", "run.trigger is none of best, finalized"),
        (("run", "capabilities"), ["FLYING"], "run.capabilities is unknown of: 'FLYING'"),
        (("run", "header"), b"\x00", "Header"),
        (("runtime",), [], "runtime. is no map"),
        (("calls",), [["timestamp", []]], "calls[1] is no call with its outcome and check"),
        (("calls",), [["timestamp", [1], [0, 1], b""]], "calls[1] is timestamp takes nothing, not 1 values"),
        (("calls",), [["timestamp", [], [2], b""]], "calls[1] is without an outcome"),
        (("logs",), [[1, 2, 3]], "logs is not of level, logger and text"),
        (("costs", "by_call"), {"timestamp": [1]}, "costs.by_call.timestamp is not four numbers"),
        (("failure",), 7, "failure is no text"),
        (("secrets",), [], "secrets. is no map"),
        (("secrets", "vault"), "x", "secrets.vault is no byte string"),
        (("secrets", "withheld"), [[b"x", 1]], "secrets.withheld is not of digest, length and what it is"),
        (("secrets", "withheld"), [[b"x", 1, "x", b"short"]], "secrets.withheld is with a salt that has not 16 bytes"),
        (("data", "check"), "x", "data.check is no byte string"),
        (("data", "secrets"), [99], "data.secrets is of a secret that is not there"),
        (("secrets", "holes"), [[1, [0], 0]], "secrets.holes is not of call, place and secret"),
        (("secrets", "holes"), [[99, [0, 0], 0]], "secrets.holes is of a call or a secret that is not there"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path: tuple[str, ...], value: object, sentence: str) -> None:
    wrong = content()
    place = wrong
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(RecordingError) as refused:
        decode_recording(file_of(wrong), "a.run")
    assert str(refused.value).startswith("a.run: ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("name", ["run", "calls", "costs", "failure"])
def test_a_missing_field_is_named(name: str) -> None:
    wrong = content()
    del wrong[name]
    with pytest.raises(RecordingError, match=f"{name} is missing"):
        decode_recording(file_of(wrong))


@settings(max_examples=300)
@given(at=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_damage_is_a_typed_error_or_changes_a_value(at: int, byte: int, cut: bool) -> None:
    data = bytearray(encode_recording(example()))
    at %= len(data)
    data[at] = byte
    with suppress(RecordingError):
        recording = decode_recording(bytes(data[:at] if cut else data))
        for each in recording.calls:
            with suppress(Exception):
                each.answer()


@given(st.binary(max_size=64))
def test_other_bytes_are_no_recording(data: bytes) -> None:
    with pytest.raises(RecordingError):
        decode_recording(data)


def test_a_file_that_is_not_there_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_recording(tmp_path / "none.run")


def test_a_text_that_is_none_cannot_be_told() -> None:
    with pytest.raises(BadHostCall, match="cannot be written"):
        encode_recording(replace(example(), logs=(LogLine(30, "pallet", "\ud800"),)))


def test_what_version_1_wrote_is_read_too() -> None:
    before = content()
    before["version"] = 1
    del before["secrets"], before["costs"]["traced_memory"]
    again = decode_recording(file_of(before))
    assert (again.calls, again.state) == (example().calls, example().state)
    assert (again.holes, again.withheld, again.vault, again.run.traced_memory) == ((), (), b"", None)


def test_what_version_2_wrote_is_read_too() -> None:
    before = content()
    before["version"] = 2
    before["data"] = {"digest": bytes(range(32)), "pickle": b"a pickle"}
    before["secrets"]["withheld"] = [each[:3] for each in before["secrets"]["withheld"]]
    again = decode_recording(file_of(before))
    assert (again.calls, again.holes) == (example().calls, example().holes)
    assert [each.digest for each in again.withheld] == [each.digest for each in example().withheld]
    assert {each.salt for each in again.withheld} == {b""}
    assert (again.data, again.data_check, again.data_secrets) == (b"a pickle", bytes(range(8)), ())
