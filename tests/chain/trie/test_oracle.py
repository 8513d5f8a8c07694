from __future__ import annotations

from hypothesis import given

from chain.crypto.hashing import blake2_256
from chain.trie.node import EMPTY_ROOT, HashedValue, Node, encode
from chain.trie.oracle import root_of
from tests.chain.trie.strategies import STATES


def test_no_pairs_have_the_empty_root() -> None:
    assert root_of({}, 1) == EMPTY_ROOT


def test_one_pair_is_one_leaf() -> None:
    assert root_of({b"\x12": b"v"}, 1) == blake2_256(bytes.fromhex("42120476"))


def test_a_key_that_begins_another_is_a_branch_with_value() -> None:
    leaf = encode(Node(bytes([4]), b"w"))
    children = [None] * 3 + [leaf] + [None] * 12
    assert root_of({b"\x12": b"v", b"\x12\x34": b"w"}, 0) == blake2_256(
        encode(Node(bytes([1, 2]), b"v", tuple(children)))
    )


@given(STATES)
def test_a_value_may_be_given_by_its_hash(state: dict[bytes, bytes]) -> None:
    hashed = {key: HashedValue(blake2_256(value)) if len(value) > 32 else value for key, value in state.items()}
    assert root_of(hashed, 1) == root_of(state, 1)
