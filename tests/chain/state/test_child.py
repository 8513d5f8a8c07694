"""Child tries: their roots in the state, their transactions, their removal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chain.state.child import (
    DEFAULT_PREFIX,
    ChildTrie,
    child_of,
    is_child_key,
    reaches_child_keys,
    state_with_children,
)
from chain.state.overlay import ClearResult, Overlay
from chain.trie.node import EMPTY_ROOT
from chain.trie.oracle import root_of
from chain.trie.trie import Trie
from tests.vectors import load, unhex

NAMES = (b"", b"votes", b"votes2")
KEYS = (b"", b"a", b"ab", b"b")
SHORT, LONG = b"\1", b"\2" * 40


def expected_root(top: dict[bytes, bytes], children: dict[bytes, dict[bytes, bytes]], version: int) -> bytes:
    """The root, from nothing but the pairs: each child's first, then the top's with these among its values."""
    roots = {DEFAULT_PREFIX + name: root_of(pairs, version) for name, pairs in children.items() if pairs}
    return root_of(top | roots, version)


def pairs_in(child: ChildTrie) -> dict[bytes, bytes | None]:
    """All that a child trie holds."""
    keys = child.keys()
    return {key: child.get(key) for key in keys}


@pytest.mark.parametrize("version", [0, 1])
def test_the_root_of_a_child_trie_is_a_value_of_the_state(version: int) -> None:
    overlay = Overlay(Trie.from_items({b"top": SHORT}, version))
    child = child_of(overlay, b"votes")
    assert (child.get(b"a"), b"a" in child, child.root()) == (None, False, EMPTY_ROOT)
    child.put(b"a", LONG)
    assert child.root() == root_of({b"a": LONG}, version)
    assert overlay.root() == expected_root({b"top": SHORT}, {b"votes": {b"a": LONG}}, version)
    assert overlay.committed().get(DEFAULT_PREFIX + b"votes") == child.root()
    assert child_of(Overlay(overlay.committed()), b"votes").get(b"a") == LONG


def test_an_empty_child_trie_leaves_nothing_in_the_state() -> None:
    base = Trie.from_items({b"top": SHORT})
    state = state_with_children(base, {b"votes": {b"a": SHORT}})
    overlay = Overlay(state)
    child_of(overlay, b"votes").delete(b"a")
    assert overlay.root() == base.root
    assert (list(overlay.committed().keys()), dict(overlay.committed().children)) == ([b"top"], {})
    assert state_with_children(base, {b"votes": {}}).root == base.root


def test_the_top_key_tells_the_root_of_the_base() -> None:
    state = state_with_children(Trie.empty(), {b"votes": {b"a": SHORT}})
    overlay = Overlay(state)
    child_of(overlay, b"votes").put(b"b", SHORT)
    assert overlay.get(DEFAULT_PREFIX + b"votes") == root_of({b"a": SHORT}, 1)
    assert overlay.committed().get(DEFAULT_PREFIX + b"votes") == root_of({b"a": SHORT, b"b": SHORT}, 1)


def test_changes_name_the_roots_that_are_not_what_they_were() -> None:
    overlay = Overlay(state_with_children(Trie.empty(), {b"votes": {b"a": SHORT}, b"other": {b"a": SHORT}}))
    child_of(overlay, b"other").get(b"a")
    votes = child_of(overlay, b"votes")
    assert overlay.changes == {}
    votes.put(b"a", LONG)
    assert overlay.changes == {DEFAULT_PREFIX + b"votes": root_of({b"a": LONG}, 1)}
    votes.delete(b"a")
    assert overlay.changes == {DEFAULT_PREFIX + b"votes": None}
    votes.put(b"a", SHORT)
    assert (overlay.changes, overlay.root()) == ({}, overlay.base.root)


def test_transactions_of_the_state_take_child_tries_along() -> None:
    overlay = Overlay(Trie.empty())
    child = child_of(overlay, b"votes")
    child.put(b"a", b"\0")
    overlay.begin()
    child.put(b"a", b"\1")
    overlay.begin()
    child.put(b"b", b"\2")
    child.append(b"list", b"\7")
    overlay.commit()
    overlay.begin()
    child.kill()
    assert pairs_in(child) == {}
    overlay.rollback()
    assert pairs_in(child) == {b"a": b"\1", b"b": b"\2", b"list": b"\4\7"}
    assert overlay.written() == (DEFAULT_PREFIX + b"votes",)
    overlay.rollback()
    assert pairs_in(child) == {b"a": b"\0"}
    child.put(b"c", b"\3")
    assert overlay.root() == expected_root({}, {b"votes": {b"a": b"\0", b"c": b"\3"}}, 1)


def test_killing_with_a_limit_goes_on_at_the_cursor() -> None:
    pairs = {bytes((number,)): SHORT for number in range(5)}
    overlay = Overlay(state_with_children(Trie.empty(), {b"votes": pairs}))
    child = child_of(overlay, b"votes")
    child.put(b"\x09", SHORT)  # written in this block: it does not count against the limit
    first = child.kill(limit=2)
    assert first == ClearResult(cursor=b"\2", backend=2, unique=3, loops=2)
    assert list(child.keys()) == [b"\2", b"\3", b"\4"]
    assert child.next_key(b"\2") == b"\3"
    last = child.kill(cursor=first.cursor)
    assert (last.cursor, last.backend, overlay.root()) == (None, 3, EMPTY_ROOT)


def test_a_reset_overlay_forgets_what_child_tries_held() -> None:
    overlay = Overlay(Trie.empty())
    child_of(overlay, b"votes").put(b"a", SHORT)
    overlay.reset(Trie.empty())
    assert (child_of(overlay, b"votes").get(b"a"), overlay.root()) == (None, EMPTY_ROOT)


@pytest.mark.parametrize(
    ("prefix", "reaches"),
    [(b"", True), (b":", True), (b":child_storage:", True), (b":child_storage:default:x", True), (b":code", False)],
)
def test_keys_of_roots_are_nobody_elses(prefix: bytes, reaches: bool) -> None:
    assert reaches_child_keys(prefix) is reaches
    assert is_child_key(prefix) is (len(prefix) >= 15)


CHILD_ROOTS = "child trie root of :child_storage:default:"


def test_child_roots_are_those_of_the_host_api_tests() -> None:
    vectors = [vector for vector in load("trie/w3f_host_api_roots.json")["vectors"] if "note" in vector]
    assert len(vectors) == 10
    for vector in vectors:
        assert vector["note"].startswith(CHILD_ROOTS)
        overlay = Overlay(Trie.empty(vector["state_version"]))
        child = child_of(overlay, vector["note"].removeprefix(CHILD_ROOTS).encode())
        for key, value in vector["entries"]:
            child.put(unhex(key), unhex(value))
        assert child.root() == unhex(vector["root"])
        assert overlay.committed().get(vector["note"].removeprefix("child trie root of ").encode()) == child.root()


pairs_of = st.dictionaries(st.binary(max_size=4), st.sampled_from([b"", SHORT, LONG]), max_size=6)


@settings(max_examples=60)
@given(pairs_of, st.dictionaries(st.sampled_from(NAMES), pairs_of), st.sampled_from([0, 1]))
def test_the_root_is_that_of_the_slow_oracle(
    top: dict[bytes, bytes], children: dict[bytes, dict[bytes, bytes]], version: int
) -> None:
    state = state_with_children(Trie.from_items(top, version), children)
    assert state.root == expected_root(top, children, version)


class ChildMachine(RuleBasedStateMachine):
    """An overlay with child tries against plain dictionaries and copies of them."""

    def __init__(self) -> None:
        super().__init__()
        self.overlay = Overlay(Trie.empty())
        self.model: dict[bytes, dict[bytes, bytes]] = {}
        self.copies: list[dict[bytes, dict[bytes, bytes]]] = []

    @initialize(children=st.dictionaries(st.sampled_from(NAMES), pairs_of))
    def start(self, children: dict[bytes, dict[bytes, bytes]]) -> None:
        self.overlay = Overlay(state_with_children(Trie.empty(), children))
        self.model = {name: dict(pairs) for name, pairs in children.items()}

    @rule(name=st.sampled_from(NAMES), key=st.sampled_from(KEYS), value=st.sampled_from([SHORT, LONG]))
    def put(self, name: bytes, key: bytes, value: bytes) -> None:
        child_of(self.overlay, name).put(key, value)
        self.model.setdefault(name, {})[key] = value

    @rule(name=st.sampled_from(NAMES), key=st.sampled_from(KEYS))
    def delete(self, name: bytes, key: bytes) -> None:
        child_of(self.overlay, name).delete(key)
        self.model.get(name, {}).pop(key, None)

    @rule(name=st.sampled_from(NAMES), prefix=st.sampled_from(KEYS))
    def clear(self, name: bytes, prefix: bytes) -> None:
        child_of(self.overlay, name).clear_prefix(prefix)
        kept = {key: value for key, value in self.model.get(name, {}).items() if not key.startswith(prefix)}
        self.model[name] = kept

    @rule()
    def begin(self) -> None:
        self.overlay.begin()
        self.copies.append({name: dict(pairs) for name, pairs in self.model.items()})

    @precondition(lambda self: self.copies)
    @rule()
    def commit(self) -> None:
        self.overlay.commit()
        self.copies.pop()

    @precondition(lambda self: self.copies)
    @rule()
    def rollback(self) -> None:
        self.overlay.rollback()
        self.model = self.copies.pop()

    @precondition(lambda self: not self.copies)
    @rule()
    def next_block(self) -> None:
        self.overlay = Overlay(self.overlay.committed())

    @invariant()
    def agrees(self) -> None:
        assert self.overlay.root() == expected_root({}, self.model, 1)
        for name, pairs in self.model.items():
            assert pairs_in(child_of(self.overlay, name)) == pairs


ChildMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestChildMachine = ChildMachine.TestCase
