"""system: what the chain and the node are called, and how they are."""

from __future__ import annotations

from chain.rpc.context import Context
from chain.rpc.parameters import Json


def system_name(context: Context) -> str:
    """The program."""
    return context.chain.implementation


def system_version(context: Context) -> str:
    """The program's version."""
    return context.chain.version


def system_chain(context: Context) -> str:
    """The chain."""
    return context.chain.name


def system_chainType(context: Context) -> str:
    """Development, Local or Live."""
    return context.chain.chain_type


def system_properties(context: Context) -> Json:
    """What wallets show amounts and addresses with."""
    return dict(context.chain.properties)
