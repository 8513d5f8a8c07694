"""Where runs run: a worker sees and does the same inline, in threads and in processes, and hurts nobody."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from chain.block import Header
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.service import Node
from chain.offchain.executor import Executor, Inline
from chain.offchain.participant import Participant
from chain.offchain.processes import CannotTravel, Processes
from chain.offchain.run import WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from chain.runtime_api import Capability, CapabilityDenied, OffchainNode, SubmissionRefused
from tests.chain.node.fake_runtime import GENESIS, UNWANTED, FakeCall, FakeRuntime, FakeRuntimes, encode, sign_call

ALICE, BOB = (KeyPair.from_uri(uri, Scheme.ED25519) for uri in ("//Alice", "//Bob"))
Worker = Callable[[FakeRuntime, Header, OffchainNode], object]

EVERYWHERE = pytest.mark.parametrize(
    "executor", [Inline, lambda: Threads(2), lambda: Processes(2)], ids=("inline", "threads", "processes")
)
BESIDE = pytest.mark.parametrize("executor", [lambda: Threads(2), lambda: Processes(2)], ids=("threads", "processes"))


@contextmanager
def node_with(
    worker: Worker,
    executor: Callable[[], Executor],
    *participants: Participant,
    limits: WorkerLimits | None = None,
) -> Iterator[Node[FakeRuntime]]:
    settings = WorkerSettings(executor=executor, limits=limits or WorkerLimits(wall_seconds=20.0))
    node = Node(
        FakeRuntimes(worker),
        GENESIS,
        participants=participants or (Participant(ALICE),),
        sign_call=sign_call,
        workers=settings,
    )
    try:
        yield node
    finally:
        node.workers.close()


def busy(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    """Uses something of everything."""
    assert header.number in (1, 2)
    assert lent.data == {"rows": [1, 2]}
    assert len(lent.random_seed()) == 32
    lent.local_set(b"k", b"v")
    assert (lent.local_get(b"k"), lent.local_get(b"none")) == (b"v", None)
    assert lent.content_get(lent.content_put(b"weights")) == b"weights"
    assert lent.timestamp() > 0
    if header.number == 1:
        lent.submit_signed(FakeCall(2, 7))
        try:
            lent.submit_signed(FakeCall(UNWANTED, 1))
        except SubmissionRefused as refused:
            lent.fork_set(b"refused", str(refused).encode())
    key = lent.generate_key(b"test", Scheme.ED25519, "//Carol")
    assert lent.sign(key, b"message") == KeyPair.from_uri("//Carol", Scheme.ED25519).sign(b"message")
    assert lent.public_keys(b"test", Scheme.ED25519) == [key]


@EVERYWHERE
def test_a_worker_does_the_same_wherever_it_runs(executor: Callable[[], Executor]) -> None:
    participant = Participant(ALICE, data={"rows": [1, 2]})
    with node_with(busy, executor, participant) as node:
        first = node.seal()
        assert node.workers.wait_idle()
        assert node.seal().extrinsics == (encode(ALICE.account, 0, 2, 7),)
        assert node.workers.wait_idle()
        runs = list(node.workers.runs)
        assert [(run.failure, run.number, len(run.accepted), run.refused) for run in runs] == [
            (None, 1, 1, 1),
            (None, 2, 0, 0),
        ]
        assert [(run.content_put, run.content_got) for run in runs] == [(7, 7), (7, 7)]
        assert all(run.host_calls >= 9 and run.wall_seconds > 0 for run in runs)
        refused = participant.fork_storage.get((first.hash,), b"refused")
        assert refused == b"Invalid Transaction: Call: Transaction call is not expected"


def reads_and_writes_the_state(runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    lent.local_set(header.number.to_bytes(1), bytes((runtime.value(1), runtime.value(9))))
    runtime.state.put(b"\x09", b"\x01")
    assert runtime.value(9) == 1
    assert list(runtime.state.keys(b"\x01")) == ([b"\x01"] if header.number == 1 else [])
    assert runtime.state.next_key(b"") == (b"\x01" if header.number == 1 else b"\x09")


@EVERYWHERE
def test_a_run_sees_its_blocks_state_and_writes_to_none(executor: Callable[[], Executor]) -> None:
    alice, bob = Participant(ALICE), Participant(BOB)
    with node_with(reads_and_writes_the_state, executor, alice, bob) as node:
        node.submit(encode(b"x", 0, key=1, value=7))
        block = node.seal()
        assert node.workers.wait_idle()
        assert [run.failure for run in node.workers.runs] == [None, None]
        assert (alice.storage.get(b"\x01"), bob.storage.get(b"\x01")) == (b"\x07\x00", b"\x07\x00")
        assert node.chain[block.hash].state.get(b"\x09") is None


def loops_for_alice(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    while header.number == 1 and lent.account == ALICE.account:
        pass
    lent.submit_signed(FakeCall(3, header.number))


@BESIDE
def test_an_endless_loop_ends_with_its_time_and_nobody_else_waits_for_it(executor: Callable[[], Executor]) -> None:
    limits = WorkerLimits(wall_seconds=1.0)
    with node_with(loops_for_alice, executor, Participant(ALICE), Participant(BOB), limits=limits) as node:
        node.seal()
        assert node.workers.wait_idle(20)
        failures = {run.account: run.failure for run in node.workers.runs}
        assert failures == {
            ALICE.account: "RunStopped: it ran for 1 seconds, which is all that it may",
            BOB.account: None,
        }
        assert len(node.seal().extrinsics) == 1
        assert node.workers.wait_idle(20)
        assert [run.failure for run in node.workers.runs][2:] == [None, None]


def swallows_everything(_runtime: FakeRuntime, _header: Header, _lent: OffchainNode) -> None:
    for _ in range(2):
        try:
            while True:
                pass
        except BaseException:  # noqa: BLE001  (what an author should not write, and will)
            continue


def test_a_run_that_swallows_its_end_is_ended_again() -> None:
    with node_with(swallows_everything, lambda: Threads(1), limits=WorkerLimits(wall_seconds=0.1)) as node:
        node.seal()
        assert node.workers.wait_idle(10)
        node.seal()
        assert node.workers.wait_idle(10)
        assert len(node.workers.runs) == 2


def waits_in_native_code(_runtime: FakeRuntime, header: Header, _lent: OffchainNode) -> None:
    if header.number == 1:
        time.sleep(6)


def test_a_thread_that_cannot_be_ended_is_given_up_and_replaced() -> None:
    with node_with(waits_in_native_code, lambda: Threads(1), limits=WorkerLimits(wall_seconds=0.1)) as node:
        node.seal()
        assert node.workers.wait_idle(10)
        assert "its thread was given up" in (node.workers.runs[0].failure or "")
        node.seal()
        assert node.workers.wait_idle(10)
        assert node.workers.runs[1].failure is None


def fails(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    if header.number == 1:
        raise ZeroDivisionError("no samples")
    if header.number == 2:
        sys.exit(3)
    if header.number == 3:
        lent.submit_signed(FakeCall(1, 1))


@EVERYWHERE
def test_a_failure_is_in_the_record_and_the_next_run_goes_on(executor: Callable[[], Executor]) -> None:
    with node_with(fails, executor, Participant(ALICE, capabilities=Capability.TIME)) as node:
        for _ in range(4):
            node.seal()
            assert node.workers.wait_idle()
        denied = f"CapabilityDenied: {CapabilityDenied(Capability.SUBMIT)}"
        assert [run.failure for run in node.workers.runs] == [
            "ZeroDivisionError: no samples",
            "SystemExit: 3",
            denied,
            None,
        ]


def dies(_runtime: FakeRuntime, header: Header, _lent: OffchainNode) -> None:
    if header.number == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_dies_is_replaced() -> None:
    with node_with(dies, lambda: Processes(1)) as node:
        for _ in range(2):
            node.seal()
            assert node.workers.wait_idle()
        assert [run.failure for run in node.workers.runs] == ["EOFError: the worker process died by SIGKILL", None]


def takes_memory(_runtime: FakeRuntime, header: Header, _lent: OffchainNode) -> None:
    if header.number == 1:
        assert len(bytearray(400 * 2**20)) > 0
    assert len(bytearray(2**20)) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell how much a process has")
def test_a_process_may_take_so_much_memory_and_no_more() -> None:
    with node_with(takes_memory, lambda: Processes(1), limits=WorkerLimits(memory_bytes=128 * 2**20)) as node:
        for _ in range(2):
            node.seal()
            assert node.workers.wait_idle()
        runs = list(node.workers.runs)
        assert [run.failure for run in runs] == ["MemoryError: a run may take 134217728 bytes of memory", None]
        assert all(run.peak_memory is not None and run.peak_memory > 2**20 for run in runs)


def talks_too_much(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    if header.number == 1:
        for _ in range(100):
            lent.local_set(b"k", bytes(1000))
    if header.number == 2:
        lent.content_put(bytes(4 * 2**20))


@EVERYWHERE
def test_a_run_may_hand_out_so_many_bytes(executor: Callable[[], Executor]) -> None:
    with node_with(talks_too_much, executor, limits=WorkerLimits(wall_seconds=20.0, bytes_out=10_000)) as node:
        for _ in range(3):
            node.seal()
            assert node.workers.wait_idle()
        first, second, third = [run.failure for run in node.workers.runs]
        assert first == "LimitExceeded: a run may take 10000 bytes of output"
        assert second is not None
        assert third is None


@BESIDE
def test_going_back_ends_what_runs(executor: Callable[[], Executor]) -> None:
    with node_with(loops_for_alice, executor, limits=WorkerLimits()) as node:
        before = node.snapshot()
        node.seal()
        node.workers.wait_idle(0.5)
        node.revert(before)
        assert node.workers.wait_idle(10)
        assert node.workers.runs[0].failure == "RunStopped: the node went back to a snapshot"


def test_what_cannot_be_pickled_cannot_go_to_a_process_and_says_so() -> None:
    with pytest.raises(CannotTravel, match="run the workers in threads"), node_with(lambda _r, _h, _l: None, Processes):
        pass
    with node_with(busy, lambda: Processes(1), Participant(ALICE, data=lambda: 1)) as node:
        node.seal()
        assert node.workers.wait_idle()
        assert "the operator's data cannot go to a worker process" in (node.workers.runs[0].failure or "")
