"""chainSpec_v1: what the chain is called."""

from __future__ import annotations

from chain.primitives import Hash
from chain.rpc.context import Context
from chain.rpc.parameters import Json


def chainSpec_v1_chainName(context: Context) -> str:
    """The chain."""
    return context.chain.name


def chainSpec_v1_genesisHash(context: Context) -> Hash:
    """Its first block."""
    return context.node.chain.genesis.hash


def chainSpec_v1_properties(context: Context) -> Json:
    """What wallets show amounts and addresses with."""
    return dict(context.chain.properties)
