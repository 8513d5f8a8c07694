"""A specification of the chain has its state of block zero."""

from __future__ import annotations

from chain.state.child import state_with_children
from chain.trie.trie import Trie
from tests.chain.rpc.served_chain import ServedChain


def test_the_state_of_block_zero_is_that_of_the_specification() -> None:
    chain = ServedChain()
    chain.block(None, chain.transaction())
    found = chain.client().call("sync_state_genSyncSpec", True)
    assert (found["name"], found["id"], found["chainType"]) == ("Fake", "fake", "Development")
    raw = found["genesis"]["raw"]
    top = {bytes.fromhex(key[2:]): bytes.fromhex(value[2:]) for key, value in raw["top"].items()}
    children = {
        bytes.fromhex(name[2:]): {bytes.fromhex(key[2:]): bytes.fromhex(value[2:]) for key, value in child.items()}
        for name, child in raw["childrenDefault"].items()
    }
    state = state_with_children(Trie.from_items(top), children)
    assert state.root == chain.node.chain.genesis.header.state_root
