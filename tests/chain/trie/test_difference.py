"""Differences of states: what they say is what changed, and the state made of them has the root of the other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.scale import DecodeError
from chain.state.child import child_of, state_with_children
from chain.state.overlay import Overlay
from chain.trie.difference import Difference, applied, difference, whole, written
from chain.trie.node import HashedValue
from chain.trie.stripped import StrippedTrie, WithheldValueError
from chain.trie.trie import Trie

# few nibbles and many lengths: branches part, merge and carry entries
KEYS = st.lists(st.sampled_from([0x00, 0x01, 0x10, 0x11]), max_size=4).map(bytes)
VALUES = st.sampled_from([b"", b"short", bytes(32), bytes(33), b"\1" * 40])
PAIRS = st.dictionaries(KEYS, VALUES, max_size=12)
CHANGES = st.dictionaries(KEYS, st.none() | VALUES, max_size=12)
VERSIONS = st.sampled_from([0, 1])
CHILDREN = st.dictionaries(st.sampled_from([b"a", b"b"]), PAIRS, max_size=2)


def keys_of(found: Difference) -> set[bytes]:
    return {item[3 : 3 + int.from_bytes(item[1:3], "big")] for item in found.items}


@given(pairs=PAIRS, first=VERSIONS, batches=st.lists(st.tuples(CHANGES, VERSIONS), max_size=3))
def test_what_is_made_of_a_difference_has_the_same_root(
    pairs: dict[bytes, bytes], first: int, batches: list[tuple[dict[bytes, bytes | None], int]]
) -> None:
    before = Trie.from_items(pairs, first)
    after = before
    for changes, version in batches:
        after = after.with_version(version).updated(changes)
    found = Difference.decode(difference(before, after).encoded)
    made = applied(before, [found])
    assert (made.root, made.version, list(made.items())) == (after.root, after.version, list(after.items()))


@given(pairs=PAIRS, first=VERSIONS, version=VERSIONS, changes=CHANGES)
def test_changes_that_are_known_need_no_walk(
    pairs: dict[bytes, bytes], first: int, version: int, changes: dict[bytes, bytes | None]
) -> None:
    before = Trie.from_items(pairs, first).with_version(version)
    after = before.updated(changes)
    assert applied(before, [Difference.decode(written(before, after, changes))]).root == after.root


@given(before=PAIRS, after=PAIRS)
def test_a_difference_has_no_key_that_did_not_change(before: dict[bytes, bytes], after: dict[bytes, bytes]) -> None:
    changes: dict[bytes, bytes | None] = {**dict.fromkeys(before), **after}
    old = Trie.from_items(before)
    found = difference(old, old.updated(changes))
    assert keys_of(found) == {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert len(found.items) == len(keys_of(found))


@given(pairs=st.lists(PAIRS, min_size=2, max_size=4))
def test_several_differences_lead_to_the_last_state(pairs: list[dict[bytes, bytes]]) -> None:
    states = [Trie.from_items(each) for each in pairs]
    steps = [whole(states[0]), *(difference(*two) for two in pairwise(states))]
    assert applied(Trie.empty(), steps).root == states[-1].root


@given(before=CHILDREN, after=CHILDREN)
def test_child_tries_come_and_go(
    before: dict[bytes, dict[bytes, bytes]], after: dict[bytes, dict[bytes, bytes]]
) -> None:
    old = state_with_children(Trie.from_items({b"k": b"v"}), before)
    overlay = Overlay(old)
    for name in {*before, *after}:
        child = child_of(overlay, name)
        child.kill()
        for key, value in after.get(name, {}).items():
            child.put(key, value)
    new = overlay.committed()
    made = applied(old, [Difference.decode(difference(old, new).encoded)])
    assert made.root == new.root
    assert {key: trie.root for key, trie in made.children.items()} == {
        key: trie.root for key, trie in new.children.items()
    }


def test_nodes_that_both_have_are_not_looked_at() -> None:
    before = Trie.from_items({number.to_bytes(4, "little"): b"v" for number in range(20_000)})
    after = before.updated({(7).to_bytes(4, "little"): b"w", b"new": b"v"})
    assert keys_of(difference(before, after)) == {(7).to_bytes(4, "little"), b"new"}


@pytest.mark.parametrize(
    "data", [b"", b"\2\0\0\0\0", b"\1", b"\1\xff\0\0\0", b"\1\6\0\0\0\2\0\0\0\0\0", b"\1\0\0\0\0\1"]
)
def test_bytes_that_are_no_difference_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        Difference.decode(data)


@given(cut=st.integers(0, 80))
def test_a_cut_difference_is_refused(cut: int) -> None:
    encoded = whole(Trie.from_items({b"key": bytes(33), b"other": b"value"})).encoded
    if cut < len(encoded):
        with pytest.raises(DecodeError):
            Difference.decode(encoded[:cut])


def test_a_state_with_a_withheld_value_cannot_be_told() -> None:
    with pytest.raises(WithheldValueError):
        whole(StrippedTrie.of({b":code": HashedValue(bytes(32))}))
