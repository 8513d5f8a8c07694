"""Specifications: real chains' give their published hashes, what is written is read, and what is wrong has a path."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chain.node.chain_store import genesis_block
from chain.spec.errors import SpecError
from chain.spec.genesis import RawGenesis, RuntimeGenesis, raw_genesis
from chain.spec.spec import ChainSpec
from chain.state.child import child_of, state_with_children
from chain.state.overlay import Overlay
from chain.trie.node import HashedValue
from chain.trie.trie import Trie
from tests.vectors import files_of, load, unhex


def spec_json(genesis: Any, **fields: Any) -> str:
    return json.dumps({"name": "Lab", "id": "lab", "genesis": genesis, **fields})


def raw_of(vector: Any) -> RawGenesis:
    """The genesis of a vector; its code may be given as a hash."""
    whole = {key: value for key, value in vector["top"].items() if isinstance(value, str)}
    spec = ChainSpec.from_json(spec_json({"raw": {"top": whole, "childrenDefault": {}}}))
    assert isinstance(spec.genesis, RawGenesis)
    stripped = {
        unhex(key): HashedValue(unhex(each["value_hash"])) for key, each in vector["top"].items() if key not in whole
    }
    return RawGenesis({**spec.genesis.top, **stripped}, spec.genesis.children)


@pytest.mark.parametrize("file", files_of("genesis"))
def test_the_genesis_of_real_chains(file: str) -> None:
    for vector in load(file)["vectors"]:
        state = raw_of(vector).state(vector["state_version"])
        assert state.root == unhex(vector["state_root"])
        if "genesis_hash" in vector:
            header = genesis_block(state).header
            assert (header.encoded, header.hash) == (unhex(vector["header"]), unhex(vector["genesis_hash"]))


def test_a_state_with_child_tries_is_written_and_read() -> None:
    state = state_with_children(Trie.from_items({b"k": b"v"}), {b"votes": {b"alice": b"\1", b"bob": bytes(40)}})
    spec = ChainSpec(name="Lab", id="lab", genesis=raw_genesis(state))
    again = ChainSpec.from_json(spec.to_json())
    assert again == spec
    assert isinstance(again.genesis, RawGenesis)
    made = again.genesis.state(1)
    assert made.root == state.root
    assert child_of(Overlay(made), b"votes").get(b"alice") == b"\1"


def test_what_means_nothing_here_is_kept() -> None:
    text = spec_json(
        {"runtimeGenesis": {"code": "0x00", "patch": {"a": 1}}}, telemetryEndpoints=[["/dns", 0]], bootNodes=["/ip4"]
    )
    spec = ChainSpec.from_json(text)
    assert (spec.chain_type, spec.boot_nodes) == ("Live", ("/ip4",))
    assert spec.genesis == RuntimeGenesis(b"\0", "patch", {"a": 1})
    assert json.loads(spec.to_json())["telemetryEndpoints"] == [["/dns", 0]]
    assert ChainSpec.from_json(spec.to_json()) == spec


def test_a_chain_may_have_a_type_of_its_own() -> None:
    spec = ChainSpec.from_json(spec_json({"raw": {"top": {}}}, chainType={"Custom": "Ward"}, properties=None))
    assert (spec.chain_type, spec.properties) == ("Ward", {})
    assert json.loads(spec.to_json())["chainType"] == {"Custom": "Ward"}


RAW: dict[str, Any] = {"raw": {"top": {}}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the specification is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "a specification is an object, not an array"),
        ("[" * 100_000, "the specification is nested too deeply"),
        ('{"name": 1, "name": 2}', "name: given twice"),
        ('{"name": "Lab"}', "id: missing"),
        (spec_json(RAW, name=7), "name: must be a string, not 7"),
        (
            spec_json(RAW, chainType="Moon"),
            'chainType: must be one of Development, Local, Live, or {"Custom": "a name"}',
        ),
        (spec_json(RAW, bootNodes=["a", 5]), "bootNodes[1]: must be a string, not 5"),
        (spec_json(RAW, bootNodes="a"), "bootNodes: must be an array"),
        (spec_json(RAW, properties=[]), "properties: must be an object, not an array"),
        (spec_json("raw"), 'genesis: must be an object, not "raw"'),
        (spec_json({}), "genesis: must have either raw or runtimeGenesis"),
        (spec_json({"cooked": {}}), "genesis.cooked: unknown; there are raw, runtimeGenesis"),
        (spec_json({"raw": {}}), "genesis.raw.top: missing"),
        (
            spec_json({"raw": {"top": {"0x1": "0x"}}}),
            'genesis.raw.top: must be 0x and hexadecimal digits, two a byte, not "0x1"',
        ),
        (
            spec_json({"raw": {"top": {"0x01": "zz"}}}),
            'genesis.raw.top.0x01: must be 0x and hexadecimal digits, two a byte, not "zz"',
        ),
        (spec_json({"raw": {"top": {"0x01": None}}}), "genesis.raw.top.0x01: must be a string, not null"),
        (
            spec_json({"raw": {"top": {}, "childrenDefault": {"0x01": 3}}}),
            "genesis.raw.childrenDefault.0x01: must be an object, not 3",
        ),
        (
            spec_json({"stateRootHash": "0x00"}),
            "genesis.stateRootHash: gives the root alone; a specification with all keys and values is needed",
        ),
        (
            spec_json({"runtime": {}}),
            "genesis.runtime: the old form, which only its runtime reads; convert it with that node's --raw",
        ),
        (
            spec_json({"runtimeGenesis": {"code": "0x"}}),
            "genesis.runtimeGenesis: must have one of patch, config, preset",
        ),
        (spec_json({"runtimeGenesis": {"preset": 1}}), "genesis.runtimeGenesis.preset: must be a string, not 1"),
    ],
)
def test_what_is_wrong_has_a_path(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        ChainSpec.from_json(text)
    assert str(caught.value) == message


def test_a_value_that_is_not_known_cannot_be_written() -> None:
    spec = ChainSpec(name="Lab", id="lab", genesis=RawGenesis({b":code": HashedValue(bytes(32))}, {}))
    with pytest.raises(ValueError, match="of the value of 0x3a636f6465 only the hash is known"):
        spec.to_json()
