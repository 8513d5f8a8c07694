"""A state goes to a file and comes back with its root; a damaged file says what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.node.chain_store import ImportedBlock, genesis_block
from chain.node.state_file import StateFileError, read_state, write_state
from chain.state.child import state_with_children
from chain.trie.trie import Trie

KEYS = st.binary(max_size=6).filter(lambda key: not key.startswith(b":child"))
PAIRS = st.dictionaries(KEYS, st.binary(max_size=40), max_size=6)


def block_of(state: Trie) -> ImportedBlock:
    return ImportedBlock(genesis_block(state), state)


@pytest.mark.parametrize("suffix", ["json", "msgpack"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    pairs=PAIRS,
    children=st.dictionaries(st.binary(min_size=1, max_size=3), PAIRS.filter(bool), max_size=2),
    version=st.integers(0, 1),
)
def test_a_state_comes_back_with_its_root(
    tmp_path: Path,
    suffix: str,
    pairs: dict[bytes, bytes],
    children: dict[bytes, dict[bytes, bytes]],
    version: int,
) -> None:
    state = state_with_children(Trie.from_items(pairs, version), children)
    block, path = block_of(state), tmp_path / f"state.{suffix}"
    write_state(path, block)
    found = read_state(path)
    assert (found.state.root, found.state.version) == (state.root, version)
    assert dict(found.state.items()) == dict(state.items())
    assert {key: dict(child.items()) for key, child in found.state.children.items()} == {
        key: dict(child.items()) for key, child in state.children.items()
    }
    assert (found.block_hash, found.block_number) == (block.hash, 0)


def test_json_tells_what_entries_mean_and_may_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_state(
        path, block_of(Trie.from_items({b"a": b"\1"})), lambda key, _value: {"item": key.decode(), "means": "1"}
    )
    content = json.loads(path.read_text())
    assert content["entries"] == [{"key": "0x61", "value": "0x01", "item": "a", "means": "1"}]
    content["entries"][0]["value"] = "0x02"
    path.write_text(json.dumps(content))
    with pytest.raises(StateFileError, match="the entries have the root 0x"):
        read_state(path)
    assert read_state(path, is_edited=True).state.get(b"a") == b"\2"


def test_a_state_of_both_versions_is_refused(tmp_path: Path) -> None:
    mixed = Trie.from_items({b"long": bytes(40)}, 0).with_version(1).updated({b"other": bytes(40)})
    with pytest.raises(StateFileError, match="values of both state versions"):
        write_state(tmp_path / "state", block_of(mixed))


Change = Callable[[dict[str, Any]], object]

WRONG: list[tuple[Change, str]] = [
    (lambda c: c.update(format="else"), "not a palletlab-state file"),
    (lambda c: c.update(version=2), "version 2; this program reads version 1"),
    (lambda c: c.pop("root"), "missing or unknown fields: root"),
    (lambda c: c.update(state_version=True), "state_version: True is neither 0 nor 1"),
    (lambda c: c.update(block=[]), "block: not a hash and a number"),
    (lambda c: c["block"].update(number=-1), "block.number: -1 is no block number"),
    (lambda c: c["block"].update(hash="0x00"), "block.hash: a hash has 32 bytes, not 1"),
    (lambda c: c.update(root="abc"), "root: 'abc' is not 0x and pairs of hexadecimal digits"),
    (lambda c: c.update(entries={}), "entries: not a list"),
    (lambda c: c["entries"].append({"key": "0x"}), r"entries\[1\]: not a key and a value"),
    (lambda c: c["entries"][0].update(more=1), r"entries\[0\]: unknown field more"),
    (lambda c: c["entries"][0].update(key="0x6"), r"entries\[0\].key: '0x6' is not 0x"),
    (lambda c: c["entries"].append(c["entries"][0]), "entries: a key stands there twice"),
    (lambda c: c["entries"][0].update(key="0x" + b":child_storage:x".hex()), "roots of child tries follow"),
    (lambda c: c.update(children=[]), "children: not an object of names"),
    (lambda c: c["children"].update(x=[]), "children: 'x' is not 0x"),
    (lambda c: c["children"].update({"0x78": [5]}), r"children\['0x78'\]\[0\]: not a key and a value"),
    (lambda c: c["entries"][0].update(key="0x" + "61" * 40_000), "a key is too long: a partial key of 80000 nibbles"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG)
def test_a_damaged_file_says_what_is_wrong(tmp_path: Path, change: Change, sentence: str) -> None:
    path = tmp_path / "state.json"
    write_state(path, block_of(Trie.from_items({b"a": b"\1"})))
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(StateFileError, match=sentence) as caught:
        read_state(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("data", [b"", b"{", b"\xc1", b"[" * 100_000, msgpack.Packer().pack([1])])
def test_what_is_no_such_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "state"
    path.write_bytes(data)
    with pytest.raises(StateFileError):
        read_state(path)
