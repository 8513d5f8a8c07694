"""A recording runs again without a chain, and whatever differs is told at the host call where it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chain.block import Header
from chain.crypto.development import pair
from chain.crypto.hashing import blake2_256
from chain.extrinsic import Id, encode_signed
from chain.offchain.errors import RunStopped
from chain.offchain.executor import Executor, Inline
from chain.offchain.host_call import HostCall
from chain.offchain.participant import Participant
from chain.offchain.processes import Processes
from chain.offchain.recording import CHECK_LENGTH, RecordedCall, Recording
from chain.offchain.recording_file import decode_recording, encode_recording
from chain.offchain.replay import DataMissing, replay, signed_part
from chain.offchain.run import WorkerLimits
from chain.offchain.threads import Threads
from chain.offchain.vault import Vault
from chain.runtime_api import Capability, OffchainNode
from tests.chain.node.fake_runtime import FakeCall, FakeRuntime, FakeRuntimes, encode
from tests.chain.offchain.recorded import ALICE, Worker, busy, one_block, recorded

EVERYWHERE = pytest.mark.parametrize(
    "executor", [Inline, lambda: Threads(2), lambda: Processes(1)], ids=("inline", "threads", "processes")
)


VAULT = Vault()
"""That of every node here."""


def recording_of(worker: Worker, *participants: Participant, **named: Any) -> Recording:
    """Of one run on block 1, as a file would have it."""
    with recorded(worker, *participants, vault=VAULT, **named) as (node, recorder):
        one_block(node)
        return decode_recording(encode_recording(recorder.recordings[0]))


@EVERYWHERE
def test_a_run_does_the_same_again_wherever_it_was(executor: Callable[[], Executor]) -> None:
    recording = recording_of(busy, executor=executor)
    replayed = replay(recording, FakeRuntimes(busy), vault=VAULT)
    assert replayed.difference is None
    assert (replayed.run.failure, replayed.run.refused) == (None, 1)
    assert replayed.run.accepted == recording.run.accepted
    assert replayed.extrinsics == tuple(recording.extrinsics.values())
    before, now = dict(recording.run.calls), dict(replayed.run.calls)
    assert now == before


def keeps_time(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.local_set(b"time", node.timestamp().to_bytes(8, "big"))


def test_another_argument_is_told_at_its_call_with_the_byte() -> None:
    def other(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
        time = node.timestamp().to_bytes(8, "big")
        node.local_set(b"time", time[:5] + bytes((time[5] ^ 1,)) + time[6:])

    difference = replay(recording_of(keeps_time), FakeRuntimes(other)).difference
    assert difference is not None
    assert (difference.number, difference.pallet) == (2, "Fake")
    assert difference.reason.startswith("value differs from byte 5 on, 0x")
    assert difference.recorded is not None
    assert difference.asked is not None
    assert (difference.recorded.name, difference.asked.name) == ("local_set", "local_set")
    assert str(difference).splitlines()[0].startswith("Fake, host call 2: value differs from byte 5")
    assert difference.place.startswith(f"{__file__}:")
    assert difference.place in str(difference)


def asks_time(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.timestamp()


def asks_time_twice(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    try:
        node.timestamp()
        node.timestamp()
    except Exception:  # noqa: BLE001  (a pallet that catches everything does not hide the difference)
        node.local_set(b"caught", b"")


def asks_chance(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.random_seed()


def asks_state(runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    runtime.value(99)
    node.timestamp()


def fails(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.timestamp()
    raise ZeroDivisionError("no samples")


@pytest.mark.parametrize(
    ("then", "now", "number", "reason"),
    [
        (asks_time, asks_time_twice, 2, "more is asked than was recorded"),
        (asks_time_twice, asks_time, 2, "the run ended by itself, 1 calls before the end of the recording"),
        (asks_time, asks_chance, 1, "random_seed is asked for, not timestamp"),
        (asks_time, asks_state, 0, "a part of the state is asked for that the recorded run did not read"),
        (asks_time, fails, 2, "the run ended with 'ZeroDivisionError: no samples', not by itself"),
        (fails, asks_time, 2, "the run ended by itself, not with 'ZeroDivisionError: no samples'"),
    ],
)
def test_what_differs_is_told(then: Worker, now: Worker, number: int, reason: str) -> None:
    difference = replay(recording_of(then), FakeRuntimes(now)).difference
    assert difference is not None
    assert (difference.number, difference.reason) == (number, reason)


def reads_forwards(runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.local_set(b"k", bytes((runtime.value(1), runtime.value(2))))


def reads_backwards(runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    second, first = runtime.value(2), runtime.value(1)
    node.local_set(b"k", bytes((first, second)))


def test_the_state_may_be_read_in_another_order() -> None:
    assert replay(recording_of(reads_forwards), FakeRuntimes(reads_backwards)).difference is None


def forwards(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.submit_signed(FakeCall(2, node.local_get(b"answer") == b"yes"))


def edited(recording: Recording, number: int, outcome: tuple[int, bytes], check: bytes | None = None) -> Recording:
    calls = list(recording.calls)
    before = calls[number - 1]
    calls[number - 1] = RecordedCall(before.call, outcome, check or before.check)
    return decode_recording(encode_recording(replace(recording, calls=tuple(calls))))


def test_an_edited_answer_is_told_at_its_call_unless_it_is_meant() -> None:
    changed = edited(recording_of(forwards), 1, (0, b"yes"))
    told = replay(changed, FakeRuntimes(forwards)).difference
    assert told is not None
    assert (told.number, told.reason) == (1, "the recorded answer was edited or is damaged")
    meant = replay(changed, FakeRuntimes(forwards), is_edited_allowed=True).difference
    assert meant is not None
    assert (meant.number, meant.reason) == (2, "call differs from byte 1 on, 0x01 not 0x00")


def test_an_extrinsic_that_carries_another_call_is_told() -> None:
    recording = recording_of(forwards)
    others = {each: encode(ALICE.account, 0, 2, 77) for each in recording.extrinsics}
    difference = replay(replace(recording, extrinsics=others), FakeRuntimes(forwards)).difference
    assert difference is not None
    assert (difference.number, difference.reason) == (2, "the recorded extrinsic carries another call")


def test_a_capability_that_was_not_lent_is_not_lent_again() -> None:
    participant = Participant(ALICE, capabilities=Capability.ALL & ~Capability.HTTP)
    recording = recording_of(busy, participant)
    assert recording.calls[-1].call.arguments[1:] == (b"denied", b"this node lends its worker no HTTP")
    assert replay(recording, FakeRuntimes(busy), vault=VAULT).difference is None


def uses_data(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.local_set(b"rows", bytes(node.data["rows"]))


def test_private_data_are_handed_in_or_recorded_and_then_trusted() -> None:
    participant = Participant(ALICE, data={"rows": [1, 2]})
    recording = recording_of(uses_data, participant)
    with pytest.raises(DataMissing, match="--record-data"):
        replay(recording, FakeRuntimes(uses_data))
    assert replay(recording, FakeRuntimes(uses_data), {"rows": [1, 2]}).difference is None
    assert replay(recording, FakeRuntimes(uses_data), {"rows": [1, 3]}).difference is not None
    kept = recording_of(uses_data, participant, keeps_data=True)
    with pytest.raises(DataMissing):
        replay(kept, FakeRuntimes(uses_data))
    assert replay(kept, FakeRuntimes(uses_data), is_data_trusted=True).difference is None
    with pytest.raises(DataMissing, match="not those that were recorded"):
        replay(replace(kept, data=b"other"), FakeRuntimes(uses_data), is_data_trusted=True)
    absent = b"cno_such_module\nClass\n."
    strange = replace(kept, data=absent, data_check=blake2_256(absent)[:CHECK_LENGTH])
    with pytest.raises(DataMissing, match="cannot be unpickled here: ModuleNotFoundError"):
        replay(strange, FakeRuntimes(uses_data), is_data_trusted=True)


def loops(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.timestamp()
    while True:
        pass


def test_a_run_that_was_stopped_is_stopped_again() -> None:
    recording = recording_of(loops, executor=lambda: Threads(1), limits=WorkerLimits(wall_seconds=0.3))
    assert recording.run.failure is not None
    assert recording.run.failure.startswith(RunStopped.__name__)
    replayed = replay(recording, FakeRuntimes(loops), seconds=0.3)
    assert replayed.difference is None
    assert replayed.run.wall_seconds < 5


def dies(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.timestamp()
    if "worker_process" in sys.argv[0]:
        os._exit(7)
    node.random_seed()


def test_where_a_process_died_the_replay_ends_with_what_was_recorded() -> None:
    recording = recording_of(dies, executor=lambda: Processes(1))
    assert recording.run.failure == "EOFError: the worker process ended with status 7"
    assert replay(recording, FakeRuntimes(dies)).difference is None


def too_much(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    for number in range(5):
        node.local_set(bytes((number,)), b"")


def test_limits_are_those_of_the_recorded_run() -> None:
    recording = recording_of(too_much, limits=WorkerLimits(host_calls=3))
    assert len(recording.calls) == 3
    assert recording.run.failure == "LimitExceeded: a run may take 3 host calls"
    assert replay(recording, FakeRuntimes(too_much)).difference is None


def test_what_is_signed_is_compared_and_never_the_signature() -> None:
    key, extra, call = pair("Alice"), b"\x05\x02\x00", b"\x00\x07\x04x"
    one, two = (encode_signed(Id(key.account), key.signature(b"payload"), extra, call) for _ in range(2))
    assert one != two
    assert signed_part(one) == signed_part(two) == b"\x84\x00" + key.account + extra + call
    assert signed_part(b"\x04" + call) == b"\x04" + call


def makes_requests(_runtime: FakeRuntime, _header: Header, node: OffchainNode) -> None:
    node.local_set(b"k", node.http_start("GET", "http://127.0.0.1:1/").to_bytes(2, "little"))


def test_replays_open_no_connection() -> None:
    told = HostCall("http_start", ("GET", "http://127.0.0.1:1/"))
    calls = (RecordedCall.of(told, (0, 7)), RecordedCall.of(HostCall("local_set", (1, b"k", b"\7\0")), (0, None)))
    recording = replace(recording_of(asks_time), calls=calls)
    assert replay(recording, FakeRuntimes(makes_requests)).difference is None
