"""A thread is ended wherever it is in Python, but never where it would keep a lock that everybody needs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

import pytest

from chain.offchain.errors import RunStopped
from chain.offchain.interrupt import interrupt

LONG = 30.0
"""Seconds: far more than it takes."""


def begun(work: Callable[[Event], None]) -> tuple[Thread, list[str]]:
    """A thread at its work, and how it ended."""
    ended, started = list[str](), Event()

    def run() -> None:
        with suppress(RunStopped):  # a second one, while the first is dealt with
            try:
                work(started)
            except RunStopped:
                ended.append("stopped")

    thread = Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(LONG)
    return thread, ended


def end(thread: Thread) -> None:
    for _ in range(1000):
        thread.join(1.0 if interrupt(thread) else 0.01)
        if not thread.is_alive():
            return


def test_code_that_asks_nothing_is_ended() -> None:
    def compute(started: Event) -> None:
        started.set()
        while True:
            pass

    thread, ended = begun(compute)
    end(thread)
    assert ended == ["stopped"]
    assert not interrupt(thread)


def test_a_thread_that_waits_is_ended_when_what_it_waits_for_comes() -> None:
    gate = Event()

    def wait(started: Event) -> None:
        started.set()
        gate.wait()
        while True:
            pass

    thread, ended = begun(wait)
    while not interrupt(thread):
        thread.join(0.01)
    assert thread.is_alive()
    gate.set()
    thread.join(LONG)
    assert ended == ["stopped"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a finalizer may swallow it
@pytest.mark.parametrize("_again", range(3))
def test_whoever_logs_when_it_is_ended_keeps_no_lock(_again: int) -> None:
    class Slow(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            del record

    handler, log = Slow(), logging.getLogger("tests.interrupt")
    log.addHandler(handler)
    log.propagate = False

    def tell(started: Event) -> None:
        started.set()
        while True:
            log.error("again")

    thread, ended = begun(tell)
    end(thread)
    assert ended == ["stopped"]
    assert handler.lock is not None
    assert handler.lock.acquire(timeout=LONG)
    handler.lock.release()
    log.removeHandler(handler)
