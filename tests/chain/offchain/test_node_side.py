"""Work that other threads leave for the node's, and times of runs."""

from __future__ import annotations

from threading import Thread, get_ident
from time import monotonic

import pytest

from chain.offchain.errors import RunStopped
from chain.offchain.node_side import Mailbox, at_once
from chain.offchain.run import Stop
from chain.offchain.time_source import ChainTime, MachineTime


def test_work_is_done_in_the_thread_that_empties_the_box_and_its_outcome_comes_back() -> None:
    mailbox, outcomes = Mailbox(), list[object]()

    def elsewhere() -> None:
        outcomes.append(mailbox.deliver(get_ident, Stop()))
        try:
            mailbox.deliver(lambda: 1 // 0, Stop())
        except ZeroDivisionError as error:
            outcomes.append(str(error))

    thread = Thread(target=elsewhere)
    thread.start()
    until = monotonic() + 10
    while thread.is_alive() and monotonic() < until:
        mailbox.empty(wait=0.01)
    assert outcomes == [get_ident(), "integer division or modulo by zero"]


def test_who_waits_is_let_go_when_the_run_shall_end_and_the_work_is_not_done() -> None:
    mailbox, stop, done = Mailbox(), Stop(), list[int]()
    stopped = list[str]()

    def elsewhere() -> None:
        try:
            mailbox.deliver(lambda: done.append(1), stop)
        except RunStopped as error:
            stopped.append(error.reason)

    thread = Thread(target=elsewhere)
    thread.start()
    stop.ask("the node closes")
    thread.join(10)
    mailbox.empty()
    assert (stopped, done) == (["the node closes"], [])
    with pytest.raises(RunStopped):
        at_once(lambda: done.append(1), stop)


def test_the_box_tells_when_something_came() -> None:
    told, mailbox = list[str](), Mailbox()
    mailbox.notify = lambda: told.append("now")
    mailbox.post(lambda: told.append("done"))
    mailbox.empty()
    assert told == ["now", "done"]


def test_a_chains_time_passes_while_a_worker_sleeps_and_never_goes_back() -> None:
    time = ChainTime(1_000)
    time.sleep_until(5_000, Stop())
    time.sleep_until(2_000, Stop())
    assert time.now() == 5_000


def test_whoever_sleeps_is_woken_to_end() -> None:
    stop, time = Stop(), MachineTime()
    Thread(target=lambda: stop.ask("enough")).start()
    began = monotonic()
    with pytest.raises(RunStopped, match="enough"):
        time.sleep_until(time.now() + 60_000, stop)
    assert monotonic() - began < 5
    time.sleep_until(time.now() - 1, Stop())
