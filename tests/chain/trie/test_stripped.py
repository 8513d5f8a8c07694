"""A state without some values has the root that it has with them, and goes on having it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.trie.node import HashedValue
from chain.trie.stripped import StrippedTrie, WithheldValueError
from chain.trie.trie import Trie
from tests.chain.trie.strategies import CHANGES, STATES

CODE = b":code"


def stripped(whole: Mapping[bytes, bytes], *keys: bytes) -> StrippedTrie:
    return StrippedTrie.of(
        {key: HashedValue(blake2_256(value)) if key in keys else value for key, value in whole.items()}
    )


@given(STATES, st.binary(min_size=33, max_size=80), CHANGES)
def test_the_roots_before_and_after_any_changes_are_those_of_the_whole_state(
    rest: dict[bytes, bytes], code: bytes, changes: dict[bytes, bytes | None]
) -> None:
    whole = Trie.from_items({**rest, CODE: code})
    bare = stripped({**rest, CODE: code}, CODE)
    assert bare.root == whole.root
    others = {key: value for key, value in changes.items() if key != CODE}
    assert bare.updated(others).root == whole.updated(others).root
    assert list(bare.keys()) == list(whole.keys())


def test_below_another_key_and_at_a_branch_too() -> None:
    whole = {b"a": bytes(40), b"ab": b"1", b"ac": b"2", CODE: bytes(100)}
    assert stripped(whole, b"a", CODE).root == Trie.from_items(whole).root


def test_a_withheld_value_cannot_be_read_iterated_or_proved_until_it_is_written() -> None:
    trie = stripped({b"a": b"1", CODE: bytes(100)}, CODE)
    assert trie.get(b"a") == b"1"
    assert trie.prove([b"a"], visited=[CODE])
    for read in (lambda: trie.get(CODE), lambda: dict(trie.items()), lambda: trie.prove([CODE])):
        with pytest.raises(WithheldValueError, match="0x3a636f6465"):
            read()
    assert trie.with_version(1).updated({CODE: b"new"}).get(CODE) == b"new"
    assert trie.updated({}) is trie


def test_only_a_state_of_version_1_may_be_stripped_of_values_that_it_inlines() -> None:
    """A value of 32 bytes or fewer stands in its node; given as a hash it gives another root."""
    assert stripped({CODE: bytes(32)}, CODE).root != Trie.from_items({CODE: bytes(32)}).root
