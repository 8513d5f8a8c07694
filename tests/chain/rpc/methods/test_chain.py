"""Headers and blocks, and the order in which clients are told of them."""

from __future__ import annotations

from typing import Any

import pytest

from chain.crypto.hashing import blake2_256
from chain.scale.compact import encode_compact
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, led, to_hex

UNKNOWN = "0x" + "11" * 32
EMPTY_TRIE = "0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain()


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def hash_of(header: dict[str, Any]) -> str:
    """What clients compute from a header's JSON."""
    logs = header["digest"]["logs"]
    parts = [
        bytes.fromhex(header["parentHash"][2:]),
        encode_compact(int(header["number"], 16)),
        bytes.fromhex(header["stateRoot"][2:]),
        bytes.fromhex(header["extrinsicsRoot"][2:]),
        encode_compact(len(logs)),
        *(bytes.fromhex(log[2:]) for log in logs),
    ]
    return to_hex(blake2_256(b"".join(parts)))


def numbers(events: list[dict[str, Any]]) -> list[str]:
    return [event["number"] for event in events]


def test_genesis_has_number_zero_no_parent_and_no_extrinsics(client: Client) -> None:
    header = client.call("chain_getHeader")
    assert header["number"] == "0x0"
    assert header["parentHash"] == "0x" + "00" * 32
    assert header["extrinsicsRoot"] == EMPTY_TRIE
    assert header["digest"] == {"logs": []}


def test_a_headers_hash_is_the_blocks(chain: ServedChain, client: Client) -> None:
    for _ in range(20):
        chain.block(None, chain.transaction())
    best = client.call("chain_getBlockHash")
    header = client.call("chain_getHeader", best)
    assert header["number"] == "0x14"
    assert hash_of(header) == best
    assert client.call("chain_getHeader") == header


def test_a_block_has_its_extrinsics_as_they_were_submitted(chain: ServedChain, client: Client) -> None:
    transaction = chain.transaction()
    block = chain.block(None, transaction)
    found = client.call("chain_getBlock", to_hex(block.hash))
    assert found == {
        "block": {"header": client.call("chain_getHeader"), "extrinsics": [led(transaction)]},
        "justifications": None,
    }
    assert client.call("chain_getBlock") == found


def test_unknown_blocks_are_null_and_malformed_hashes_refused(client: Client) -> None:
    assert client.call("chain_getHeader", UNKNOWN) is None
    assert client.call("chain_getBlock", UNKNOWN) is None
    for wrong in ("0x1234", "0xZZZZ", 5):
        with pytest.raises(Refused, match="Invalid params"):
            client.call("chain_getHeader", wrong)


def test_block_hashes_come_by_number_hexadecimal_list_or_for_the_best(chain: ServedChain, client: Client) -> None:
    first, second = to_hex(chain.node.best.hash), to_hex(chain.block().hash)
    assert client.call("chain_getBlockHash", 0) == first
    assert client.call("chain_getBlockHash", "0x1") == second
    assert client.call("chain_getBlockHash", [0, "0x1", 2]) == [first, second, None]
    assert client.call("chain_getBlockHash", []) == []
    assert client.call("chain_getBlockHash", "0xf") is None
    assert client.call("chain_getBlockHash", None) == client.call("chain_getHead") == second


def test_the_finalized_head_lags() -> None:
    chain = ServedChain(finality_lag=1)
    first, client = chain.block(), chain.client()
    chain.block()
    assert client.call("chain_getFinalizedHead") == client.call("chain_getFinalisedHead") == to_hex(first.hash)


NAMES = {
    "chain_newHead": [
        ("chain_subscribeNewHeads", "chain_unsubscribeNewHeads"),
        ("chain_subscribeNewHead", "chain_unsubscribeNewHead"),
        ("subscribe_newHead", "unsubscribe_newHead"),
    ],
    "chain_finalizedHead": [
        ("chain_subscribeFinalizedHeads", "chain_unsubscribeFinalizedHeads"),
        ("chain_subscribeFinalisedHeads", "chain_unsubscribeFinalisedHeads"),
    ],
    "chain_allHead": [("chain_subscribeAllHeads", "chain_unsubscribeAllHeads")],
}


@pytest.mark.parametrize(
    ("notified", "begin", "end"), [(name, *pair) for name, pairs in NAMES.items() for pair in pairs]
)
def test_heads_are_told_now_and_later_until_the_client_ends_it(notified: str, begin: str, end: str) -> None:
    chain = ServedChain(finality_lag=0)
    client = chain.client()
    subscription = client.call(begin)
    chain.block()
    client.read()
    assert {each["method"] for each in client.told} == {notified}
    assert numbers(client.events(subscription)) == ["0x0", "0x1"]
    assert client.call(end, subscription) is True
    chain.block()
    assert client.events() == []
    assert client.call(end, subscription) is False


def test_a_subscription_is_ended_by_its_own_method_only(client: Client) -> None:
    subscription = client.call("chain_subscribeNewHeads")
    assert client.call("chain_unsubscribeAllHeads", subscription) is False
    assert client.call("chain_unsubscribeNewHeads", subscription) is True


def test_blocks_beside_the_best_are_told_to_who_wants_all(chain: ServedChain, client: Client) -> None:
    best, everything = client.call("chain_subscribeNewHeads"), client.call("chain_subscribeAllHeads")
    genesis = chain.node.best.hash
    chain.block()
    chain.fork(genesis, 1)
    client.read()
    told = [each["params"] for each in client.told]
    assert numbers([each["result"] for each in told if each["subscription"] == best]) == ["0x0", "0x1"]
    assert numbers([each["result"] for each in told if each["subscription"] == everything]) == ["0x0", "0x1", "0x1"]


def test_new_heads_come_before_they_are_final() -> None:
    chain = ServedChain(finality_lag=0)
    client = chain.client()
    for method in ("chain_subscribeFinalizedHeads", "chain_subscribeNewHeads"):
        client.call(method)
    client.events()
    chain.block()
    client.read()
    assert [each["method"] for each in client.told] == ["chain_newHead", "chain_finalizedHead"]


def test_nobody_is_told_after_the_connection_is_gone(chain: ServedChain, client: Client) -> None:
    client.call("chain_subscribeNewHeads")
    client.events()
    client.close()
    chain.block()
    assert client.events() == []
