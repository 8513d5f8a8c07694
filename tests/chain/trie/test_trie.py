from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.trie.node import EMPTY_ROOT, Node, encode
from chain.trie.trie import Trie
from tests.chain.trie.strategies import CHANGES, KEYS, STATES


@given(STATES, KEYS)
def test_get_gives_what_was_put(state: dict[bytes, bytes], other: bytes) -> None:
    trie = Trie.from_items(state)
    for key in [*state, other, *(key + b"\0" for key in state), *(key[:-1] for key in state)]:
        assert trie.get(key) == state.get(key)
        assert (key in trie) == (key in state)


# what is remembered of a way goes to the 64th nibble: branches before it, there, after it, and partial keys over it
AROUND = st.builds(
    lambda first, middle, end: bytes((first,)) + b"p" * 29 + middle + end,
    st.integers(0, 1),
    st.lists(st.sampled_from([0x00, 0x01, 0x10]), max_size=3).map(bytes),
    st.lists(st.sampled_from([0x00, 0x01, 0x10]), max_size=2).map(bytes),
)


@given(st.dictionaries(AROUND, st.binary(max_size=40), max_size=20), st.lists(AROUND, max_size=8))
def test_what_was_asked_for_before_changes_no_answer(state: dict[bytes, bytes], others: list[bytes]) -> None:
    trie = Trie.from_items(state)
    for _ in range(3):
        for key in [*state, *others, b"", b"p" * 31, b"\0" + b"p" * 31]:
            assert trie.get(key) == state.get(key)


@given(STATES, st.lists(st.tuples(st.lists(KEYS, max_size=4), CHANGES), max_size=4))
def test_what_is_at_hand_is_what_is_there_whatever_was_made_of_the_trie(
    state: dict[bytes, bytes], blocks: list[tuple[list[bytes], dict[bytes, bytes | None]]]
) -> None:
    tries, states = [Trie.from_items(state)], [dict(state)]
    for asked, changes in blocks:
        for known, trie in zip(states, tries, strict=True):  # older ones are asked in between
            assert [trie.recall(key) for key in asked] == [known.get(key) for key in asked]
        tries.append(tries[-1].updated(changes))
        states.append({key: value for key, value in {**states[-1], **changes}.items() if value is not None})
    for known, trie in zip(states, tries, strict=True):
        keys = [*known, *(key for asked, changes in blocks for key in (*asked, *changes))]
        assert [trie.recall(key) for key in keys] == [trie.get(key) for key in keys] == [known.get(key) for key in keys]


def test_more_than_is_kept_at_hand_is_found_all_the_same() -> None:
    state = {number.to_bytes(3, "big"): number.to_bytes(2, "big") for number in range(5000)}
    trie = Trie.from_items(state)
    assert {key: trie.recall(key) for key in state} == state
    changed = trie.updated(dict.fromkeys(list(state)[:3000]))
    assert [changed.recall(key) for key in state] == [None] * 3000 + list(state.values())[3000:]


@given(STATES, KEYS)
def test_next_key_is_the_first_strictly_after(state: dict[bytes, bytes], other: bytes) -> None:
    trie = Trie.from_items(state)
    for key in [*state, other]:
        assert trie.next_key(key) == min((one for one in state if one > key), default=None)


@given(STATES, KEYS, KEYS)
def test_keys_and_items_are_those_of_a_sorted_list(state: dict[bytes, bytes], prefix: bytes, after: bytes) -> None:
    trie = Trie.from_items(state)
    under = sorted(key for key in state if key.startswith(prefix))
    assert list(trie.keys(prefix)) == under
    assert list(trie.keys(prefix, after)) == [key for key in under if key > after]
    assert list(trie.items(prefix, after)) == [(key, state[key]) for key in under if key > after]
    assert list(trie.keys_from(after)) == sorted(key for key in state if key >= after)
    assert trie.has_prefix(prefix) == any(key.startswith(prefix) for key in state)


def test_iteration_does_only_what_is_asked_for() -> None:
    trie = Trie.from_items({number.to_bytes(4, "big"): b"" for number in range(5000)})
    keys = trie.keys(after=(4000).to_bytes(4, "big"))
    assert [next(keys), next(keys)] == [(4001).to_bytes(4, "big"), (4002).to_bytes(4, "big")]


@given(STATES, KEYS)
def test_without_prefix_removes_what_begins_with_it(state: dict[bytes, bytes], prefix: bytes) -> None:
    rest = {key: value for key, value in state.items() if not key.startswith(prefix)}
    assert Trie.from_items(state).without_prefix(prefix).root == Trie.from_items(rest).root


def test_from_items_takes_the_last_of_equal_keys() -> None:
    assert dict(Trie.from_items([(b"k", b"1"), (b"k", b"2")]).items()) == {b"k": b"2"}


def test_the_empty_trie_has_no_keys() -> None:
    trie = Trie.empty()
    assert (trie.root, trie.version, trie.get(b""), trie.next_key(b"")) == (EMPTY_ROOT, 1, None, None)


@pytest.mark.parametrize("version", [-1, 2, 255])
def test_an_unknown_state_version_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match=f"state version {version}"):
        Trie.empty(version)
    with pytest.raises(ValueError, match=f"state version {version}"):
        Trie.empty(1).with_version(version)


def test_the_merkle_value_is_that_of_the_closest_node_at_or_below() -> None:
    leaf = encode(Node(bytes([4]) + bytes([6, 1] * 40), b"w"))
    trie = Trie.from_items({b"\x12": b"v", b"\x12\x34" + b"a" * 40: b"w"})
    assert trie.closest_merkle_value(b"") == trie.root
    assert trie.closest_merkle_value(b"\x12") == trie.root
    assert trie.closest_merkle_value(b"\x12\x34") == blake2_256(leaf)
    assert trie.closest_merkle_value(b"\x12\x34a") == blake2_256(leaf)
    assert trie.closest_merkle_value(b"\x12\x35") is None
    assert trie.closest_merkle_value(b"\x13") is None
    assert Trie.empty().closest_merkle_value(b"") is None


def test_the_merkle_value_of_a_short_node_is_the_node() -> None:
    trie = Trie.from_items({b"\x12": b"v", b"\x12\x34": b"w"})
    assert trie.closest_merkle_value(b"\x12\x34") == encode(Node(bytes([4]), b"w"))


@given(STATES, KEYS)
def test_a_merkle_value_exists_where_keys_are(state: dict[bytes, bytes], prefix: bytes) -> None:
    value = Trie.from_items(state).closest_merkle_value(prefix)
    assert (value is not None) == any(key.startswith(prefix) for key in state)
