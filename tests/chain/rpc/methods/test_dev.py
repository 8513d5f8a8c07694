"""A chain controlled from outside, as with chopsticks."""

from __future__ import annotations

from typing import Any

import pytest

from chain.node.control import Control
from chain.node.sealing import Sealer, SealingMode
from chain.node.timer import SimulatedTimer
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, led

KEY = "0x" + "77" * 32


@pytest.fixture
def chain() -> ServedChain:
    chain = ServedChain()
    chain.services.is_unsafe_allowed = True
    sealer = Sealer(chain.node, SimulatedTimer())
    chain.services.add(sealer)
    chain.services.add(Control(chain.node, sealer))
    return chain


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def number(client: Client) -> int:
    return int(client.call("chain_getHeader")["number"], 16)


def test_blocks_are_made_one_or_many_or_up_to_a_number(client: Client) -> None:
    assert client.call("dev_newBlock") == client.call("chain_getHead")
    client.call("dev_newBlock", {"count": 3})
    client.call("dev_newBlock", {"to": 10})
    assert number(client) == 10


def test_a_height_is_reached_by_the_blocks_before_it(chain: ServedChain, client: Client) -> None:
    transaction = led(chain.transaction())
    client.call("dev_newBlock", {"unsafeBlockHeight": 7, "count": 2, "transactions": [transaction]})
    assert number(client) == 8
    seventh = client.call("chain_getBlock", client.call("chain_getBlockHash", 7))["block"]
    assert seventh["extrinsics"][-1] == transaction
    client.call("dev_newBlock", {"unsafeBlockHeight": 9})
    assert number(client) == 9


def test_no_block_is_made_on_the_way_to_none(client: Client) -> None:
    with pytest.raises(Refused, match="0 blocks cannot be made at once"):
        client.call("dev_newBlock", {"unsafeBlockHeight": 7, "count": 0})
    assert number(client) == 0


def test_a_block_has_the_transactions_that_it_is_given(chain: ServedChain, client: Client) -> None:
    transactions = [led(chain.transaction()), led(chain.transaction())]
    made = client.call("dev_newBlock", {"transactions": transactions})
    assert client.call("chain_getBlock", made)["block"]["extrinsics"][-2:] == transactions


def test_a_transaction_without_its_length_is_refused_and_no_block_made(chain: ServedChain, client: Client) -> None:
    head = client.call("chain_getHead")
    with pytest.raises(Refused, match="Extrinsic has invalid format"):
        client.call("dev_newBlock", {"transactions": ["0x" + chain.transaction().hex()]})
    assert client.call("chain_getHead") == head


def test_storage_is_written_and_removed(client: Client) -> None:
    client.call("dev_setStorage", [[KEY, "0x2a"]])
    assert client.call("state_getStorage", KEY) == "0x2a"
    client.call("dev_setStorage", [[KEY, None]])
    assert client.call("state_getStorage", KEY) is None


def test_the_head_moves_and_a_snapshot_brings_it_back(client: Client) -> None:
    client.call("dev_newBlock", {"count": 4})
    kept = client.call("dev_snapshot")
    client.call("dev_setHead", -2)
    assert number(client) == 2
    assert client.call("dev_revert", kept) is True
    assert number(client) == 4


def test_the_mode_of_building_changes(chain: ServedChain, client: Client) -> None:
    client.call("dev_setBlockBuildMode", "Instant")
    sealer = chain.services.find(Sealer)
    assert sealer is not None
    assert sealer.mode is SealingMode.INSTANT


@pytest.mark.parametrize(
    ("method", "params", "sentence"),
    [
        ("dev_newBlock", [{"count": 0}], "0 blocks cannot be made at once"),
        ("dev_newBlock", [{"unsafeBlockHeight": 0}], "block 0 is not ahead: the best block is 0"),
        ("dev_newBlock", [{"unsafeBlockHeight": 1_000_000}], "999999 blocks cannot be made at once"),
        ("dev_setHead", [99], "the best chain has no block 99"),
        ("dev_revert", [5], "there is no snapshot 5"),
        ("dev_timeTravel", ["soon"], "'soon' is no date"),
        ("dev_setStorage", [[[KEY]]], "entry 0 is no pair of key and value"),
        ("dev_setStorage", [[["0xzz", None]]], "Error: "),
        ("dev_setStorage", ["0x"], "storage is given as pairs"),
        ("dev_setStorage", [{"System": {}}], "give pairs of key and value"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    client: Client, method: str, params: list[Any], sentence: str
) -> None:
    head = client.call("chain_getHead")
    with pytest.raises(Refused, match=sentence) as refused:
        client.call(method, *params)
    assert refused.value.code == 1
    assert client.call("chain_getHead") == head


def test_nobody_controls_a_node_that_allows_no_unsafe_methods(chain: ServedChain) -> None:
    chain.services.is_unsafe_allowed = False
    with pytest.raises(Refused, match="unsafe to be called externally"):
        chain.client().call("dev_newBlock")
