"""The lock between runs: eight threads lose no update; it expires, is kept, put off and handed on."""

from __future__ import annotations

from threading import Thread

import pytest

from chain.offchain.participant import Participant
from chain.offchain.time_source import ChainTime
from chain.primitives import U32
from pallets.frame.offchain import Locked, OffchainValue, StorageLock
from pallets.frame.offchain_lock import BlockAndTimeDeadline, TimeDeadline
from tests.chain.offchain.lending import ALICE, lent


def test_eight_threads_with_one_lock_lose_no_update() -> None:
    participant = Participant(ALICE)

    def add() -> None:
        node = lent(participant)
        lock, count = StorageLock.by_time(node, b"lock"), OffchainValue(node, b"count", U32)
        for _ in range(10):
            with lock.lock():
                before = count.get() or 0
                node.sleep_until(node.timestamp())  # lets another thread go on
                count.put(before + 1)

    threads = [Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert OffchainValue(lent(participant), b"count", U32).get() == 80
    assert participant.storage.get(b"lock") is None


def test_a_lock_that_is_held_refuses_until_it_expires() -> None:
    time = ChainTime(1_000)
    node = lent(time=time)
    first = StorageLock.by_time(node, b"lock", 500).try_lock()
    assert first.deadline == TimeDeadline(1_500)
    assert node.local_get(b"lock") == (1_500).to_bytes(8, "little")
    with pytest.raises(Locked) as locked:
        StorageLock.by_time(node, b"lock", 500).try_lock()
    assert locked.value.until == TimeDeadline(1_500)
    node.sleep_until(1_500)
    with pytest.raises(Locked):
        StorageLock.by_time(node, b"lock", 500).try_lock()  # the deadline itself still holds
    node.sleep_until(1_501)
    assert StorageLock.by_time(node, b"lock", 500).try_lock().deadline == TimeDeadline(2_001)


def test_waiting_snoozes_until_the_other_is_over() -> None:
    node = lent(time=ChainTime(0))
    StorageLock.by_time(node, b"lock", 250).try_lock().forget()
    with StorageLock.by_time(node, b"lock").lock() as guard:
        assert guard.deadline == TimeDeadline(node.timestamp() + 20_000)
        assert 251 <= node.timestamp() <= 261
    assert node.local_get(b"lock") is None


def test_what_is_forgotten_stays_and_what_is_extended_lasts_longer() -> None:
    node = lent(time=ChainTime(0))
    with StorageLock.by_time(node, b"lock", 100).lock() as guard:
        node.sleep_until(90)
        guard.extend()
        assert guard.deadline == TimeDeadline(190)
        assert guard.forget() == TimeDeadline(190)
    assert node.local_get(b"lock") == (190).to_bytes(8, "little")
    node.sleep_until(191)
    with pytest.raises(Locked):
        guard.extend()


def test_by_block_and_time_both_have_to_pass() -> None:
    node = lent(time=ChainTime(0))

    def lock_at(block: int) -> StorageLock:
        return StorageLock.by_block_and_time(node, b"lock", block, 4, 100)

    assert lock_at(10).try_lock().deadline == BlockAndTimeDeadline(14, 100)
    assert node.local_get(b"lock") == (14).to_bytes(4, "little") + (100).to_bytes(8, "little")
    with pytest.raises(Locked):
        lock_at(15).try_lock()
    node.sleep_until(101)
    with pytest.raises(Locked):
        lock_at(14).try_lock()
    lock_at(15).try_lock()


def test_an_error_in_the_locked_part_lets_go() -> None:
    node = lent()
    with pytest.raises(ZeroDivisionError), StorageLock.by_time(node, b"lock").lock():
        raise ZeroDivisionError
    assert node.local_get(b"lock") is None
