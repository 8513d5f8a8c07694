"""Runtimes that outlive a test are taken back after it, and after each hypothesis example.

A state is an immutable trie under an overlay: remembering one is keeping a reference, going back is binding the
overlay to it again, whatever the number of accounts. The pytest plugin (`runtime.pytest_plugin`) says when.

A runtime that a fixture of module or session scope made goes back to what it was when the last such fixture was
ready. One that a test or a function-scoped fixture made ends with that test, and goes back between its examples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakSet

from chain.trie.trie import Trie
from pallets.frame.composition import Composition

R = TypeVar("R", bound=Composition)


class Isolation:
    """The runtimes of a test session, and the states that they go back to."""

    def __init__(self) -> None:
        self._recent: WeakSet[Composition] = WeakSet()
        """Made since the last long-lived fixture: this test's own, unless one more such fixture ends."""
        self._kept: WeakKeyDictionary[Composition, Trie] = WeakKeyDictionary()
        self._test_began = False

    def add(self, runtime: Composition) -> None:
        """A runtime was made."""
        self._recent.add(runtime)

    def keep(self) -> None:
        """What was made lives longer than a test; its state now is what it goes back to.

        Runtimes kept before may have been changed by a later fixture; before a test's own fixtures that counts.
        """
        again = [] if self._test_began else list(self._kept)
        for runtime in (*self._recent, *again):
            self._kept[runtime] = runtime.storage.committed()
        self._recent.clear()

    def begin_test(self) -> None:
        """From now on what is written belongs to the test."""
        self._test_began = True

    def end_test(self) -> None:
        """Take back what the test wrote, and forget the runtimes that it made."""
        for runtime, state in self._kept.items():
            _restore(runtime, state)
        self._recent.clear()
        self._test_began = False

    def rewinder(self) -> Callable[[], None]:
        """A function that takes every runtime back to its state now."""
        states = [(runtime, runtime.storage.committed()) for runtime in (*self._kept, *self._recent)]

        def rewind() -> None:
            for runtime, state in states:
                _restore(runtime, state)

        return rewind


def _restore(runtime: Composition, state: Trie) -> None:
    if not runtime.storage.is_at(state):
        runtime.storage.reset(state)


ISOLATION = Isolation()
"""Of this process: pytest runs its tests one after the other."""


def isolated(runtime: R) -> R:
    """The runtime, which goes back with the others; mocks are isolated from the start."""
    ISOLATION.add(runtime)
    return runtime
