"""Entries and events are told by metadata alone, as JSON that every reader takes exactly."""

from __future__ import annotations

import pytest

from chain.client.told import EXACT, Told, ToldChange, camel_case, plain
from chain.crypto import ss58
from chain.crypto.development import account
from chain.metadata import Metadata
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.dev import DevRuntime

ALICE = account("Alice")


@pytest.fixture(scope="module")
def metadata() -> Metadata:
    return Metadata.decode(DevRuntime(Overlay(Trie.empty(1))).metadata_at_version(15) or b"")


def test_changes_are_told_by_item_keys_and_values_in_order(metadata: Metadata) -> None:
    told, storage = Told(metadata), metadata.storage
    issuance, alice = storage.key("Balances", "TotalIssuance"), storage.key("System", "Account", ALICE)
    info = storage.decode("System", "Account", None)
    same, unknown = storage.key("System", "Number"), b"\xff" * 32
    after = {
        alice: storage.encode("System", "Account", {**info, "nonce": 3}),
        issuance: (2**100).to_bytes(16, "little"),
        same: b"\1\0\0\0",
        unknown: b"\2",
        b":code": None,
    }
    before = {issuance: (1).to_bytes(16, "little"), same: b"\1\0\0\0", b":code": b"\3"}
    found = {change.item: change for change in told.changes(before, after)}
    assert list(found) == [name for _, name in sorted((each.storage_key, name) for name, each in found.items())]
    assert found.keys() == {"System.Account", "Balances.TotalIssuance", "0x" + "ff" * 32, ":code"}
    assert found["Balances.TotalIssuance"] == ToldChange(issuance, "Balances.TotalIssuance", (), 1, str(2**100))
    assert found["System.Account"].keys == (ss58.encode(ALICE),)
    assert (found["System.Account"].before, found["System.Account"].after["nonce"]) == (None, 3)
    assert (found[":code"].before, found[":code"].after) == ("0x03", None)


def test_a_value_that_is_none_of_its_type_is_told_by_its_bytes(metadata: Metadata) -> None:
    key = metadata.storage.key("Balances", "TotalIssuance")
    assert Told(metadata).changes({}, {key: b"\1"}) == [ToldChange(key, "0x" + key.hex(), (), None, "0x01")]
    assert Told(metadata).events(b"\xff") == []


def test_of_a_record_the_fields_that_differ_are_shown() -> None:
    change = ToldChange(
        b"", "System.Account", ("5G",), {"n": 1, "d": {"free": 5, "x": 0}}, {"n": 2, "d": {"free": 6, "x": 0}}
    )
    assert str(change) == "System.Account[5G]: n 1 became 2, d.free 5 became 6"
    assert str(ToldChange(b"", "Sudo.Key", (), "5G", None)) == "Sudo.Key: 5G became nothing"


def test_numbers_that_readers_of_json_round_are_written_as_text() -> None:
    assert plain({"a": (EXACT, EXACT + 1, -EXACT - 1, True, None, b"\1")}) == {
        "a": [EXACT, str(EXACT + 1), str(-EXACT - 1), True, None, "0x01"]
    }


@pytest.mark.parametrize(
    ("name", "expected"), [("System", "system"), ("TotalIssuance", "totalIssuance"), ("MMR", "mmr"), ("", "")]
)
def test_names_are_those_of_polkadot_js(name: str, expected: str) -> None:
    assert camel_case(name) == expected
