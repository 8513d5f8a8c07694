"""Operations of a session: told after the reply, bit by bit, until they end, are stopped or wait."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from chain.crypto.hashing import blake2_256
from chain.rpc.chain_head.limits import FollowLimits
from tests.chain.rpc.served_chain import ITEMS, Client, Refused, ServedChain, led, to_hex

ALL = {"key": to_hex(b"map:"), "type": "descendantsValues"}


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain(FollowLimits(page_items=4, operations=3))


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


@pytest.fixture
def follow(client: Client) -> str:
    name: str = client.call("chainHead_v1_follow", True)
    client.events()
    return name


@pytest.fixture
def block(chain: ServedChain) -> str:
    return to_hex(chain.node.chain.genesis.hash)


def started(reply: dict[str, Any]) -> str:
    operation: str = Client.result(reply)["operationId"]
    assert Client.result(reply)["result"] == "started"
    return operation


def test_a_body_is_told_with_the_lengths_of_its_extrinsics(chain: ServedChain, client: Client, follow: str) -> None:
    transactions = chain.transaction(), chain.transaction()
    name = to_hex(chain.block(None, *transactions).hash)
    client.events()
    reply = client.call("chainHead_v1_body", follow, name)
    assert reply == {"result": "started", "operationId": "1"}
    value = [led(transaction) for transaction in transactions]
    assert client.events() == [{"event": "operationBodyDone", "operationId": "1", "value": value}]


def test_a_call_is_answered_and_what_it_writes_is_not_kept(client: Client, follow: str, block: str) -> None:
    client.call("chainHead_v1_call", follow, block, "Echo_back", "")
    client.call("chainHead_v1_call", follow, block, "Echo_back", "0x0a0b")
    client.call("chainHead_v1_call", follow, block, "Write_value", to_hex(b"here"))
    client.call("chainHead_v1_call", follow, block, "Read_value", to_hex(b"here"))
    assert [event["output"] for event in client.events()] == ["0x", "0x0a0b", to_hex(b"written"), "0x"]


def test_a_call_that_fails_says_why(client: Client, follow: str, block: str, caplog: pytest.LogCaptureFixture) -> None:
    for method in ("No_such", "Refuse_data", "Have_bug"):
        client.call("chainHead_v1_call", follow, block, method, "0x")
    with caplog.at_level(logging.CRITICAL):
        events = client.events()
    assert [event["event"] for event in events] == ["operationError"] * 3
    assert [event["error"] for event in events] == [
        "Client error: Execution failed: Exported method No_such is not found",
        "Client error: Execution failed: Runtime panicked: "
        "Bad input data provided to data: Refuse_data at byte 3: no such bytes",
        "Internal error",
    ]


def test_storage_is_told_by_every_type_of_query(chain: ServedChain, client: Client, follow: str, block: str) -> None:
    state = chain.node.chain.genesis.state
    key, missing = to_hex(b":code"), to_hex(b"none")
    queries = [
        {"key": key, "type": "value"},
        {"key": key, "type": "hash"},
        {"key": missing, "type": "value"},
        {"key": to_hex(b"map:"), "type": "closestDescendantMerkleValue"},
        {"key": missing, "type": "closestDescendantMerkleValue"},
        {"key": missing, "type": "descendantsHashes"},
    ]
    reply = client.call("chainHead_v1_storage", follow, block, queries)
    assert reply == {"result": "started", "operationId": "1", "discardedItems": 0}
    items, done = client.events()
    assert items["items"] == [
        {"key": key, "value": to_hex(b"wasm")},
        {"key": key, "hash": to_hex(blake2_256(b"wasm"))},
        {"key": to_hex(b"map:"), "closestDescendantMerkleValue": to_hex(state.closest_merkle_value(b"map:") or b"")},
    ]
    assert done == {"event": "operationStorageDone", "operationId": "1"}


def test_a_child_trie_is_asked_by_its_name(client: Client, follow: str, block: str) -> None:
    query = [{"key": "0x", "type": "descendantsValues"}]
    client.call("chainHead_v1_storage", follow, block, query, to_hex(b"child"))
    items, _ = client.events()
    assert items["items"] == [
        {"key": to_hex(b"key"), "value": to_hex(b"value"), "childTrieKey": to_hex(b"child")},
    ]
    client.call("chainHead_v1_storage", follow, block, query, to_hex(b"none"))
    assert [event["event"] for event in client.events()] == ["operationStorageDone"]


def test_a_long_answer_comes_in_pages_for_which_the_client_asks(client: Client, follow: str, block: str) -> None:
    operation = started(client.send("chainHead_v1_storage", follow, block, [ALL]))
    found = list[Any]()
    for size in (4, 4):
        items, waiting = client.events()
        assert len(items["items"]) == size
        assert waiting == {"event": "operationWaitingForContinue", "operationId": operation}
        found += items["items"]
        assert client.call("chainHead_v1_continue", follow, operation) is None
    items, done = client.events()
    found += items["items"]
    assert found == [{"key": to_hex(key), "value": to_hex(value)} for key, value in ITEMS.items()]
    assert done["event"] == "operationStorageDone"


def test_pages_are_full_by_bytes_too(block: str) -> None:
    chain = ServedChain(FollowLimits(page_bytes=100))
    client = chain.client()
    follow = client.call("chainHead_v1_follow", False)
    client.events()
    client.call("chainHead_v1_storage", follow, block, [ALL])
    items, waiting = client.events()
    assert len(items["items"]) == 3
    assert waiting["event"] == "operationWaitingForContinue"


def test_the_last_page_waits_for_nobody(client: Client, follow: str, block: str) -> None:
    queries = [{"key": to_hex(key), "type": "value"} for key in list(ITEMS)[:4]]
    client.call("chainHead_v1_storage", follow, block, queries)
    assert [event["event"] for event in client.events()] == ["operationStorageItems", "operationStorageDone"]


def test_what_does_not_wait_cannot_be_continued(client: Client, follow: str, block: str) -> None:
    operation = started(client.send("chainHead_v1_storage", follow, block, [ALL]))
    with pytest.raises(Refused) as refused:
        client.result(client.send("chainHead_v1_continue", follow, operation))
    assert refused.value.code == -32803
    client.read()
    assert client.call("chainHead_v1_continue", follow, operation) is None
    assert client.call("chainHead_v1_continue", follow, "nonsense") is None


def test_nothing_is_computed_before_the_client_reads(chain: ServedChain, client: Client, follow: str) -> None:
    block = to_hex(chain.block().hash)
    client.events()
    client.connection.receive(
        f'{{"jsonrpc":"2.0","id":1,"method":"chainHead_v1_call","params":["{follow}","{block}","Have_bug","0x"]}}'
    )
    assert len(client.connection.outbox) == 2
    assert '"started"' in str(client.connection.outbox.take())
    assert client.call("chainHead_v1_unfollow", follow) is None
    assert client.events() == []


def test_a_stopped_operation_tells_no_more(client: Client, follow: str, block: str) -> None:
    operation = started(client.send("chainHead_v1_storage", follow, block, [ALL]))
    client.read()
    assert client.call("chainHead_v1_stopOperation", follow, operation) is None
    client.events()
    assert client.call("chainHead_v1_continue", follow, operation) is None
    assert client.events() == []
    assert client.call("chainHead_v1_stopOperation", follow, operation) is None


def test_operations_are_limited_until_one_ends(client: Client, follow: str, block: str) -> None:
    operations = [started(client.send("chainHead_v1_storage", follow, block, [ALL])) for _ in range(3)]
    client.read()
    assert client.call("chainHead_v1_body", follow, block) == {"result": "limitReached"}
    assert client.call("chainHead_v1_storage", follow, block, [ALL]) == {"result": "limitReached"}
    client.call("chainHead_v1_stopOperation", follow, operations[0])
    started(client.send("chainHead_v1_body", follow, block))
    client.read()
    started(client.send("chainHead_v1_body", follow, block))


def test_operations_end_with_their_block_unpinned(client: Client, follow: str, block: str) -> None:
    operation = started(client.send("chainHead_v1_storage", follow, block, [ALL]))
    client.events()
    client.call("chainHead_v1_unpin", follow, block)
    client.call("chainHead_v1_continue", follow, operation)
    assert [event["event"] for event in client.events()] == ["operationStorageItems", "operationWaitingForContinue"]


def test_operations_take_turns(client: Client, follow: str, block: str) -> None:
    message = [
        {
            "jsonrpc": "2.0",
            "id": at,
            "method": "chainHead_v1_storage",
            "params": [follow, block, [ALL]],
        }
        for at in (1, 2)
    ]
    client.connection.receive(json.dumps(message))
    client.connection.outbox.take()
    assert [event["operationId"] for event in client.events()] == ["1", "2", "1", "2"]


@pytest.mark.parametrize(
    "items",
    [
        [{"key": "0x00", "type": "everything"}],
        [{"key": "0x0", "type": "value"}],
        [{"type": "value"}],
        [{"key": "0x00"}],
        [{"key": "0x00", "type": ["value"]}],
        [{"key": "0x00", "type": "value", "paginationStartKey": "0x00"}],
        ["0x00"],
        {"key": "0x00"},
        None,
    ],
)
def test_malformed_queries_are_refused(items: Any, client: Client, follow: str, block: str) -> None:
    with pytest.raises(Refused) as refused:
        client.call("chainHead_v1_storage", follow, block, items)
    assert refused.value.code == -32602


@pytest.mark.parametrize("block_hash", ["0x1234", "0xZZ" + "00" * 31, "", 5, None])
@pytest.mark.parametrize(
    ("method", "rest"), [("header", []), ("body", []), ("storage", [[]]), ("call", ["Echo_back", "0x"]), ("unpin", [])]
)
def test_malformed_hashes_are_refused(
    method: str, rest: list[Any], block_hash: Any, client: Client, follow: str
) -> None:
    with pytest.raises(Refused) as refused:
        client.call(f"chainHead_v1_{method}", follow, block_hash, *rest)
    assert refused.value.code == -32602
