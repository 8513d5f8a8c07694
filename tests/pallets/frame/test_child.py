"""Typed child storage: values, removal in steps, and rollback with the call that wrote them."""

from __future__ import annotations

import pytest

from chain.primitives import U32, Balance
from chain.scale import DecodeError, codec_of
from chain.state.overlay import Overlay
from chain.trie.node import EMPTY_ROOT
from chain.trie.oracle import root_of
from chain.trie.trie import Trie
from pallets.frame.child import ChildStorage


def votes_in(storage: Overlay) -> ChildStorage[int]:
    return ChildStorage(storage, b"votes", codec_of(Balance))


def test_values_are_read_as_they_were_written() -> None:
    votes = votes_in(Overlay(Trie.empty()))
    votes.put(b"alice", 30)
    votes.put(b"bob", 5)
    assert (votes.get(b"alice"), votes.get(b"carol")) == (30, None)
    assert (votes.exists(b"bob"), votes.length(b"bob"), votes.length(b"carol")) == (True, 16, None)
    assert votes.take(b"bob") == 5
    votes.kill(b"carol")
    assert list(votes.items()) == [(b"alice", 30)]
    assert votes.root() == root_of({b"alice": codec_of(Balance).encode(30)}, 1)


def test_all_values_go_in_steps() -> None:
    storage = Overlay(Trie.empty())
    for number in range(5):
        votes_in(storage).put(bytes((number,)), number)
    votes = votes_in(Overlay(storage.committed()))
    first = votes.clear(limit=3)
    assert (first.backend, first.cursor, len(list(votes.items()))) == (3, b"\3", 2)
    assert votes.clear(cursor=first.cursor).cursor is None
    assert votes.root() == EMPTY_ROOT


def test_a_failed_call_takes_its_values_back() -> None:
    storage = Overlay(Trie.empty())
    votes = votes_in(storage)
    votes.put(b"alice", 1)
    storage.begin()
    votes.put(b"alice", 2)
    storage.rollback()
    assert votes.get(b"alice") == 1


def test_values_of_another_type_are_refused() -> None:
    storage = Overlay(Trie.empty())
    ChildStorage(storage, b"votes", codec_of(U32)).put(b"alice", 1)
    with pytest.raises(DecodeError):
        votes_in(storage).get(b"alice")
