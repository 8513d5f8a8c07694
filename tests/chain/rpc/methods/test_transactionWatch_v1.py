"""What the submitter of a transaction is told."""

from __future__ import annotations

import pytest

from chain.extrinsic import extrinsic_hash
from chain.node.pool import PoolLimits
from chain.node.pool_errors import (
    AlreadyImported,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    TemporarilyBanned,
    TooLowPriority,
)
from chain.primitives import Hash
from chain.rpc import watched
from chain.rpc.methods.transactionWatch_v1 import REFUSALS
from chain.scale import DecodeError
from chain.validity import Invalid, InvalidTransaction, Undecodable, Unknown, UnknownTransaction
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


def test_a_transaction_ahead_of_its_nonce_is_valid_already_and_again_when_it_is_ready(
    chain: ServedChain, client: Client
) -> None:
    client.call("transactionWatch_v1_submitAndWatch", led(encode(b"\1", 1, 2)))
    assert client.events() == [{"event": "validated"}]
    chain.block(None, encode(b"\1", 0, 2))
    assert [event["event"] for event in client.events()] == ["validated", "bestChainBlockIncluded"]


def refusal(client: Client, extrinsic: str) -> str:
    client.call("transactionWatch_v1_submitAndWatch", extrinsic)
    (told,) = client.events()
    assert told["event"] == "invalid"
    assert len(client.connection.context.subscriptions) == 0
    reason: str = told["error"]
    return reason


def test_a_refusal_is_told_with_its_reason(client: Client) -> None:
    unwanted = led(encode(b"\1", 0, UNWANTED))
    assert refusal(client, unwanted) == "Invalid transaction: Transaction call is not expected"
    assert refusal(client, "0x05") == "Extrinsic bytes cannot be decoded"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TemporarilyBanned(), "Transaction is temporarily banned"),
        (AlreadyImported(), "Transaction is already imported"),
        (TooLowPriority(2, 1), "The priority of the transaction is too low (pool 2 > current 1)"),
        (CycleDetected(), "The transaction contains a cyclic dependency"),
        (ImmediatelyDropped(), "The transaction could not enter the pool because of the limit"),
        (NoTagsProvided(), "Transaction does not provide any tags, so the pool cannot identify it"),
        (InvalidTransaction(Invalid.STALE), "Invalid transaction: Transaction is outdated"),
        (InvalidTransaction(Invalid.CUSTOM, 7), "Invalid transaction with custom error: 7"),
        (
            UnknownTransaction(Unknown.CANNOT_LOOKUP),
            "Unknown transaction validity: Could not lookup information required to validate the transaction",
        ),
        (UnknownTransaction(Unknown.CUSTOM, 3), "Unknown transaction validity: UnknownTransaction custom error"),
        (
            Undecodable(DecodeError("Call", 3, "no such pallet")),
            "Verification error: Runtime error: Execution failed: Runtime panicked: "
            "Bad input data provided to validate_transaction: Call at byte 3: no such pallet",
        ),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_refusals_have_substrates_texts(
    error: Exception, reason: str, chain: ServedChain, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def submit(_extrinsic: bytes) -> Hash:
        raise error

    monkeypatch.setattr(chain.node, "submit", submit)
    assert refusal(client, led(encode(b"\1", 0, 2))) == reason


def test_a_transaction_that_finds_no_room_is_told_of_the_refusal_alone() -> None:
    chain = ServedChain(pool_limits=PoolLimits(ready=1))
    chain.node.submit(encode(b"\1", 0, 2, 9))
    assert refusal(chain.client(), led(encode(b"\2", 0, 2, 1))) == REFUSALS[ImmediatelyDropped]


def test_a_transaction_whose_block_is_not_finalized_for_long_is_dropped(
    chain: ServedChain, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "UNFINALIZED_BLOCKS", 1)
    client.call("transactionWatch_v1_submitAndWatch", led(chain.transaction()))
    chain.block()
    chain.block(None, chain.transaction())
    timeout = {"event": "dropped", "error": "Maximum number of finality watchers has been reached"}
    assert client.events()[2:] == [timeout]
    assert len(client.connection.context.subscriptions) == 0


def test_whom_a_transaction_was_sent_to_is_not_told(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    client.call("transactionWatch_v1_submitAndWatch", led(transaction))
    chain.node.pool.broadcasted(extrinsic_hash(transaction), ("Bob",))
    assert client.events() == [{"event": "validated"}]


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
