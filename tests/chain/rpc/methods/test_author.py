"""Transactions are taken, watched, refused with Substrate's codes; keys are kept."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto import development
from chain.crypto.signatures import Scheme
from chain.extrinsic import extrinsic_hash
from chain.rpc import watched
from tests.chain.node.fake_runtime import UNWANTED, encode
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, led, to_hex


@pytest.fixture
def chain() -> ServedChain:
    chain = ServedChain(finality_lag=0)
    chain.services.is_unsafe_allowed = True
    return chain


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def refusal(client: Client, method: str, *params: Any) -> dict[str, Any]:
    reply = client.send(method, *params)
    error: dict[str, Any] = reply["error"]
    return error


def statuses(client: Client, subscription: str) -> list[Any]:
    return [*client.events(subscription)]


def test_a_submitted_transaction_is_called_by_the_hash_of_all_its_bytes(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    assert client.call("author_submitExtrinsic", led(transaction)) == to_hex(extrinsic_hash(transaction))
    assert client.call("author_pendingExtrinsics") == [led(transaction)]
    chain.block()
    assert client.call("author_pendingExtrinsics") == []


def test_a_watched_transaction_is_ready_in_a_block_and_final(chain: ServedChain, client: Client) -> None:
    subscription = client.call("author_submitAndWatchExtrinsic", led(chain.transaction()))
    block = to_hex(chain.block().hash)
    assert client.events(subscription) == ["ready", {"inBlock": block}, {"finalized": block}]
    assert client.call("author_unwatchExtrinsic", subscription) is False


def test_a_transaction_ahead_of_its_nonce_is_future_until_it_is_ready(chain: ServedChain, client: Client) -> None:
    first, second = chain.transaction(), chain.transaction()
    subscription = client.call("author_submitAndWatchExtrinsic", led(second))
    client.call("author_submitExtrinsic", led(first))
    assert statuses(client, subscription) == ["future", "ready"]


def test_a_better_transaction_usurps(client: Client) -> None:
    better = encode(b"\1", 0, 2, 9)
    subscription = client.call("author_submitAndWatchExtrinsic", led(encode(b"\1", 0, 2, 1)))
    client.call("author_submitExtrinsic", led(better))
    assert client.events(subscription) == ["ready", {"usurped": to_hex(extrinsic_hash(better))}]


def test_a_block_that_leaves_the_chain_retracts() -> None:
    chain = ServedChain()
    client, genesis = chain.client(), chain.node.best.hash
    subscription = client.call("author_submitAndWatchExtrinsic", led(chain.transaction()))
    first = to_hex(chain.block().hash)
    beside = chain.fork(genesis, 1)
    second = to_hex(chain.block(beside.hash).hash)
    third = to_hex(chain.block().hash)
    told = client.events(subscription)
    assert told == ["ready", {"inBlock": first}, {"retracted": first}, "ready", {"inBlock": third}]
    assert second != third


@pytest.mark.parametrize("status", ["invalid", "dropped"])
def test_a_transaction_that_goes_says_how_and_nothing_more(status: str, chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    subscription = client.call("author_submitAndWatchExtrinsic", led(transaction))
    take_out = chain.node.pool.ban if status == "invalid" else chain.node.pool.drop
    take_out(extrinsic_hash(transaction))
    assert statuses(client, subscription) == ["ready", status]
    assert client.call("author_unwatchExtrinsic", subscription) is False


def test_whom_a_transaction_was_sent_to_is_told(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    subscription = client.call("author_submitAndWatchExtrinsic", led(transaction))
    chain.node.pool.broadcasted(extrinsic_hash(transaction), ("Bob", "Charlie"))
    assert client.events(subscription) == ["ready", {"broadcast": ["Bob", "Charlie"]}]


def test_who_waits_for_finality_too_long_is_told_so_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "UNFINALIZED_BLOCKS", 1)
    chain = ServedChain()
    client = chain.client()
    subscription = client.call("author_submitAndWatchExtrinsic", led(chain.transaction()))
    block = to_hex(chain.block().hash)
    chain.block(None, chain.transaction())
    assert client.events(subscription) == ["ready", {"inBlock": block}, {"finalityTimeout": block}]
    assert client.call("author_unwatchExtrinsic", subscription) is False


def test_who_stops_watching_is_told_no_more(chain: ServedChain, client: Client) -> None:
    subscription = client.call("author_submitAndWatchExtrinsic", led(chain.transaction()))
    assert client.call("author_unwatchExtrinsic", subscription) is True
    client.events()
    chain.block()
    assert client.events() == []


def test_refusals_have_substrates_codes_and_texts(chain: ServedChain, client: Client) -> None:
    outdated = encode(b"\2", 0, 2)
    chain.block(None, outdated)
    client.call("author_submitExtrinsic", led(encode(b"\3", 0, 2, 5)))
    banned = encode(b"\4", 0, 2)
    chain.node.pool.ban(extrinsic_hash(banned))
    held = encode(b"\3", 0, 2, 5)
    cases = {
        "0x0c01": (1001, "Extrinsic has invalid format: Extrinsic at byte 0: the length says 3 bytes, 1 follow", None),
        "0x": (1001, None, None),
        led(encode(b"\5", 0, UNWANTED)): (1010, "Invalid Transaction", "Transaction call is not expected"),
        led(outdated): (1010, "Invalid Transaction", "Transaction is outdated"),
        led(banned): (1012, "Transaction is temporarily banned", None),
        led(held): (1013, "Transaction Already Imported", to_hex(extrinsic_hash(held))),
        led(encode(b"\3", 0, 9, 5)): (
            1014,
            "Priority is too low: (5 vs 5)",
            "The transaction has too low priority to replace another transaction already in the pool.",
        ),
    }
    for extrinsic, (code, message, data) in cases.items():
        for method in ("author_submitExtrinsic", "author_submitAndWatchExtrinsic"):
            error = refusal(client, method, extrinsic)
            assert error["code"] == code
            assert message in (None, error["message"])
            assert error.get("data") == data
    assert client.events() == []
    assert len(client.connection.context.subscriptions) == 0


def test_removed_transactions_are_gone_and_refused_for_some_time(chain: ServedChain, client: Client) -> None:
    first, second = chain.transaction(1), chain.transaction(2)
    for transaction in (first, second):
        client.call("author_submitExtrinsic", led(transaction))
    names = [{"hash": to_hex(extrinsic_hash(first))}, {"extrinsic": led(second)}, {"hash": "0x" + "11" * 32}]
    hashes = [to_hex(extrinsic_hash(transaction)) for transaction in (first, second)]
    assert client.call("author_removeExtrinsic", names) == hashes
    assert client.call("author_pendingExtrinsics") == []
    assert refusal(client, "author_submitExtrinsic", led(first))["code"] == 1012


@pytest.mark.parametrize("scheme", Scheme)
def test_a_key_is_kept_whose_secret_fits(scheme: Scheme, chain: ServedChain, client: Client) -> None:
    public = to_hex(development.pair("Alice", scheme).public)
    assert client.call("author_hasKey", public, "aura") is False
    assert client.call("author_insertKey", "aura", "//Alice", public) is None
    assert client.call("author_hasKey", public, "aura") is True
    assert client.call("author_hasKey", public, "gran") is False
    kept = chain.node.workers.keystore.get(b"aura", bytes.fromhex(public[2:]))
    assert kept == development.pair("Alice", scheme)


def test_keys_that_do_not_fit_are_refused(client: Client) -> None:
    public = to_hex(development.pair("Alice").public)
    for params, reason in (
        (("aura", "//Bob", public), f"the secret is not that of the public key {public}"),
        (("auras", "//Alice", public), "Invalid key type ID format (should be of length four)"),
        (("aura", "no words", public), None),
    ):
        error = refusal(client, "author_insertKey", *params)
        assert error["code"] == 1040
        assert reason in (None, error["message"])
    with pytest.raises(Refused, match="1040"):
        client.call("author_hasKey", public, "")
