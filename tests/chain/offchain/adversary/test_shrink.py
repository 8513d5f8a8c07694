"""Shrinking leaves the faults that are needed and no other, with the smallest numbers that do."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.adversary.fault import Fault, FaultKind, Place
from chain.offchain.adversary.schedule import Schedule
from chain.offchain.adversary.shrink import shrunk


def late(block: int, blocks: int = 1) -> Fault:
    return Fault(FaultKind.RUN_LATE, Place(block, 0, "Prices"), 0, blocks)


@given(st.integers(1, 40), st.data())
def test_exactly_the_needed_faults_are_left(count: int, data: st.DataObject) -> None:
    all_faults = Schedule(late(block) for block in range(count))
    needed = frozenset(data.draw(st.lists(st.sampled_from(all_faults.faults), max_size=4)))
    found = shrunk(all_faults, lambda tried: tried if needed <= set(tried.faults) else None)
    assert set(found.schedule.faults) == needed
    assert found.is_minimal


def test_who_watches_hears_of_each_play_and_of_what_is_left() -> None:
    heard = list[tuple[int, int]]()
    needed = late(2)
    found = shrunk(
        Schedule(late(block) for block in range(4)),
        lambda tried: tried if needed in tried.faults else None,
        watch=lambda tries, left: heard.append((tries, left)),
    )
    assert [tries for tries, _ in heard] == list(range(1, found.tries + 1))
    assert [left for _, left in heard] == sorted((left for _, left in heard), reverse=True)
    assert heard[-1] == (found.tries, 1)


@given(st.integers(2, 30), st.integers(1, 5))
def test_where_any_few_would_do_no_more_than_these_are_left(count: int, enough: int) -> None:
    found = shrunk(
        Schedule(late(block) for block in range(count)),
        lambda tried: tried if len(tried) >= min(enough, count) else None,
    )
    assert len(found.schedule) == min(enough, count)
    assert found.is_minimal


@given(st.integers(1, 300), st.integers(1, 300))
def test_numbers_become_the_smallest_that_fail(first: int, second: int) -> None:
    lowest, given_number = sorted((first, second))
    crash = Fault(FaultKind.CRASH, Place(1, 1, "Prices"), given_number)

    def retry(tried: Schedule) -> Schedule | None:
        delays = [fault.blocks for fault in tried.faults if fault.kind is FaultKind.RUN_LATE]
        crashes = [fault.at for fault in tried.faults if fault.kind is FaultKind.CRASH]
        return tried if delays and crashes and delays[0] >= lowest and crashes[0] >= lowest else None

    found = shrunk(Schedule([late(1, given_number), crash]), retry)
    assert found.schedule == Schedule([late(1, lowest), replace(crash, at=lowest)])


def test_what_did_not_take_effect_is_gone_at_once() -> None:
    asked = list[int]()

    def retry(tried: Schedule) -> Schedule | None:
        asked.append(len(tried))
        return Schedule([late(3)]) if late(3) in tried.faults else None

    assert shrunk(Schedule(late(block) for block in range(64)), retry).schedule == Schedule([late(3)])
    assert len(asked) < 12


def test_none_is_left_where_none_is_needed() -> None:
    found = shrunk(Schedule([late(1), late(2)]), lambda tried: tried)
    assert (len(found.schedule), found.tries, found.is_minimal) == (0, 1, True)


def test_it_ends_after_so_many_tries_with_the_best_so_far() -> None:
    schedule = Schedule(late(block) for block in range(32))
    found = shrunk(schedule, lambda tried: tried if {late(5), late(20)} <= set(tried.faults) else None, at_most=6)
    assert (found.tries, found.is_minimal) == (6, False)
    assert {late(5), late(20)} <= set(found.schedule.faults)
    assert len(found.schedule) < 32


def test_nothing_is_played_twice() -> None:
    played = list[Schedule]()

    def retry(tried: Schedule) -> Schedule | None:
        played.append(tried)
        return tried if {late(2, 9), late(7, 9)} <= set(tried.faults) else None

    shrunk(Schedule(late(block, 9) for block in range(16)), retry)
    assert len(set(played)) == len(played)
