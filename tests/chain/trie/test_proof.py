from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.trie.node import EMPTY_ROOT, Node, encode
from chain.trie.proof import IncompleteProofError, InvalidProofError, ProofReader
from chain.trie.trie import Trie
from tests.chain.trie.strategies import KEYS, STATES, VERSIONS
from tests.vectors import files_of, load, unhex


@pytest.mark.parametrize(
    "vector", [pytest.param(one, id=one["id"]) for name in files_of("proofs") for one in load(name)["vectors"]]
)
def test_real_proofs_give_what_others_read_from_them(vector: dict[str, Any]) -> None:
    reader = ProofReader(unhex(vector["root"]), map(unhex, vector["nodes"]))
    known = dict(reader.known_items())
    for check in vector["checks"]:
        key = unhex(check["key"])
        if check.get("incomplete"):
            with pytest.raises(IncompleteProofError):
                reader.get(key)
            assert key not in known
        elif check["value"] is None:
            assert reader.get(key) is None
            assert key not in known
        else:
            assert reader.get(key) == known[key] == unhex(check["value"])


def test_prefix_proofs_of_a_real_chain_show_all_keys_together() -> None:
    about, vectors = load("proofs/smoldot_prefix.json").values()
    shown: set[bytes] = set()
    nodes = [unhex(node) for vector in vectors for node in vector["nodes"]]
    for vector in vectors:
        prefix = unhex(vector["prefix"])
        shown |= {key for key, _ in ProofReader(unhex(vector["root"]), nodes).known_items(prefix)}
    assert sorted(shown) == sorted(map(unhex, about["expected_keys_under_prefix"]))


@settings(max_examples=150)
@given(STATES, st.lists(KEYS, max_size=4), VERSIONS)
def test_what_is_proved_can_be_read(state: dict[bytes, bytes], others: list[bytes], version: int) -> None:
    trie = Trie.from_items(state, version)
    keys = [*list(state)[::2], *others]
    proof = trie.prove(keys)
    reader = ProofReader(trie.root, reversed(proof), version)
    assert [reader.get(key) for key in keys] == [state.get(key) for key in keys]
    assert len(set(proof)) == len(proof)
    assert trie.prove(reversed(keys)) == proof
    assert set(reader.known_items()) <= set(state.items())
    assert {key for key, _ in reader.known_items()} >= {key for key in keys if key in state}


@settings(max_examples=150)
@given(STATES.filter(bool), KEYS, VERSIONS, st.data())
def test_a_proof_with_a_node_missing_never_gives_a_wrong_answer(
    state: dict[bytes, bytes], other: bytes, version: int, data: st.DataObject
) -> None:
    trie = Trie.from_items(state, version)
    keys = [*state, other]
    proof = trie.prove(keys)
    missing = data.draw(st.sampled_from(proof))
    rest = [node for node in proof if node != missing]
    if blake2_256(missing) == trie.root:
        with pytest.raises(InvalidProofError, match="no node for the root"):
            ProofReader(trie.root, rest, version)
        return
    reader = ProofReader(trie.root, rest, version)
    errors = []
    for key in keys:
        try:
            assert reader.get(key) == state.get(key)
        except IncompleteProofError as error:
            errors.append((error.missing, error.key == key))
    assert set(errors) == {(blake2_256(missing), True)}


@given(STATES, KEYS)
def test_a_visited_key_is_shown_without_its_hashed_value(state: dict[bytes, bytes], other: bytes) -> None:
    trie = Trie.from_items(state, 1)
    reader = ProofReader(trie.root, trie.prove([], visited=[*state, other]))
    for key in [*state, other]:
        value = state.get(key)
        if value is not None and len(value) > 32:
            with pytest.raises(IncompleteProofError):
                reader.get(key)
        else:
            assert reader.get(key) == value


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4), KEYS)
def test_random_nodes_give_no_other_error(nodes: list[bytes], key: bytes) -> None:
    try:
        reader = ProofReader(blake2_256(nodes[0]), nodes)
        value = reader.get(key)
        pairs = dict(reader.known_items())
    except (InvalidProofError, IncompleteProofError):
        return
    assert pairs.get(key) == value


def test_the_empty_state_needs_no_nodes() -> None:
    assert Trie.empty().prove([b"k"]) == [b"\0"]
    assert ProofReader(EMPTY_ROOT, []).get(b"k") is None


def test_a_malformed_node_makes_a_proof_invalid() -> None:
    branch = encode(Node(b"", None, (b"\x42\x34", *[None] * 15)))
    reader = ProofReader(blake2_256(branch), [branch])
    assert reader.get(b"\x11") is None
    with pytest.raises(InvalidProofError, match="malformed node in the proof: trie node: no length"):
        reader.get(b"\x01\x23")


def test_a_value_that_is_not_under_whole_bytes_makes_a_proof_invalid() -> None:
    leaf = encode(Node(bytes([1]), b"v"))
    with pytest.raises(InvalidProofError, match="1 nibbles"):
        list(ProofReader(blake2_256(leaf), [leaf]).known_items())


def test_version_0_knows_no_hashed_values() -> None:
    trie = Trie.from_items({b"k": bytes(40)}, 1)
    with pytest.raises(InvalidProofError, match="state version 0"):
        ProofReader(trie.root, trie.prove([b"k"]), version=0).get(b"k")


def test_a_proof_of_one_key_among_many_has_one_node_a_level() -> None:
    trie = Trie.from_items({blake2_256(number.to_bytes(4, "big")): bytes(80) for number in range(2000)})
    key = blake2_256((7).to_bytes(4, "big"))
    proof = trie.prove([key])
    assert 4 <= len(proof) <= 6
    assert proof[-1] == bytes(80)
    assert blake2_256(proof[0]) == trie.root
