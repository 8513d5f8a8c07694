"""Storage of real runtimes by name: keys and values that others made."""

from __future__ import annotations

from typing import Any

import pytest

from chain.metadata import Metadata, NotInMetadata
from chain.metadata.storage import HASH_SIZES, HashedKey
from chain.metadata.v14 import StorageModifier
from chain.scale import DecodeError, EncodeError
from tests.chain.metadata.neutral import from_neutral, to_neutral
from tests.chain.metadata.samples import SAMPLES, metadata_of, sample
from tests.vectors import files_of, load, unhex

VECTORS = [
    pytest.param(load(name)["about"]["metadata"], vector, id=f"{vector['pallet']}.{vector['item']}-{number}")
    for name in ("storage_keys/node_template.json", "storage_keys/polkadot.json")
    for number, vector in enumerate(load(name)["vectors"])
]
CHAINS = files_of("golden")
ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")


@pytest.fixture
def node() -> Metadata:
    return metadata_of("metadata/v14-node-template.json")


@pytest.mark.parametrize(("path", "vector"), VECTORS)
def test_the_key_of_the_names_and_keys_is_that_of_others(path: str, vector: dict[str, Any]) -> None:
    metadata, registry = metadata_of(path), metadata_of(path).registry
    item = metadata.storage.item(vector["pallet"], vector["item"])
    values = vector.get("key_values", [])

    keys = [from_neutral(registry, *pair) for pair in zip(item.key_types, values, strict=True)]

    key = metadata.storage.key(vector["pallet"], vector["item"], *keys)
    assert key == unhex(vector["key"])
    assert metadata.storage.find(key) == item
    found, known = metadata.storage.decode_key(key)
    assert found == item
    for hasher, type_id, each, value in zip(item.hashers, item.key_types, known, values, strict=True):
        if isinstance(each, HashedKey):
            assert hasher in HASH_SIZES
        else:
            assert to_neutral(registry, type_id, each) == value


def test_fewer_keys_give_what_the_keys_of_the_entries_begin_with(node: Metadata) -> None:
    whole = node.storage.key("System", "Account", ALICE)

    prefix = node.storage.key("System", "Account")

    assert whole.startswith(prefix)
    assert len(prefix) == 32
    with pytest.raises(EncodeError, match=r"System\.Account: 2 keys, and the item has 1"):
        node.storage.key("System", "Account", ALICE, 0)
    with pytest.raises(EncodeError, match="AccountId32: 5 is neither bytes nor hex"):
        node.storage.key("System", "Account", 5)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_default_decodes_and_encodes_back(name: str) -> None:
    metadata = sample(name)
    for pallet in metadata.view.pallets:
        for item in pallet.storage:
            if item.modifier is StorageModifier.DEFAULT:
                value = metadata.storage.decode(pallet.name, item.name, None)
                assert metadata.storage.encode(pallet.name, item.name, value) == item.default
            else:
                assert metadata.storage.decode(pallet.name, item.name, None) is None


@pytest.mark.parametrize("name", CHAINS)
def test_the_whole_state_of_a_recorded_chain_decodes_and_encodes_back(name: str) -> None:
    chain = load(name)
    for version in chain["metadata"].keys() & {"V14", "V15"}:
        metadata = sample(f"{chain['runtime']} {version}")
        named = [check_entry(metadata, unhex(key), unhex(value)) for key, value in written(chain) if value]
        assert len({item for item in named if item}) > 20


def written(chain: dict[str, Any]) -> list[tuple[str, str | None]]:
    """All that genesis and the blocks write."""
    entries = list(chain["genesis"].items())
    for block in chain["blocks"]:
        for diff in (block["initialize"], *(step["diff"] for step in block["steps"]), block["finalize"]):
            entries += diff.items()
    return entries


def check_entry(metadata: Metadata, key: bytes, value: bytes) -> str | None:
    """The item of an entry, whose key and value must decode and encode back; None for keys of no item."""
    item = metadata.storage.find(key)
    if item is None:
        return None
    decoded = metadata.storage.decode(item.pallet, item.name, value)
    assert metadata.storage.encode(item.pallet, item.name, decoded) == value
    _, keys = metadata.storage.decode_key(key)
    if not any(isinstance(each, HashedKey) for each in keys):
        assert metadata.storage.key(item.pallet, item.name, *keys) == key
    return f"{item.pallet}.{item.name}"


def test_names_and_keys_of_no_item_are_refused(node: Metadata) -> None:
    with pytest.raises(NotInMetadata, match=r"no storage item System\.Acount; near it: System\.Account"):
        node.storage.key("System", "Acount")
    with pytest.raises(NotInMetadata, match=r"no storage item with the key 0x3a636f6465$"):
        node.storage.decode_key(b":code")
    assert node.storage.find(b":code") is None


def test_a_key_with_a_wrong_hash_a_missing_or_a_left_over_byte_is_refused(node: Metadata) -> None:
    key = node.storage.key("System", "Account", ALICE)

    with pytest.raises(DecodeError, match=r"key of System\.Account at byte 32: the hash is not that of the key"):
        node.storage.decode_key(key[:40] + b"\0" + key[41:])
    with pytest.raises(DecodeError, match="AccountId32 at byte 48: needs 32 bytes, 31 left"):
        node.storage.decode_key(key[:-1])
    with pytest.raises(DecodeError, match=r"key of System\.Account at byte 80: 1 bytes are left over"):
        node.storage.decode_key(key + b"\0")
