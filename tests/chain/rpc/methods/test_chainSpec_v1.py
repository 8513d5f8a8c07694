"""What a chain is called."""

from __future__ import annotations

from tests.chain.rpc.served_chain import ServedChain, to_hex


def test_the_chain_tells_its_name_genesis_and_properties() -> None:
    chain = ServedChain()
    client = chain.client()
    assert client.call("chainSpec_v1_chainName") == "Fake"
    assert client.call("chainSpec_v1_genesisHash") == to_hex(chain.node.chain.genesis.hash)
    assert client.call("chainSpec_v1_properties") == {"tokenSymbol": "FAKE"}
