"""What workers need of the node that runs them, and how a run that is elsewhere has it done there.

Pool and chain belong to the node's own thread. A run in that thread does such work at once (`at_once`); one in
another thread leaves it in a `Mailbox`, which the node's thread empties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol, TypeVar

from chain.crypto.keys import KeyPair
from chain.offchain.hook import Encodable
from chain.offchain.run import Stop
from chain.primitives import Hash
from chain.runtime_api import TransactionSource

T = TypeVar("T")

LOOK: Final = 0.05
"""Seconds after which a run that waits for the node looks whether it shall end."""


class NodeSide(Protocol):
    """A node, as its workers use it; for the node's own thread, but `lineage`."""

    def submit_call(self, key: KeyPair, call: Any) -> Hash:  # the runtime's call type
        """Sign and submit; the hash of the transaction. Raises `PoolError`, `TransactionInvalid`."""
        ...

    def submit_general(self, call: Encodable) -> Hash:
        """Submit a call that authorizes itself; raises as `submit_call`."""
        ...

    def submit(self, extrinsic: bytes, source: TransactionSource) -> Hash:
        """Submit a transaction; raises as `submit_call`."""
        ...

    def request_block(self) -> bool:
        """Ask whoever seals for a block; whether one will come."""
        ...

    def lineage(self, block_hash: Hash) -> Iterable[Hash]:
        """A block and those before it that are not final, newest first. For any thread."""
        ...


class Deliver(Protocol):
    """Has work done in the node's thread."""

    def __call__(self, work: Callable[[], T], stop: Stop) -> T:
        """What the work gives, or raises; raises RunStopped where the run shall end before."""
        ...


def at_once(work: Callable[[], T], stop: Stop) -> T:
    """For a run in the node's own thread."""
    stop.check()
    return work()


class Mailbox:
    """Work that other threads leave for the node's.

    notify: called from those threads when there is something; whoever has an event loop empties the box soon
    """

    def __init__(self, notify: Callable[[], object] = lambda: None) -> None:
        self.notify = notify
        self._work: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def post(self, work: Callable[[], object]) -> None:
        """Leave work that nobody waits for."""
        self._work.put(work)
        self.notify()

    def deliver(self, work: Callable[[], T], stop: Stop) -> T:
        """Leave work and wait for it; implements `Deliver`."""
        stop.check()
        answer: Future[T] = Future()
        self.post(lambda: _fulfil(answer, work))
        while True:
            try:
                return answer.result(LOOK)
            except NotYet:
                if stop.is_asked and answer.cancel():
                    stop.check()

    def empty(self, wait: float = 0.0) -> None:
        """Do what is there, in the node's thread, after waiting so many seconds for something."""
        try:
            work = self._work.get(timeout=wait) if wait else self._work.get_nowait()
            while True:
                work()
                work = self._work.get_nowait()
        except Empty:
            return


def _fulfil(answer: Future[T], work: Callable[[], T]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        value = work()
    except BaseException as error:  # noqa: BLE001  (it is raised where the work was left)
        answer.set_exception(error)
    else:
        answer.set_result(value)
