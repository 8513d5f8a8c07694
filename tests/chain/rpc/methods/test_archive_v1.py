"""Blocks of any age, without following the chain."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from chain.crypto.hashing import blake2_256
from chain.rpc.limits import RpcLimits
from tests.chain.rpc.served_chain import ITEMS, Client, Refused, ServedChain, led, to_hex

UNKNOWN = "0x" + "11" * 32
UNKNOWN_ERROR = f"Client error: UnknownBlock: Header was not found in the database: {UNKNOWN}"


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain()


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


@pytest.fixture
def genesis(chain: ServedChain) -> str:
    return to_hex(chain.node.chain.genesis.hash)


def test_genesis_is_a_block_like_others(chain: ServedChain, client: Client, genesis: str) -> None:
    assert client.call("archive_v1_genesisHash") == genesis
    assert client.call("archive_v1_finalizedHeight") == 0
    assert client.call("archive_v1_hashByHeight", 0) == [genesis]
    assert client.call("archive_v1_header", genesis) == to_hex(chain.node.chain.genesis.header.encoded)
    assert client.call("archive_v1_body", genesis) == []
    assert client.call("archive_v1_call", genesis, "Echo_back", "0x01") == {"success": True, "value": "0x01"}
    client.call("archive_v1_storage", genesis, [{"key": to_hex(b":code"), "type": "value"}])
    assert client.events() == [
        {"event": "storage", "key": to_hex(b":code"), "value": to_hex(b"wasm")},
        {"event": "storageDone"},
    ]


def test_a_height_has_one_final_block_or_all_forks_the_best_first(chain: ServedChain, client: Client) -> None:
    first = chain.block()
    forks = [chain.fork(first.hash, mark) for mark in (1, 2)]
    best = chain.block(forks[1].hash)
    assert client.call("archive_v1_hashByHeight", 2) == [to_hex(forks[1].hash), to_hex(forks[0].hash)]
    assert client.call("archive_v1_hashByHeight", 3) == [to_hex(best.hash)]
    chain.node.finalize(forks[0].hash)
    assert client.call("archive_v1_finalizedHeight") == 2
    assert client.call("archive_v1_hashByHeight", 2) == [to_hex(forks[0].hash)]
    for height in (3, 2**32 - 1):
        assert client.call("archive_v1_hashByHeight", height) == []
    for malformed in (-1, 2**32, "0x1", None):
        with pytest.raises(Refused, match="Invalid params"):
            client.call("archive_v1_hashByHeight", malformed)


def test_a_body_has_the_lengths_of_its_extrinsics(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    block = chain.block(None, transaction)
    assert client.call("archive_v1_body", to_hex(block.hash)) == [led(transaction)]


def test_a_call_succeeds_or_says_why_not(client: Client, genesis: str) -> None:
    unknown, refused = (client.call("archive_v1_call", genesis, name, "") for name in ("No_such", "Refuse_data"))
    assert unknown == {
        "success": False,
        "error": "Client error: Execution failed: Exported method No_such is not found",
    }
    assert refused["success"] is False
    assert "no such bytes" in refused["error"]


def test_a_bug_in_a_call_is_an_internal_error(client: Client, genesis: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL), pytest.raises(Refused) as refused:
        client.call("archive_v1_call", genesis, "Have_bug", "")
    assert refused.value.code == -32603


def test_unknown_blocks_are_null_and_an_error_of_a_subscription(client: Client) -> None:
    assert client.call("archive_v1_header", UNKNOWN) is None
    assert client.call("archive_v1_body", UNKNOWN) is None
    assert client.call("archive_v1_call", UNKNOWN, "Echo_back", "") is None
    client.call("archive_v1_storage", UNKNOWN, [])
    assert client.events() == [{"event": "storageError", "error": UNKNOWN_ERROR}]
    client.call("archive_v1_storageDiff", UNKNOWN)
    assert client.events() == [{"event": "storageDiffError", "error": UNKNOWN_ERROR}]


@pytest.mark.parametrize(
    ("method", "rest"), [("header", []), ("body", []), ("call", ["Echo_back"]), ("storage", [[]]), ("storageDiff", [])]
)
def test_malformed_hashes_are_refused(method: str, rest: list[Any], client: Client) -> None:
    for block_hash in ("0x1234", "0xZZZZ", None):
        with pytest.raises(Refused) as refused:
            client.call(f"archive_v1_{method}", block_hash, *rest)
        assert refused.value.code == -32602


def test_descendants_begin_after_the_key_that_is_given(client: Client, genesis: str) -> None:
    keys = [to_hex(key) for key in ITEMS]
    query = {"key": to_hex(b"map:"), "type": "descendantsHashes", "paginationStartKey": keys[6]}
    client.call("archive_v1_storage", genesis, [query])
    *found, done = client.events()
    assert [event["key"] for event in found] == keys[7:]
    assert found[0]["hash"] == to_hex(blake2_256(bytes([7]) * 40))
    assert done == {"event": "storageDone"}


def test_a_child_trie_is_named_in_what_is_found(client: Client, genesis: str) -> None:
    client.call("archive_v1_storage", genesis, [{"key": to_hex(b"key"), "type": "value"}], to_hex(b"child"))
    found, _ = client.events()
    assert found == {
        "event": "storage",
        "key": to_hex(b"key"),
        "value": to_hex(b"value"),
        "childTrieKey": to_hex(b"child"),
    }


def test_a_long_answer_fills_no_queue(chain: ServedChain, genesis: str) -> None:
    client = chain.client(RpcLimits(queued=2, queued_bytes=500))
    client.call("archive_v1_storage", genesis, [{"key": "0x", "type": "descendantsValues"}])
    assert len(client.events()) > len(ITEMS)
    assert not client.connection.outbox.is_full


def test_a_stopped_answer_ends_and_a_finished_one_leaves_nothing(client: Client, genesis: str) -> None:
    name = client.result(client.send("archive_v1_storage", genesis, [{"key": "0x", "type": "descendantsValues"}]))
    client.told.clear()
    assert client.call("archive_v1_stopStorage", name) is None
    assert client.events() == []
    client.call("archive_v1_storage", genesis, [])
    assert client.events() == [{"event": "storageDone"}]
    assert len(client.connection.context.subscriptions) == 0


def differing(client: Client, *params: Any) -> list[dict[str, Any]]:
    client.call("archive_v1_storageDiff", *params)
    *found, done = client.events()
    assert done == {"event": "storageDiffDone"}
    return found


def test_what_a_block_changed_is_told(chain: ServedChain, client: Client) -> None:
    chain.node.set_storage({b"gone": b"1", b"kept": b"2", b"other": b"3"})
    chain.block()
    chain.node.set_storage({b"gone": None, b"kept": b"4", b"new": b"5"})
    block = to_hex(chain.node.best.hash)
    told = [
        {"event": "storageDiff", "key": to_hex(b"gone"), "value": to_hex(b"1"), "type": "deleted"},
        {"event": "storageDiff", "key": to_hex(b"kept"), "value": to_hex(b"4"), "type": "modified"},
        {"event": "storageDiff", "key": to_hex(b"new"), "value": to_hex(b"5"), "type": "added"},
    ]
    assert differing(client, block) == told
    query = {"key": to_hex(b"n"), "returnType": "hash"}
    hashed = {"event": "storageDiff", "key": to_hex(b"new"), "hash": to_hex(blake2_256(b"5")), "type": "added"}
    assert differing(client, block, [query]) == [hashed]


def test_a_difference_reaches_back_to_an_ancestor_only(chain: ServedChain, client: Client, genesis: str) -> None:
    first = chain.block(None, chain.transaction(key=2))
    second = chain.block(None, chain.transaction(key=3))
    beside = chain.fork(chain.node.chain.genesis.hash, 1)
    keys = [event["key"] for event in differing(client, to_hex(second.hash), None, genesis)]
    assert {"0x02", "0x03"} < set(keys)
    assert keys == sorted(keys)
    assert "0x02" not in [event["key"] for event in differing(client, to_hex(second.hash), None, to_hex(first.hash))]
    client.call("archive_v1_storageDiff", to_hex(second.hash), None, to_hex(beside.hash))
    assert client.events() == [
        {"event": "storageDiffError", "error": "Client error: previousHash is no ancestor of hash"}
    ]


def test_genesis_differs_from_no_block(client: Client, genesis: str) -> None:
    client.call("archive_v1_storageDiff", genesis)
    (told,) = client.events()
    assert told["event"] == "storageDiffError"
    assert differing(client, genesis, None, genesis) == []


def test_both_names_end_a_difference(client: Client, genesis: str) -> None:
    for method in ("archive_v1_stopStorageDiff", "archive_v1_storageDiff_stopStorageDiff"):
        assert client.call(method, client.result(client.send("archive_v1_storageDiff", genesis))) is None
    assert client.events() == []
