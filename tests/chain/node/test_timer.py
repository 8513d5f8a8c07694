"""Callbacks come at their moment, in order, and not when they were cancelled."""

import asyncio
from functools import partial

from chain.node.timer import LoopTimer, SimulatedTimer


def test_callbacks_come_in_order_of_moment_then_of_asking() -> None:
    timer, seen = SimulatedTimer(100), list[tuple[str, int]]()

    def see(name: str) -> None:
        seen.append((name, timer.now_ms))

    for name, delay in (("c", 20), ("a", 10), ("d", 20), ("b", 10), ("late", 31)):
        timer.call_later(delay, partial(see, name))
    timer.advance(30)
    assert seen == [("a", 110), ("b", 110), ("c", 120), ("d", 120)]
    assert timer.now_ms == 130
    timer.advance(1)
    assert seen[-1] == ("late", 131)


def test_what_is_asked_for_on_the_way_happens_within_the_time_that_passes() -> None:
    timer, seen = SimulatedTimer(), list[int]()

    def again() -> None:
        seen.append(timer.now_ms)
        timer.call_later(10, again)

    timer.call_later(10, again)
    timer.advance(35)
    assert seen == [10, 20, 30]


def test_settling_makes_what_is_due_and_leaves_what_that_asks_for() -> None:
    timer, seen = SimulatedTimer(), list[str]()

    def first() -> None:
        seen.append("first")
        timer.call_later(0, lambda: seen.append("second"))

    timer.call_later(0, first)
    timer.call_later(1, lambda: seen.append("later"))
    timer.settle()
    assert seen == ["first"]
    timer.settle()
    assert seen == ["first", "second"]


def test_a_cancelled_callback_does_not_come_and_cancelling_again_does_nothing() -> None:
    timer, seen = SimulatedTimer(), list[str]()
    cancel = timer.call_later(5, lambda: seen.append("cancelled"))
    kept = timer.call_later(5, lambda: seen.append("kept"))
    cancel()
    cancel()
    timer.advance(5)
    kept()
    assert seen == ["kept"]


def test_an_event_loop_calls_back_after_the_delay_and_not_when_cancelled() -> None:
    async def run() -> list[str]:
        timer, seen = LoopTimer(asyncio.get_running_loop()), list[str]()
        timer.call_later(2, lambda: seen.append("second"))
        timer.call_later(0, lambda: seen.append("first"))
        timer.call_later(0, lambda: seen.append("cancelled"))()
        assert seen == []
        await asyncio.sleep(0.02)
        return seen

    assert asyncio.run(run()) == ["first", "second"]
