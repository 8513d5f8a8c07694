"""What workers need of the node that runs them, and how a run that is elsewhere has it done there.

Pool and chain belong to the node's own thread. A run in that thread does such work at once (`at_once`); one in
another thread leaves it in a `Mailbox`, which the node's thread empties.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import Any, Final, Generic, Protocol, TypeVar

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
        self._work: deque[Callable[[], object]] = deque()
        self._arrived = Event()

    def post(self, work: Callable[[], object]) -> None:
        """Leave work that nobody waits for."""
        self._work.append(work)
        self._arrived.set()
        self.notify()

    def deliver(self, work: Callable[[], T], stop: Stop) -> T:
        """Leave work and wait for it; implements `Deliver`."""
        stop.check()
        errand = _Errand(work)
        self.post(errand.do)
        while not errand.done.wait(LOOK):
            if stop.is_asked and errand.cancel():
                stop.check()
        return errand.outcome()

    def empty(self, wait: float = 0.0) -> None:
        """Do what is there, in the node's thread, after waiting so many seconds for something."""
        if wait:
            self._arrived.wait(wait)
        self._arrived.clear()
        while self._work:
            self._work.popleft()()


class _Errand(Generic[T]):
    """Work that somebody waits for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.done = Event()
        self._work = work
        self._lock = Lock()
        self._is_begun = False
        self._is_cancelled = False
        self._values: list[T] = []
        self._error: BaseException | None = None

    def do(self) -> None:
        """In the node's thread."""
        with self._lock:
            if self._is_cancelled:
                return
            self._is_begun = True
        try:
            self._values.append(self._work())
        except BaseException as error:  # noqa: BLE001  (it is raised where the work was left)
            self._error = error
        self.done.set()

    def cancel(self) -> bool:
        """Have it not done; whether it had not begun."""
        with self._lock:
            self._is_cancelled = not self._is_begun
            return self._is_cancelled

    def outcome(self) -> T:
        """What came of it, once it is done."""
        if self._error is not None:
            raise self._error
        return self._values[0]
