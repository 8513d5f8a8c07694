"""Code that may read the state and must not write it: checks of the state, view functions, checks of inherents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chain.state.overlay import Overlay


class TryStateError(AssertionError):
    """A pallet's state contradicts itself, or its check of the state does more than checking."""


class WriteRefused(RuntimeError):
    """What may only read has written; all of it was taken back.

    subject: what ran, as `Balances.try_state`
    keys: the storage keys that it wrote, in order
    """

    def __init__(self, subject: str, keys: tuple[bytes, ...]) -> None:
        super().__init__(subject, keys)
        self.subject = subject
        self.keys = keys

    def __str__(self) -> str:
        return f"{self.subject} may only read and wrote {', '.join(f'0x{key.hex()}' for key in self.keys)}"


@contextmanager
def read_only(storage: Overlay, subject: str) -> Iterator[None]:
    """A context in which nothing may be written; raises WriteRefused at its end where something was.

    What is written and taken back inside, by a transaction of its own, is not held against it.
    """
    storage.begin()
    written: tuple[bytes, ...] = ()
    try:
        yield
        written = storage.written()
    finally:
        storage.rollback()
    if written:
        raise WriteRefused(subject, written)
