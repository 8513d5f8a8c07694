"""Blocks made and finalized by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chain.rpc.served_chain import Client, Refused, ServedChain, to_hex

UNKNOWN = "0x" + "11" * 32


@pytest.fixture
def chain() -> ServedChain:
    chain = ServedChain()
    chain.services.is_unsafe_allowed = True
    return chain


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def test_a_block_is_made_and_finalized(client: Client) -> None:
    made = client.call("engine_createBlock", True, True)
    assert made["hash"] == client.call("chain_getHead") == client.call("chain_getFinalizedHead")
    assert made["aux"]["is_new_best"] is True
    assert client.call("engine_finalizeBlock", made["hash"], None) is True


def test_a_block_beside_the_best_is_no_new_best(chain: ServedChain, client: Client) -> None:
    genesis = to_hex(chain.node.best.hash)
    chain.block(None, chain.transaction())
    assert client.call("engine_createBlock", True, False, genesis)["aux"]["is_new_best"] is False


def test_an_empty_block_has_to_be_asked_for(chain: ServedChain, client: Client) -> None:
    with pytest.raises(Refused, match="Transaction pool is empty") as refused:
        client.call("engine_createBlock", False, False)
    assert refused.value.code == 12_000
    chain.node.submit(chain.transaction())
    assert client.call("engine_createBlock", False, False)


def test_unknown_and_abandoned_blocks_are_refused(chain: ServedChain, client: Client) -> None:
    genesis = chain.node.best.hash
    beside = chain.fork(genesis, 1)
    client.call("engine_finalizeBlock", to_hex(chain.block(beside.hash).hash))
    requests: list[tuple[int, str, list[Any]]] = [
        (13_000, "engine_createBlock", [True, False, UNKNOWN]),
        (13_000, "engine_finalizeBlock", [UNKNOWN]),
        (14_000, "engine_finalizeBlock", [to_hex(genesis)]),
    ]
    for code, method, params in requests:
        with pytest.raises(Refused) as refused:
            client.call(method, *params)
        assert refused.value.code == code
