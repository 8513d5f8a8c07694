"""What happens to messages on their way: they are late, lost, doubled, or stopped by a partition; all from a seed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

from chain.node.timer import Timer
from chain.record import record

M = TypeVar("M")


@record
class Conditions:
    """How good the network is.

    delay_ms: the shortest and the longest way of a message; lost, doubled: of a thousand messages
    """

    delay_ms: tuple[int, int] = (10, 100)
    lost: int = 0
    doubled: int = 0

    def check(self) -> None:
        """Raises ValueError where this cannot be."""
        shortest, longest = self.delay_ms
        if not 0 <= shortest <= longest:
            raise ValueError(f"delays from {shortest} to {longest} ms: the first is at least 0 and at most the second")
        if not (0 <= self.lost <= 1000 and 0 <= self.doubled <= 1000):
            raise ValueError(f"{self.lost} lost and {self.doubled} doubled messages of a thousand")


@dataclass(slots=True)
class Traffic:
    """Messages counted."""

    sent: int = 0
    delivered: int = 0
    lost: int = 0
    stopped: int = 0


class Links(Generic[M]):
    """Carries messages between names; who is not there when one arrives does not get it."""

    def __init__(self, timer: Timer, seed: int, conditions: Conditions | None = None) -> None:
        self.conditions = conditions or Conditions()
        self.conditions.check()
        self.traffic = Traffic()
        self._timer = timer
        self._random = Random(seed)
        self._receivers: dict[str, Callable[[str, M], None]] = {}
        self._groups: list[frozenset[str]] = []

    def attach(self, name: str, receive: Callable[[str, M], None]) -> None:
        """Deliver messages for a name: `receive(sender, message)`."""
        self._receivers[name] = receive

    def detach(self, name: str) -> None:
        """Deliver nothing to a name any more, also of what is on its way."""
        self._receivers.pop(name, None)

    def divide(self, *groups: Collection[str]) -> None:
        """Stop messages between groups, also those on their way; who is in no group reaches nobody."""
        self._groups = [frozenset(group) for group in groups]

    def heal(self) -> None:
        """Let everybody reach everybody again."""
        self._groups = []

    def send(self, sender: str, receiver: str, message: M) -> None:
        """Send a message; whether it arrives nobody is told."""
        self.traffic.sent += 1
        copies = 2 if self._random.randrange(1000) < self.conditions.doubled else 1
        for _ in range(copies):
            if self._random.randrange(1000) < self.conditions.lost:
                self.traffic.lost += 1
                continue
            delay = self._random.randint(*self.conditions.delay_ms)
            self._timer.call_later(delay, lambda: self._deliver(sender, receiver, message))

    def _deliver(self, sender: str, receiver: str, message: M) -> None:
        receive = self._receivers.get(receiver)
        if receive is None or not self._reaches(sender, receiver):
            self.traffic.stopped += 1
            return
        self.traffic.delivered += 1
        receive(sender, message)

    def _reaches(self, sender: str, receiver: str) -> bool:
        return not self._groups or any(sender in group and receiver in group for group in self._groups)
