"""What the submitter of a transaction is told."""

from __future__ import annotations

import pytest

from chain.extrinsic import extrinsic_hash
from tests.chain.node.fake_runtime import UNWANTED, encode
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, led, to_hex


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain()


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def test_a_transaction_is_told_from_the_pool_to_its_final_block(chain: ServedChain, client: Client) -> None:
    other, transaction = chain.transaction(1), chain.transaction(2, value=1)
    client.call("transactionWatch_v1_submitAndWatch", led(transaction))
    assert client.events() == [{"event": "validated"}]
    block = chain.block(None, other)
    place = {"hash": to_hex(block.hash), "index": 1}
    assert client.events() == [{"event": "bestChainBlockIncluded", "block": place}]
    chain.node.finalize(block.hash)
    assert client.events() == [{"event": "finalized", "block": place}]
    assert len(client.connection.context.subscriptions) == 0


def test_a_retracted_transaction_is_in_no_block(chain: ServedChain, client: Client) -> None:
    client.call("transactionWatch_v1_submitAndWatch", led(chain.transaction()))
    chain.block()
    client.events()
    beside = chain.fork(chain.node.chain.genesis.hash, 1)
    chain.fork(beside.hash, 2)
    told = client.events()
    assert told[0] == {"event": "bestChainBlockIncluded", "block": None}


def test_a_transaction_ahead_of_its_nonce_is_told_nothing_yet(chain: ServedChain, client: Client) -> None:
    client.call("transactionWatch_v1_submitAndWatch", led(encode(b"\1", 1, 2)))
    assert client.events() == []
    chain.block(None, encode(b"\1", 0, 2))
    assert [event["event"] for event in client.events()] == ["validated", "bestChainBlockIncluded"]


def test_a_refusal_is_told_with_its_reason(client: Client) -> None:
    client.call("transactionWatch_v1_submitAndWatch", led(encode(b"\1", 0, UNWANTED)))
    assert client.events() == [{"event": "invalid", "error": "Invalid transaction: Transaction call is not expected"}]
    client.call("transactionWatch_v1_submitAndWatch", "0x05")
    (told,) = client.events()
    assert told["event"] == "invalid"
    assert told["error"].startswith("Extrinsic has invalid format")
    assert len(client.connection.context.subscriptions) == 0


def test_a_known_transaction_is_refused_and_its_first_watcher_goes_on(chain: ServedChain, client: Client) -> None:
    transaction = led(chain.transaction())
    client.call("transactionWatch_v1_submitAndWatch", transaction)
    client.events()
    second = client.call("transactionWatch_v1_submitAndWatch", transaction)
    (told,) = client.events(second)
    assert told["event"] == "invalid"
    chain.block()
    assert [event["event"] for event in client.events()] == ["bestChainBlockIncluded"]


def test_a_transaction_that_leaves_the_pool_is_told_why(chain: ServedChain, client: Client) -> None:
    dropped, banned = chain.transaction(1), chain.transaction(2)
    for transaction in (dropped, banned):
        client.call("transactionWatch_v1_submitAndWatch", led(transaction))
    client.events()
    chain.node.pool.drop(extrinsic_hash(dropped))
    chain.node.pool.ban(extrinsic_hash(banned))
    assert client.events() == [
        {"event": "dropped", "error": "Extrinsic dropped from the pool due to exceeding limits"},
        {"event": "invalid", "error": "Extrinsic marked as invalid"},
    ]


def test_a_transaction_that_another_replaces_is_invalid(chain: ServedChain, client: Client) -> None:
    client.call("transactionWatch_v1_submitAndWatch", led(encode(b"\1", 0, 2, 3)))
    client.events()
    chain.node.submit(encode(b"\1", 0, 2, 4))
    assert client.events() == [{"event": "invalid", "error": "Extrinsic was rendered invalid by another extrinsic"}]


def test_nothing_is_told_after_unwatching(chain: ServedChain, client: Client) -> None:
    name = client.call("transactionWatch_v1_submitAndWatch", led(chain.transaction()))
    client.events()
    assert client.call("transactionWatch_v1_unwatch", name) is None
    chain.block()
    assert client.events() == []
    assert client.call("transactionWatch_v1_unwatch", name) is None


def test_what_is_not_hexadecimal_is_refused(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.call("transactionWatch_v1_submitAndWatch", "0x123")
    assert refused.value.code == -32602
