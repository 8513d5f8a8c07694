"""When blocks are made, in each mode and between them; time is simulated."""

import logging

import pytest

from chain.crypto.keys import KeyPair
from chain.node.inherents import timestamp_inherents
from chain.node.sealing import NothingToSeal, Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.offchain.participant import Participant
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import GENESIS, HUGE, ROOM, FakeCall, FakeRuntime, FakeRuntimes, encode, sign_call


class Bench:
    """A node with its sealer, and the numbers of transactions in the blocks that it made."""

    def __init__(self, mode: SealingMode, runtimes: FakeRuntimes | None = None) -> None:
        key = KeyPair.from_uri("//Alice")
        self.timer = SimulatedTimer()
        self.node: Node[FakeRuntime] = Node(
            runtimes or FakeRuntimes(), GENESIS, participants=(Participant(key),), sign_call=sign_call
        )
        self.blocks: list[tuple[int, int]] = []
        self.node.on_block(
            lambda imported: self.blocks.append((self.timer.now_ms, len(imported.block.block.extrinsics)))
        )
        self.sealer = Sealer(self.node, self.timer, mode, interval_ms=100)

    def submit(self, count: int = 1, key: int = 1) -> None:
        for _ in range(count):
            nonce = self.node.next_nonce(self.node.workers.participants[0].account)
            self.node.submit(encode(self.node.workers.participants[0].account, nonce, key))


def test_instant_sealing_makes_one_block_of_what_came_together() -> None:
    bench = Bench(SealingMode.INSTANT)
    bench.submit(2)
    assert bench.blocks == []  # not within the submission
    bench.timer.advance()
    assert bench.blocks == [(0, 2)]
    bench.timer.advance(1000)
    bench.submit()
    bench.timer.advance()
    assert bench.blocks == [(0, 2), (1000, 1)]


def test_instant_sealing_goes_on_until_nothing_is_ready() -> None:
    bench = Bench(SealingMode.INSTANT)
    bench.submit(2 * ROOM + 1)
    bench.timer.advance()
    assert bench.blocks == [(0, ROOM), (0, ROOM), (0, 1)]


def test_instant_sealing_does_not_go_on_for_what_never_has_room() -> None:
    bench = Bench(SealingMode.INSTANT)
    bench.submit(key=HUGE)
    bench.timer.advance(1000)
    assert bench.blocks == [(0, 0)]


def test_a_transaction_that_waits_for_another_makes_no_block() -> None:
    bench = Bench(SealingMode.INSTANT)
    bench.node.submit(encode(b"x", 1, key=1))
    bench.timer.advance(1000)
    assert bench.blocks == []


def test_what_a_worker_submits_is_sealed_after_its_block() -> None:
    def worker(_runtime: FakeRuntime, _header: object, lent: OffchainNode) -> None:
        if len(bench.blocks) < 3:
            lent.submit_signed(FakeCall(2, 1))

    bench = Bench(SealingMode.INSTANT, FakeRuntimes(worker))
    bench.submit()
    bench.timer.advance()
    assert bench.blocks == [(0, 1), (0, 1), (0, 1)]


def test_interval_sealing_makes_blocks_with_or_without_transactions() -> None:
    bench = Bench(SealingMode.INTERVAL)
    bench.submit()
    bench.timer.advance(99)
    assert bench.blocks == []
    bench.timer.advance(201)
    assert bench.blocks == [(100, 1), (200, 0), (300, 0)]


def test_mixed_sealing_counts_the_interval_from_the_last_block() -> None:
    bench = Bench(SealingMode.MIXED)
    bench.timer.advance(60)
    bench.submit()
    bench.timer.advance()
    bench.timer.advance(200)
    assert bench.blocks == [(60, 1), (160, 0), (260, 0)]


def test_manual_sealing_makes_blocks_when_told_to() -> None:
    bench = Bench(SealingMode.MANUAL)
    bench.submit()
    bench.timer.advance(1000)
    assert bench.blocks == []
    block = bench.sealer.create_block(finalize=True)
    assert (bench.node.best.hash, bench.node.chain.finalized.hash) == (block.hash, block.hash)
    side = bench.sealer.create_block(parent=block.hash)
    assert side.header.parent_hash == block.hash
    with pytest.raises(NothingToSeal, match="an empty block has to be asked for"):
        bench.sealer.create_block(empty=False)


def test_modes_are_switched_while_the_node_runs() -> None:
    bench = Bench(SealingMode.MANUAL)
    bench.submit()
    bench.sealer.mode = SealingMode.INSTANT  # what is ready already is sealed at once
    bench.timer.advance()
    bench.sealer.mode = SealingMode.INTERVAL
    bench.submit()
    bench.timer.advance(50)
    bench.sealer.interval_ms = 30  # begins anew
    bench.timer.advance(30)
    bench.sealer.mode = SealingMode.MIXED
    bench.submit()
    bench.timer.advance(29)
    bench.submit()
    bench.sealer.mode = SealingMode.MANUAL  # before the timer came to it
    bench.timer.advance(1000)
    assert bench.blocks == [(0, 1), (80, 1), (80, 1)]
    assert bench.sealer.mode is SealingMode.MANUAL
    assert bench.node.pool.ready_count == 1


def test_a_closed_sealer_makes_no_block() -> None:
    bench = Bench(SealingMode.MIXED)
    bench.sealer.close()
    bench.submit()
    bench.timer.advance(1000)
    assert bench.blocks == []


def test_a_refused_block_is_logged_and_the_interval_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    timer = SimulatedTimer()
    node = Node(FakeRuntimes(), GENESIS, inherents=timestamp_inherents(lambda _number: 0 if timer.now_ms < 150 else 9))
    Sealer(node, timer, SealingMode.INTERVAL, interval_ms=100)
    with caplog.at_level(logging.ERROR):
        timer.advance(100)
    assert "no block was made on 0: invalid block: inherent 0 is applied" in caplog.text
    timer.advance(100)
    assert node.best.number == 1


def test_an_interval_of_no_time_is_refused() -> None:
    bench = Bench(SealingMode.MANUAL)
    with pytest.raises(ValueError, match="at least a millisecond"):
        bench.sealer.interval_ms = 0


def test_intervals_go_on_after_a_crash_of_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(SealingMode.INTERVAL)
    with monkeypatch.context() as crashing:
        crashing.setattr(FakeRuntime, "finalize_block", lambda _runtime: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            bench.timer.advance(100)
    bench.timer.advance(100)
    assert bench.blocks == [(200, 0)]
