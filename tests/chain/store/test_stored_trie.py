"""A state that is read when it is looked into: its root needs no reading, and then it is like any other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chain.state.child import child_of, state_with_children
from chain.state.overlay import Overlay
from chain.store.stored_trie import StoredTrie
from chain.trie.trie import Trie

STATE = state_with_children(Trie.from_items({b"k": b"v", b"long": bytes(40)}), {b"votes": {b"alice": b"\1"}})


def counted(state: Trie) -> tuple[Callable[[], Trie], list[int]]:
    calls: list[int] = []

    def read() -> Trie:
        calls.append(1)
        return state

    return read, calls


def test_it_is_read_once_and_late() -> None:
    read, calls = counted(STATE)
    stored = StoredTrie(STATE.root, 1, read)
    assert (stored.root, stored.version, calls) == (STATE.root, 1, [])
    assert stored.get(b"k") == b"v"
    assert list(stored.items()) == list(STATE.items())
    assert calls == [1]


def test_it_is_written_like_any_other() -> None:
    changes = {b"k": None, b"new": b"value"}
    stored = StoredTrie(STATE.root, 1, lambda: STATE)
    assert stored.updated(changes).root == STATE.updated(changes).root
    assert stored.prove([b"long"]) == STATE.prove([b"long"])
    assert child_of(Overlay(StoredTrie(STATE.root, 1, lambda: STATE)), b"votes").get(b"alice") == b"\1"


def test_what_reading_raises_is_told() -> None:
    def read() -> Trie:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        StoredTrie(STATE.root, 1, read).get(b"k")


def test_other_attributes_are_missing_as_ever() -> None:
    with pytest.raises(AttributeError):
        getattr(StoredTrie(STATE.root, 1, lambda: STATE), "colour")  # noqa: B009


def test_what_is_at_hand_is_that_of_the_trie_that_was_read() -> None:
    stored = StoredTrie(STATE.root, 1, lambda: STATE)
    assert [stored.recall(key) for key in (b"k", b"other", b"k")] == [b"v", None, b"v"]
