"""What the walk over present keys makes itself, what it leaves, and that both come out right."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from chain.trie.oracle import root_of
from chain.trie.replace import replaced
from chain.trie.trie import Trie
from chain.trie.update import updated
from tests.chain.trie.strategies import STATES, VERSIONS


def _top_of(state: dict[bytes, bytes], version: int = 1) -> object:
    return updated(None, state, version)


@given(STATES, VERSIONS, st.data())
def test_new_values_give_the_root_of_all_pairs(state: dict[bytes, bytes], version: int, data: st.DataObject) -> None:
    trie = Trie.from_items(state, version)
    keys = data.draw(st.lists(st.sampled_from(sorted(state)), unique=True)) if state else []
    values = data.draw(st.lists(st.binary(max_size=40), min_size=len(keys), max_size=len(keys)))
    changes = dict(zip(keys, values, strict=True))
    assert trie.updated(changes).root == root_of({**state, **changes}, version)


@given(STATES, VERSIONS, st.dictionaries(st.binary(max_size=4), st.none() | st.binary(max_size=40)))
def test_new_and_deleted_keys_among_them_give_the_root_of_all_pairs(
    state: dict[bytes, bytes], version: int, changes: dict[bytes, bytes | None]
) -> None:
    pairs = {key: value for key, value in {**state, **changes}.items() if value is not None}
    assert Trie.from_items(state, version).updated(changes).root == root_of(pairs, version)


def _left(state: dict[bytes, bytes], changes: dict[bytes, bytes | None]) -> list[bytes]:
    top = _top_of(state)
    assert isinstance(top, tuple)
    return replaced(top, sorted(changes), changes, 1)[1]


def test_keys_that_are_deleted_or_end_at_a_branch_are_left() -> None:
    state = {b"a": b"1", b"ab": b"2", b"b": b"3", b"c": b"4"}
    changes = {b"a": b"x", b"ab": b"y", b"b": None, b"c": b"z", b"d": b"new", b"e": None, b"\xff": None}
    assert _left(state, changes) == [b"a", b"b"]


def test_a_new_key_alone_gets_its_place_where_nothing_is_or_one_other_key() -> None:
    state = {b"\x11": b"1", b"\x12": b"2", b"\x21": b"3"}
    assert _left(state, {b"\x13": b"new"}) == []
    assert _left(state, {b"\x2f": b"new", b"\x12": b"2!"}) == []
    assert _left(state, {b"\x31": b"new", b"\x32": b"new"}) == [b"\x31", b"\x32"]
    assert _left(state, {b"\x21\x00": b"goes on where another key ends"}) == [b"\x21\x00"]


def test_values_that_are_there_already_change_nothing() -> None:
    draw = random.Random(3)
    state = {draw.randbytes(8): draw.randbytes(40) for _ in range(200)}
    trie = Trie.from_items(state)
    assert trie.updated(state) is trie


def test_keys_nested_deeper_than_the_walk_follows_get_their_values() -> None:
    state = {bytes(length): b"%d" % length for length in range(1, 400)}
    changes = {key: value + b"!" for key, value in state.items()}
    assert Trie.from_items(state).updated(changes).root == root_of(changes, 1)
