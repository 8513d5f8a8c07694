"""A devnet in a notebook or a test: a chain in this process, or the same object over a URL."""

from __future__ import annotations

from typing import TypeVar

from chain.client.client import Client
from chain.client.connect import connect
from chain.client.direct import Direct
from chain.client.json_rpc import JsonRpc
from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.rpc.context import ChainInformation, Services
from chain.rpc.namespaces import standard_methods
from runtime.construct import Runtime
from runtime.dev import TOKEN
from runtime.devnet import dev_node

R = TypeVar("R", bound=Runtime)


def devnet(url: str | None = None, *, sealing: SealingMode | str = SealingMode.INSTANT) -> Client:
    """A chain with the development runtime and accounts; with a URL the one of that node, which has its own sealing.

    sealing: "instant" makes a block for each transaction, "manual" when `new_block` is called
    Raises NotConnected.
    """
    return connect(url) if url is not None else client_of(dev_node(finality_lag=0), sealing=SealingMode(sealing))


def client_of(node: Node[R], *, sealing: SealingMode = SealingMode.INSTANT) -> Client:
    """A client of a node in this process, asked by the messages that others send through a socket."""
    timer = SimulatedTimer()
    services = Services(node, dev_information(node), is_unsafe_allowed=True)
    services.add(Sealer(node, timer, sealing))
    direct = Direct(standard_methods(), services, after=timer.settle)
    return Client(JsonRpc(direct), direct.url, is_alone=True)


def dev_information(node: Node[R]) -> ChainInformation:
    """What the development chain is called, and how wallets show its amounts."""
    prefix = node.runtime_at().system.config.ss58_prefix
    return ChainInformation(
        properties={"tokenSymbol": TOKEN.symbol, "tokenDecimals": TOKEN.decimals, "ss58Format": prefix}
    )
