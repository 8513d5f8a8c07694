"""Batches against the root of all pairs, computed from nothing."""

from __future__ import annotations

import random
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.trie.node import EMPTY_ROOT, HashedValue, KeyTooLongError
from chain.trie.oracle import root_of
from chain.trie.trie import Trie
from tests.chain.trie.strategies import CHANGES, STATES, VERSIONS

Changes = dict[bytes, bytes | None]


def changed(state: dict[bytes, bytes], changes: Changes) -> dict[bytes, bytes]:
    """A copy of the state with the changes."""
    both = {**state, **changes}
    return {key: value for key, value in both.items() if value is not None}


@settings(max_examples=150)
@given(STATES, st.lists(CHANGES, max_size=4), VERSIONS)
def test_each_batch_gives_the_root_of_all_pairs(
    state: dict[bytes, bytes], batches: list[Changes], version: int
) -> None:
    trie = Trie.from_items(state, version)
    assert trie.root == root_of(state, version)
    for changes in batches:
        trie, state = trie.updated(changes), changed(state, changes)
        assert trie.root == root_of(state, version)
        assert list(trie.items()) == sorted(state.items())


@given(STATES, CHANGES, VERSIONS)
def test_a_batch_leaves_the_trie_before_it_as_it_was(state: dict[bytes, bytes], changes: Changes, version: int) -> None:
    trie = Trie.from_items(state, version)
    root = trie.root
    trie.updated(changes)
    assert trie.root == root
    assert list(trie.items()) == sorted(state.items())


@given(STATES, CHANGES, VERSIONS)
def test_a_batch_equals_its_changes_one_by_one(state: dict[bytes, bytes], changes: Changes, version: int) -> None:
    trie = Trie.from_items(state, version)
    one_by_one = reduce(lambda so_far, change: so_far.updated(dict([change])), changes.items(), trie)
    assert trie.updated(changes).root == one_by_one.root


@given(STATES, VERSIONS)
def test_deleting_every_key_leaves_the_empty_trie(state: dict[bytes, bytes], version: int) -> None:
    trie = Trie.from_items(state, version).updated(dict.fromkeys(state))
    assert trie.root == EMPTY_ROOT
    assert list(trie.keys()) == []


@given(STATES, VERSIONS)
def test_deleting_absent_keys_gives_the_same_trie(state: dict[bytes, bytes], version: int) -> None:
    trie = Trie.from_items(state, version)
    absent = {key + b"?" for key in state} | {key[:-1] for key in state} | {key[:-1] + b"?" for key in state}
    assert trie.updated(dict.fromkeys(absent.difference(state))) is trie
    assert trie.updated({}) is trie


def _root_by_history(history: list[tuple[int, Changes]]) -> bytes:
    """Root of a state of which each value has the form of the version that wrote it."""
    forms: dict[bytes, bytes | HashedValue] = {}
    for version, changes in history:
        for key, value in changes.items():
            if value is None:
                forms.pop(key, None)
            else:
                forms[key] = HashedValue(blake2_256(value)) if version == 1 and len(value) > 32 else value
    return root_of(forms, 0)


@given(st.lists(st.tuples(VERSIONS, CHANGES), max_size=6))
def test_a_value_keeps_its_form_until_it_is_written_again(history: list[tuple[int, Changes]]) -> None:
    trie = Trie.empty(0)
    for version, changes in history:
        trie = trie.with_version(version).updated(changes)
    assert trie.root == _root_by_history(history)


def test_writing_the_same_value_under_version_1_turns_it_into_its_hash() -> None:
    state = {b"a": bytes(40), b"b": bytes(40)}
    old = Trie.from_items(state, 0).with_version(1)
    assert old.root == root_of(state, 0)
    assert old.updated(state).root == root_of(state, 1)


def test_keys_may_nest_thousands_deep() -> None:
    state = {b"k" * length: b"v" for length in range(3000)}
    trie = Trie.from_items(state)
    assert trie.get(b"k" * 2999) == b"v"
    assert list(trie.keys()) == sorted(state)
    emptied = trie.updated(dict.fromkeys(key for key in state if len(key) > 1))
    assert emptied.root == root_of({b"": b"v", b"k": b"v"}, 1)
    assert trie.updated(dict.fromkeys(state)).root == EMPTY_ROOT


def test_keys_of_hundreds_of_bytes_have_long_headers() -> None:
    state = {bytes([byte]) * length: bytes(50) for length in (31, 32, 127, 128, 159, 160, 300) for byte in (1, 2)}
    state |= {b"x" * length + b"end": b"v" for length in (200, 400, 32760)}
    assert Trie.from_items(state).root == root_of(state, 1)


@pytest.mark.parametrize("length", [32769, 65536, 70000])
def test_a_key_that_no_node_can_hold_is_refused_where_it_is_put(length: int) -> None:
    trie, key = Trie.from_items({b"k": b"v"}), bytes(length)
    with pytest.raises(KeyTooLongError):
        trie.updated({key: b"v"})
    assert trie.updated({key: None}) is trie
    assert trie.get(key) is None


def test_a_large_random_state_has_the_root_of_all_pairs_after_each_batch() -> None:
    draw = random.Random(7)
    state = {draw.randbytes(20): draw.randbytes(draw.choice([1, 20, 40])) for _ in range(3000)}
    trie = Trie.from_items(state)
    for _ in range(3):
        changes: Changes = {key: draw.randbytes(40) for key in draw.sample(sorted(state), 300)}
        changes |= {draw.randbytes(20): b"new" for _ in range(50)}
        changes |= dict.fromkeys(draw.sample(sorted(state), 200))
        trie, state = trie.updated(changes), changed(state, changes)
        assert trie.root == root_of(state, 1)
