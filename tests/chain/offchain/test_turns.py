"""Overlap, finality, requested blocks and secrets: what `Workers` decides around a run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event

import pytest

from chain.block import Header
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.offchain.hook import Overlap, Trigger, WorkerHook
from chain.offchain.participant import Participant
from chain.offchain.run import WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode, sign_call

ALICE = KeyPair.from_uri("//Alice", Scheme.ED25519)
Worker = Callable[[FakeRuntime, Header, OffchainNode], object]


def ran_with(overlap: Overlap, *, limits: WorkerLimits | None = None) -> tuple[list[int], int, int]:
    """The blocks whose runs ended, in that order, while the first waits for the fourth; how many at once; skipped."""
    go_on, running, most = Event(), list[int](), list[int]()

    def worker(_runtime: FakeRuntime, header: Header, _lent: OffchainNode) -> None:
        running.append(header.number)
        most.append(len(running))
        if header.number == 1:
            assert go_on.wait(10)
        running.remove(header.number)

    settings = WorkerSettings(
        executor=lambda: Threads(4), overlap={"Fake": overlap}, limits=limits or WorkerLimits(wall_seconds=20.0)
    )
    node = Node(
        FakeRuntimes(worker), GENESIS, participants=(Participant(ALICE),), sign_call=sign_call, workers=settings
    )
    for _ in range(4):
        node.seal()
        node.workers.wait_idle(0.15)
    go_on.set()
    assert node.workers.wait_idle(10)
    node.workers.close()
    assert [run.failure for run in node.workers.runs] == [None] * len(node.workers.runs)
    return [run.number for run in node.workers.runs], max(most), node.workers.totals[ALICE.account].skipped


def test_runs_overlap_are_skipped_or_wait_as_their_pallet_says() -> None:
    assert ran_with(Overlap.SKIP) == ([1], 1, 3)
    assert ran_with(Overlap.QUEUE) == ([1, 2, 3, 4], 1, 0)
    assert ran_with(Overlap.ALLOW) == ([2, 3, 4, 1], 2, 0)


def test_of_those_that_wait_the_oldest_give_way() -> None:
    assert ran_with(Overlap.QUEUE, limits=WorkerLimits(wall_seconds=20.0, waiting=1)) == ([1, 4], 1, 2)


def test_a_finality_hook_runs_once_for_each_finalized_block_on_its_state() -> None:
    seen = list[tuple[int, int]]()

    def finalized(runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        seen.append((header.number, runtime.value(1)))
        lent.fork_set(b"final", bytes((header.number,)))

    participant = Participant(ALICE)
    node = Node(
        FakeRuntimes(finalized=finalized), GENESIS, participants=(participant,), sign_call=sign_call, finality_lag=None
    )
    for value in (1, 2, 3, 4):
        node.submit(encode(b"x", value - 1, key=1, value=value))
        node.seal()
    side = node.seal(parent=node.chain.genesis.hash)
    assert seen == []
    third = node.chain.hash_of(3)
    assert third is not None
    node.finalize(third)
    node.finalize(third)
    node.finalize(node.best.hash)
    assert seen == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert side.header.hash not in {run.block for run in node.workers.runs}
    assert {run.trigger for run in node.workers.runs if run.number <= 4} >= {Trigger.FINALIZED}
    assert participant.fork_storage.snapshot().settled == {b"final": b"\x04"}


def test_a_best_block_of_which_finality_tells_again_has_one_run() -> None:
    seen = list[int]()
    node = Node(
        FakeRuntimes(lambda _r, header, _l: seen.append(header.number)),
        GENESIS,
        participants=(Participant(ALICE),),
        sign_call=sign_call,
        finality_lag=0,
    )
    node.seal()
    before = node.snapshot()
    node.seal()
    node.revert(before)
    node.seal()  # the same block again, in a world where it was never made
    assert seen == [1, 2, 2]


def test_a_runtime_without_hooks_has_no_runs() -> None:
    node = Node(FakeRuntimes(hooks=()), GENESIS, participants=(Participant(ALICE),), sign_call=sign_call)
    node.seal()
    assert len(node.workers.runs) == 0


def test_each_pallet_has_a_run_of_its_own() -> None:
    def worker(_runtime: FakeRuntime, _header: Header, _lent: OffchainNode) -> None:
        raise ZeroDivisionError

    hooks = (WorkerHook("First"), WorkerHook("Second"))
    node = Node(FakeRuntimes(worker, hooks=hooks), GENESIS, participants=(Participant(ALICE),), sign_call=sign_call)
    node.seal()
    assert [(run.pallet, run.failure is None) for run in node.workers.runs] == [("First", False), ("Second", False)]


@pytest.mark.parametrize(
    ("mode", "blocks"),
    [(SealingMode.INSTANT, 3), (SealingMode.MIXED, 3), (SealingMode.MANUAL, 1), (SealingMode.INTERVAL, 1)],
)
def test_a_worker_may_ask_for_a_block_where_they_are_made_at_once(mode: SealingMode, blocks: int) -> None:
    answers = list[bool]()

    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number < 3:
            answers.append(lent.request_block())

    node = Node(FakeRuntimes(worker), GENESIS, participants=(Participant(ALICE),), sign_call=sign_call)
    timer = SimulatedTimer()
    sealer = Sealer(node, timer, mode)
    sealer.create_block()
    for _ in range(5):
        timer.advance()
    assert node.best.number == blocks
    assert set(answers) == {blocks == 3}
    sealer.close()
    node.seal()
    assert node.workers.runs[-1].failure is None


def test_what_is_secret_is_in_no_record_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"

    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        lent.generate_key(b"test", Scheme.ED25519, f"{phrase}//hard")
        raise ValueError(f"with {phrase}//hard, and with {phrase} alone")

    participant = Participant(ALICE, data="private rows")
    node = Node(FakeRuntimes(worker), GENESIS, participants=(participant,), sign_call=sign_call)
    with caplog.at_level(logging.DEBUG):
        node.seal()
    told = caplog.text + repr(node.workers.runs) + repr(participant) + repr(participant.keystore)
    assert node.workers.runs[0].failure == "ValueError: with (redacted), and with (redacted) alone"
    assert "curtain" not in told
    assert "private rows" not in told
    assert participant.key.secret.hex() not in told
