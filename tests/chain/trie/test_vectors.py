"""Roots, genesis states and ordered roots that others computed."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto.hashing import blake2_256
from chain.trie.node import EMPTY_ROOT, HashedValue
from chain.trie.oracle import root_of
from chain.trie.ordered import ordered_root
from chain.trie.stripped import StrippedTrie
from chain.trie.trie import Trie
from tests.vectors import files_of, load, unhex


def _cases(folder: str, kind: str) -> list[Any]:
    files = [name for name in files_of(folder) if load(name)["about"]["kind"] == kind]
    return [pytest.param(vector, id=vector["id"]) for name in files for vector in load(name)["vectors"]]


@pytest.mark.parametrize("vector", _cases("trie", "trie_root"))
def test_pairs_have_the_root_that_others_found(vector: dict[str, Any]) -> None:
    pairs = [(unhex(key), unhex(value)) for key, value in vector["entries"]]
    roots = vector["roots"] if "roots" in vector else {vector["state_version"]: vector["root"]}
    for version, root in roots.items():
        assert Trie.from_items(pairs, int(version)).root == unhex(root)
        if len(pairs) < 1000:
            assert root_of(pairs, int(version)) == unhex(root)


@pytest.mark.parametrize("vector", _cases("trie", "ordered_root"))
def test_lists_have_the_root_that_others_found(vector: dict[str, Any]) -> None:
    values = [unhex(value) for value in vector["values"]]
    assert ordered_root(values, vector["state_version"]) == unhex(vector["root"])


@pytest.mark.parametrize("vector", _cases("genesis", "genesis"))
def test_a_whole_genesis_has_its_state_root_and_hash(vector: dict[str, Any]) -> None:
    top = {unhex(key): unhex(value) for key, value in vector["top"].items()}
    state = Trie.from_items(top, vector["state_version"])
    assert len(top) == vector["entry_count"]
    assert dict(state.items()) == top
    for version, root in vector["state_root_other_version"].items():
        assert Trie.from_items(top, int(version)).root == unhex(root)
    _check_header(vector, state.root)


@pytest.mark.parametrize("vector", _cases("genesis", "genesis_stripped"))
def test_a_genesis_without_its_code_has_its_state_root_and_hash(vector: dict[str, Any]) -> None:
    top = {
        unhex(key): HashedValue(unhex(value["value_hash"])) if isinstance(value, dict) else unhex(value)
        for key, value in vector["top"].items()
    }
    assert len(top) == vector["entry_count"]
    _check_header(vector, root_of(top, vector["state_version"]))
    if vector["state_version"] == 1:
        _check_header(vector, StrippedTrie.of(top).root)


def _check_header(vector: dict[str, Any], root: bytes) -> None:
    assert root == unhex(vector["state_root"])
    if "genesis_hash" in vector:
        header = bytes(32) + b"\0" + root + EMPTY_ROOT + b"\0"
        assert header == unhex(vector["header"])
        assert blake2_256(header) == unhex(vector["genesis_hash"])
