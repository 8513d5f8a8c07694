"""What the chain is called, and nonces behind the pool."""

from __future__ import annotations

import pytest

from chain.crypto import development, ss58
from chain.extrinsic import with_length_prefix
from tests.chain.node.fake_runtime import encode
from tests.chain.rpc.served_chain import Client, Refused, ServedChain, led, to_hex


@pytest.fixture
def chain() -> ServedChain:
    return ServedChain()


@pytest.fixture
def client(chain: ServedChain) -> Client:
    return chain.client()


def test_names_and_health(client: Client) -> None:
    assert client.call("system_chain") == "Fake"
    assert client.call("system_chainType") == "Development"
    assert client.call("system_name") == "palletlab"
    assert isinstance(client.call("system_version"), str)
    assert client.call("system_properties") == {"tokenSymbol": "FAKE"}
    assert client.call("system_health") == {"peers": 0, "isSyncing": False, "shouldHavePeers": False}
    assert client.call("system_nodeRoles") == ["Authority"]
    assert client.call("system_localListenAddresses") == client.call("system_reservedPeers") == []
    assert client.call("system_localPeerId") == client.call("system_localPeerId")


def test_the_state_of_syncing_is_the_best_block(chain: ServedChain, client: Client) -> None:
    chain.block()
    assert client.call("system_syncState") == {"startingBlock": 0, "currentBlock": 1, "highestBlock": 1}


@pytest.mark.parametrize("method", ["system_accountNextIndex", "account_nextIndex"])
def test_the_next_nonce_is_that_after_the_pools(method: str, client: Client) -> None:
    account = development.account("Alice")
    for nonce in range(2):
        client.call("author_submitExtrinsic", led(encode(account, nonce, 2)))
    assert client.call(method, ss58.encode(account)) == 2
    assert client.call(method, to_hex(account)) == 2


@pytest.mark.parametrize("text", ["", "5Grw", "0x12", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"])
def test_what_is_no_account_is_refused(text: str, client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.call("system_accountNextIndex", text)
    assert refused.value.code == -32602


def test_a_dry_run_of_what_is_no_extrinsic_is_refused(chain: ServedChain, client: Client) -> None:
    chain.services.is_unsafe_allowed = True
    with pytest.raises(Refused) as refused:
        client.call("system_dryRun", "0x0c01")
    assert (refused.value.code, refused.value.message) == (2, "Unable to dry run extrinsic")
    assert with_length_prefix(b"") == b"\0"
