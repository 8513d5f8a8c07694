"""Each fault does to a worker what it says, and leaves everybody else alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from chain.block import Header
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.service import Node
from chain.offchain.adversary.adversary import Adversary
from chain.offchain.adversary.draw import Drawn, Rates
from chain.offchain.adversary.fault import Fault, FaultKind, Place
from chain.offchain.adversary.run_log import digest_of
from chain.offchain.adversary.schedule import Schedule
from chain.offchain.participant import Participant
from chain.offchain.run import WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import GENESIS, FakeCall, FakeRuntime, FakeRuntimes, sign_call
from tests.chain.offchain.test_workers import Worker

KEYS = [KeyPair.from_uri(f"//{number}", Scheme.ED25519) for number in range(3)]
ACCOUNTS = [key.account for key in KEYS]
WORKER = "Fake"


def place(block: int, validator: int = 1) -> Place:
    return Place(block, validator, WORKER)


class Played:
    """Three validators that were played for some blocks under faults; seen: (validator, own block) of each run."""

    def __init__(self, worker: Worker, faults: Sequence[Fault], blocks: int = 6) -> None:
        self.participants = [Participant(key) for key in KEYS]
        self.adversary = Adversary(Schedule(faults), self.participants)
        self.node = self._node(worker, self.adversary.settings())
        self.adversary.join(self.node, lambda settings: self._node(worker, settings))
        for _ in range(blocks):
            self.adversary.advance()
        self.adversary.close()

    def _node(self, worker: Worker, settings: WorkerSettings) -> Node[FakeRuntime]:
        return Node(
            FakeRuntimes(worker), GENESIS, participants=self.participants, sign_call=sign_call, workers=settings
        )

    @property
    def order(self) -> list[tuple[int, int, int]]:
        """Best block, validator, and the block that was seen, of each execution."""
        return [(each.after, each.place.validator, each.seen) for each in self.adversary.log]

    def blocks_of(self, validator: int, key: int) -> list[int]:
        """In which blocks a validator's transactions of that key are."""
        chain = [self.node.chain.at(number) for number in range(1, self.node.best.number + 1)]
        return [
            block.number
            for block in chain
            if block is not None
            for extrinsic in block.block.extrinsics
            if extrinsic[:32] == ACCOUNTS[validator] and extrinsic[36] == key
        ]


def idle(_runtime: FakeRuntime, _header: Header, _lent: OffchainNode) -> None:
    """Does nothing."""


def at(block: int, *keys: int, key_of: int = 1) -> Worker:
    """A worker of validator `key_of` that submits one transaction a key on that block."""

    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == block and lent.account == ACCOUNTS[key_of]:
            for key in keys:
                lent.submit_signed(FakeCall(key, 1))

    return worker


def normal(blocks: int) -> list[tuple[int, int, int]]:
    """The order of executions where nothing goes wrong."""
    return [(block, validator, block) for block in range(1, blocks + 1) for validator in range(3)]


def test_without_faults_workers_run_as_on_any_node() -> None:
    played = Played(at(2, 7), [], blocks=4)
    assert played.order == normal(4)
    assert played.blocks_of(1, 7) == [3]
    assert played.adversary.happened == []
    plain = Node(FakeRuntimes(at(2, 7)), GENESIS, participants=[Participant(key) for key in KEYS], sign_call=sign_call)
    for _ in range(4):
        plain.seal()
    assert plain.best.hash == played.node.best.hash


# Runs


def test_a_lost_run_is_not_made() -> None:
    fault = Fault(FaultKind.RUN_LOST, place(2))
    played = Played(at(2, 7), [fault], blocks=3)
    assert played.order == [each for each in normal(3) if each != (2, 1, 2)]
    assert played.blocks_of(1, 7) == []
    assert played.adversary.happened == [fault]


def test_a_late_run_sees_its_own_block_and_meanwhile_the_pallet_is_busy() -> None:
    played = Played(at(2, 7), [Fault(FaultKind.RUN_LATE, place(2), blocks=2)])
    assert [each for each in played.order if each[1] == 1] == [(1, 1, 1), (4, 1, 2), (5, 1, 5), (6, 1, 6)]
    assert played.blocks_of(1, 7) == [5]
    assert [each for each in played.order if each[1] != 1] == [each for each in normal(6) if each[1] != 1]


def test_a_run_that_is_made_twice_submits_twice() -> None:
    played = Played(at(2, 7), [Fault(FaultKind.RUN_TWICE, place(2))], blocks=4)
    assert [each[:2] for each in played.order if each[0] == 2] == [(2, 0), (2, 1), (2, 2), (2, 1)]
    assert played.blocks_of(1, 7) == [3, 3]


def test_a_run_may_be_made_again_blocks_later_on_its_own_block() -> None:
    played = Played(at(2, 7), [Fault(FaultKind.RUN_TWICE, place(2), blocks=2)])
    assert [each for each in played.order if each[1] == 1 and each[2] == 2] == [(2, 1, 2), (4, 1, 2)]
    assert played.blocks_of(1, 7) == [3, 5]


def test_a_run_that_comes_last_comes_after_all_others() -> None:
    played = Played(idle, [Fault(FaultKind.RUN_LAST, place(2, 0))], blocks=2)
    assert [each[1] for each in played.order] == [0, 1, 2, 1, 2, 0]


def test_a_stale_run_sees_the_state_of_an_older_block_and_submits_to_the_present() -> None:
    played = Played(at(2, 7), [Fault(FaultKind.RUN_STALE, place(4), blocks=2)])
    assert (4, 1, 2) in played.order
    assert played.blocks_of(1, 7) == [3, 5]


def test_no_state_is_older_than_that_of_block_zero() -> None:
    played = Played(idle, [Fault(FaultKind.RUN_STALE, place(2), blocks=9)], blocks=2)
    assert (2, 1, 0) in played.order


# Crashes


def steps(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    """Four host calls on block 2, and one while it is cleared up."""
    if header.number != 2:
        return
    try:
        lent.local_set(b"first", b"1")
        lent.submit_signed(FakeCall(7, 1))
        lent.local_set(b"second", b"2")
        lent.submit_signed(FakeCall(8, 1))
    finally:
        lent.local_set(b"cleared up", b"3")


@pytest.mark.parametrize(
    ("call", "kept", "submitted"),
    [
        (1, [], [[], []]),
        (2, [b"first"], [[], []]),
        (3, [b"first"], [[3], []]),
        (4, [b"first", b"second"], [[3], []]),
        (5, [b"first", b"second"], [[3], [3]]),
    ],
)
def test_a_crash_leaves_what_was_done_before_and_nothing_after(
    call: int, kept: list[bytes], submitted: list[list[int]]
) -> None:
    fault = Fault(FaultKind.CRASH, place(2), call)
    played = Played(steps, [fault], blocks=3)
    assert sorted(played.participants[1].storage.snapshot()) == kept
    assert [played.blocks_of(1, 7), played.blocks_of(1, 8)] == submitted
    assert sorted(played.participants[0].storage.snapshot()) == [b"cleared up", b"first", b"second"]
    (crashed,) = [each for each in played.adversary.log if each.is_crash]
    assert crashed.failure == f"RunStopped: the schedule crashes it at host call {call}"
    assert (crashed.place, crashed.host_calls) == (place(2), min(call + 1, 5))
    assert played.adversary.happened == [fault]


def test_a_crash_after_the_last_host_call_did_not_happen() -> None:
    played = Played(steps, [Fault(FaultKind.CRASH, place(2), 6)], blocks=3)
    assert played.adversary.happened == []
    assert all(each.failure is None for each in played.adversary.log)


def test_a_node_that_crashed_and_came_back_makes_its_run_again() -> None:
    played = Played(steps, [Fault(FaultKind.CRASH, place(2), 2), Fault(FaultKind.RUN_TWICE, place(2))], blocks=3)
    assert sorted(played.participants[1].storage.snapshot()) == [b"cleared up", b"first", b"second"]
    assert played.blocks_of(1, 7) == [3]


# Submissions


def test_a_lost_transaction_was_accepted_and_is_in_no_block() -> None:
    played = Played(at(2, 7, 8), [Fault(FaultKind.SUBMISSION_LOST, place(2), 1)])
    assert (played.blocks_of(1, 7), played.blocks_of(1, 8)) == ([], [3])
    (run,) = [each for each in played.adversary.log if each.submitted]
    assert len(run.submitted) == 2


def test_a_late_transaction_holds_up_those_that_its_account_signed_after_it() -> None:
    played = Played(at(2, 7, 8), [Fault(FaultKind.SUBMISSION_LATE, place(2), 1, 2)])
    assert (played.blocks_of(1, 7), played.blocks_of(1, 8)) == ([5], [5])
    early = Played(at(2, 7, 8), [Fault(FaultKind.SUBMISSION_LATE, place(2), 2, 2)])
    assert (early.blocks_of(1, 7), early.blocks_of(1, 8)) == ([3], [5])


def test_the_next_nonce_counts_what_is_late() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number in (2, 3) and lent.account == ACCOUNTS[1]:
            lent.submit_signed(FakeCall(header.number, 1))

    played = Played(worker, [Fault(FaultKind.SUBMISSION_LATE, place(2), 1, 2)])
    assert (played.blocks_of(1, 2), played.blocks_of(1, 3)) == ([5], [5])


def test_the_same_bytes_that_come_again_change_nothing() -> None:
    for blocks in range(4):
        played = Played(at(2, 7), [Fault(FaultKind.SUBMISSION_TWICE, place(2), 1, blocks)])
        assert played.blocks_of(1, 7) == [3]


@pytest.mark.parametrize("first", [FaultKind.SUBMISSION_LATE, FaultKind.SUBMISSION_LOST])
def test_a_copy_arrives_though_the_first_is_late_or_lost(first: FaultKind) -> None:
    late = Fault(first, place(2), 1, 3 if first is FaultKind.SUBMISSION_LATE else 0)
    copy = Fault(FaultKind.SUBMISSION_TWICE, place(2), 1, 2)
    assert Played(at(2, 7), [late]).blocks_of(1, 7) == ([6] if late.blocks else [])
    assert Played(at(2, 7), [late, copy]).blocks_of(1, 7) == [5]


def test_a_transaction_that_comes_last_comes_after_those_of_others() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == 1:
            lent.submit_signed(FakeCall(7, 1))

    def signers(faults: Sequence[Fault]) -> list[bytes]:
        return [each[:32] for each in Played(worker, faults, blocks=2).node.best.block.extrinsics]

    assert signers([]) == ACCOUNTS
    assert signers([Fault(FaultKind.SUBMISSION_LAST, place(1, 0), 1)]) == [ACCOUNTS[1], ACCOUNTS[2], ACCOUNTS[0]]


# Whole histories


def busy(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
    """Counts its runs, and submits sometimes."""
    count = len(lent.local_get(b"runs") or b"")
    lent.local_set(b"runs", bytes(count + 1))
    if count % 3 == 0:
        lent.submit_signed(FakeCall(header.number, 1))


def history(faults: Any) -> tuple[bytes, bytes, Schedule]:
    participants = [Participant(key) for key in KEYS]
    adversary = Adversary(faults, participants)
    node = Node(
        FakeRuntimes(busy, busy),
        GENESIS,
        participants=participants,
        sign_call=sign_call,
        workers=adversary.settings(),
        finality_lag=2,
    )
    adversary.join(node)
    for _ in range(20):
        adversary.advance()
    return node.best.hash, digest_of(adversary.log), adversary.schedule


@pytest.mark.parametrize("seed", range(8))
def test_what_took_effect_gives_the_same_history_without_the_seed(seed: int) -> None:
    rates = Rates(delay=100, loss=100, duplicate=100, reorder=100, crash=200, stale=100)
    head, log, schedule = history(Drawn(seed, rates, calls=4))
    assert len(schedule) > 20
    assert {fault.place.worker for fault in schedule.faults} >= {"Fake", "Fake (finalized)"}
    assert history(Drawn(seed, rates, calls=4)) == (head, log, schedule)
    assert history(schedule) == (head, log, schedule)
    assert history(Schedule.of(schedule.plain())) == (head, log, schedule)
    assert history(Schedule())[:2] != (head, log)


def test_a_limit_by_the_machines_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="the machine's clock"):
        Adversary(Schedule(), []).settings(WorkerLimits(wall_seconds=1.0))
