"""Runs stand still at their host calls while others go on, as the schedule says, and nothing hangs."""

from __future__ import annotations

from functools import cached_property
from sys import version_info
from threading import Lock
from threading import enumerate as threads

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Header
from chain.node.service import Node
from chain.offchain.adversary.adversary import Adversary, Deadlock
from chain.offchain.adversary.draw import Drawn, Rates
from chain.offchain.adversary.fault import Fault, FaultKind
from chain.offchain.adversary.run_log import digest_of
from chain.offchain.adversary.schedule import Faults, Schedule
from chain.offchain.adversary.shrink import shrunk
from chain.offchain.hook import Overlap, WorkerHook
from chain.offchain.participant import Participant
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, sign_call
from tests.chain.offchain.adversary.test_adversary import ACCOUNTS, KEYS, Played, place
from tests.chain.offchain.test_workers import Worker

STEPS = 4


def pause(block: int, validator: int, call: int, blocks: int = 0) -> Fault:
    return Fault(FaultKind.RUN_PAUSED, place(block, validator), call, blocks)


def telling(told: list[tuple[int, int]], block: int = 2) -> Worker:
    """A worker that tells of each step on that block: (validator, step)."""

    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == block:
            for step in range(1, STEPS + 1):
                lent.timestamp()
                told.append((ACCOUNTS.index(lent.account), step))

    return worker


def test_a_run_stands_still_before_its_host_call_while_others_go_on() -> None:
    told = list[tuple[int, int]]()
    played = Played(telling(told), [pause(2, 0, 3)], blocks=3)
    assert told == [(0, 1), (0, 2), *((who, step) for who in (1, 2) for step in range(1, 5)), (0, 3), (0, 4)]
    assert played.adversary.happened == [pause(2, 0, 3)]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 2), st.integers(1, STEPS))))
def test_pauses_make_the_runs_take_turns(pauses: set[tuple[int, int]]) -> None:
    told = list[tuple[int, int]]()
    faults = [pause(2, validator, call) for validator, call in pauses]
    played = Played(telling(told), faults, blocks=3)
    expected, ready = list[tuple[int, int]](), [(validator, 1) for validator in range(3)]
    left = set(pauses)
    while ready:
        validator, step = ready.pop(0)
        while step <= STEPS:
            if (validator, step) in left:
                left.remove((validator, step))
                ready.append((validator, step))
                break
            expected.append((validator, step))
            step += 1
    assert told == expected
    assert set(played.adversary.happened) == set(faults)


def test_a_pause_after_the_last_host_call_did_not_happen() -> None:
    played = Played(telling([]), [pause(2, 0, STEPS + 1)], blocks=3)
    assert played.adversary.happened == []


def test_a_run_may_stand_still_while_blocks_pass_and_the_pallet_is_busy() -> None:
    told = list[tuple[int, int]]()
    played = Played(telling(told), [pause(2, 1, 2, 2)], blocks=5)
    assert told == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (2, 1), (2, 2), (2, 3), (2, 4), (1, 2), (1, 3), (1, 4)]
    assert [each for each in played.order if each[1] == 1] == [(1, 1, 1), (4, 1, 2), (5, 1, 5)]


def test_a_run_crashes_in_its_midst_after_it_stood_still() -> None:
    told = list[tuple[int, int]]()
    crash = Fault(FaultKind.CRASH, place(2, 0), 3)
    played = Played(telling(told), [pause(2, 0, 2), crash], blocks=3)
    assert [step for validator, step in told if validator == 0] == [1, 2]
    assert told[0] == (0, 1)
    assert told[-1] == (0, 2)
    assert played.adversary.happened == [pause(2, 0, 2), crash]
    assert list(played.adversary.struck_at) == [pause(2, 0, 2), crash]


# Overlapping runs of one validator


def counting(is_careful: bool) -> Worker:
    """Counts its runs in local storage: by compare-and-set, or by reading and writing."""

    def worker(_runtime: FakeRuntime, _header: Header, lent: OffchainNode) -> None:
        while True:
            before = lent.local_get(b"runs")
            after = bytes(len(before or b"") + 1)
            if not is_careful:
                lent.local_set(b"runs", after)
                return
            if lent.local_compare_and_set(b"runs", before, after):
                return

    return worker


def counted(worker: Worker, faults: Faults, blocks: int = 6) -> tuple[int, int, bytes, Schedule]:
    """What one validator counted whose runs may overlap, how many it had, and the history."""
    participant = Participant(KEYS[0])
    adversary = Adversary(faults, [participant])
    runtimes = FakeRuntimes(worker, hooks=(WorkerHook("Fake", overlap=Overlap.ALLOW),))
    node = Node(runtimes, GENESIS, participants=[participant], sign_call=sign_call, workers=adversary.settings())
    adversary.join(node)
    for _ in range(blocks):
        adversary.advance()
    adversary.close()
    log = digest_of(adversary.log)
    return len(participant.storage.get(b"runs") or b""), len(adversary.log), log, adversary.schedule


def test_two_runs_of_one_validator_lose_an_update_where_they_are_careless() -> None:
    for faults in ([pause(2, 0, 2, 1)], [pause(2, 0, 2), Fault(FaultKind.RUN_TWICE, place(2, 0))]):
        runs, made, _, schedule = counted(counting(is_careful=False), Schedule(faults))
        assert runs == made - 1
        assert schedule == Schedule(faults)
        runs, made, *_ = counted(counting(is_careful=True), Schedule(faults))
        assert runs == made


def test_a_seed_finds_the_lost_update_replays_it_and_shrinks_it_to_what_it_takes() -> None:
    rates = Rates(delay=100, loss=0, duplicate=100, reorder=100, crash=0, stale=0, interleave=200, fork=0, partition=0)
    careless = counting(is_careful=False)

    def failing(faults: Faults) -> Schedule | None:
        runs, made, _, schedule = counted(careless, faults)
        return schedule if runs < made else None

    seed, found = next((seed, found) for seed in range(40) if (found := failing(Drawn(seed, rates, calls=2))))
    assert counted(careless, Drawn(seed, rates, calls=2)) == counted(careless, found)
    left = shrunk(found, failing)
    assert left.is_minimal
    assert 1 <= len(left.schedule) <= 2
    assert any(fault.kind is FaultKind.RUN_PAUSED for fault in left.schedule.faults)
    assert all(counted(counting(is_careful=True), Drawn(seed, rates, calls=2))[0] for seed in range(4))


# Nothing hangs


def attacked() -> int:
    return sum(thread.name == "attacked worker" for thread in threads())


def test_a_run_that_stands_still_when_all_is_over_is_ended() -> None:
    before, told = attacked(), list[tuple[int, int]]()
    played = Played(telling(told), [pause(2, 1, 2, 9)], blocks=3)
    assert [step for validator, step in told if validator == 1] == [1]
    assert (2, 1, 2) not in played.order
    assert attacked() == before


def test_a_lock_that_is_held_over_a_host_call_is_a_deadlock_and_no_hang() -> None:
    lock = Lock()

    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        if header.number == 2:
            with lock:
                lent.timestamp()

    before = attacked()
    for _ in range(2):
        participants = [Participant(key) for key in KEYS]
        adversary = Adversary(Schedule([pause(2, 0, 1)]), participants, patience=1.0)
        node = Node(
            FakeRuntimes(worker), GENESIS, participants=participants, sign_call=sign_call, workers=adversary.settings()
        )
        adversary.join(node)
        adversary.advance()
        with pytest.raises(Deadlock) as found:
            adversary.advance()
        assert found.value.place == place(2, 1)
        assert found.value.still == (place(2, 0),)
        assert "the run of block 2, validator 1, Fake waits, and not by a host call" in str(found.value)
        assert "what stands still: block 2, validator 0, Fake." in str(found.value)
        adversary.close()
        assert not lock.locked()
        assert attacked() == before


class Careless:
    """Holds a lock of its class while it asks the node, before Python 3.12."""

    def __init__(self, lent: OffchainNode) -> None:
        self.lent = lent

    @cached_property
    def seed(self) -> bytes:
        return self.lent.random_seed()


@pytest.mark.skipif(version_info >= (3, 12), reason="cached_property has no lock any more")
def test_a_cached_property_that_asks_the_node_is_a_deadlock() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        assert Careless(lent).seed
        del header

    participants = [Participant(key) for key in KEYS]
    adversary = Adversary(Schedule([pause(1, 0, 1)]), participants, patience=1.0)
    node = Node(
        FakeRuntimes(worker), GENESIS, participants=participants, sign_call=sign_call, workers=adversary.settings()
    )
    adversary.join(node)
    with pytest.raises(Deadlock, match=r"functools\.cached_property"):
        adversary.advance()
    adversary.close()
