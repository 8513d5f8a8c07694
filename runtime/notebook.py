"""A devnet in a notebook or a test: a chain in this process, or the same object over a URL."""

from __future__ import annotations

from functools import cache
from typing import Generic, TypeVar, overload

from chain.client.client import Client
from chain.client.connect import connect
from chain.client.direct import Direct
from chain.client.json_rpc import JsonRpc
from chain.node.sealing import Sealer, SealingMode
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.rpc.context import ChainInformation, Services
from chain.rpc.namespaces import standard_methods
from chain.rpc.registry import Methods
from runtime.construct import Runtime
from runtime.control import RuntimeControl, control_of
from runtime.dev import TOKEN, DevRuntime
from runtime.devnet import dev_node

R = TypeVar("R", bound=Runtime)


class LocalClient(Client, Generic[R]):
    """A client of a node in this process, which is at hand, too."""

    def __init__(self, node: Node[R], sealing: SealingMode) -> None:
        timer = SimulatedTimer()
        sealer = Sealer(node, timer, sealing)
        self.node = node
        self._control = control_of(node, sealer)
        services = Services(node, dev_information(node), is_unsafe_allowed=True)
        services.add(sealer)
        services.add(self._control)
        direct = Direct(_methods(), services, after=timer.settle)
        super().__init__(JsonRpc(direct), direct.url, is_alone=True)

    @property
    def control(self) -> RuntimeControl[R]:
        """Snapshots, time, storage, dry runs, impersonation, in the runtime's own types: `net.control.snapshot()`."""
        return self._control


@overload
def devnet(url: None = None, *, sealing: SealingMode | str = ...) -> LocalClient[DevRuntime]: ...


@overload
def devnet(url: str) -> Client: ...


def devnet(url: str | None = None, *, sealing: SealingMode | str = SealingMode.INSTANT) -> Client:
    """A chain with the development runtime and accounts; with a URL the one of that node, which has its own sealing.

    sealing: "instant" makes a block for each transaction, "manual" when `new_block` is called
    Raises NotConnected.
    """
    return connect(url) if url is not None else LocalClient(dev_node(finality_lag=0), SealingMode(sealing))


def client_of(node: Node[R], *, sealing: SealingMode = SealingMode.INSTANT) -> LocalClient[R]:
    """A client of a node in this process, asked by the messages that others send through a socket."""
    return LocalClient(node, sealing)


@cache
def _methods() -> Methods:
    """Read from their signatures once: tests have a client each."""
    return standard_methods()


def dev_information(node: Node[R]) -> ChainInformation:
    """What the development chain is called, and how wallets show its amounts."""
    prefix = node.runtime_at().system.config.ss58_prefix
    return ChainInformation(
        properties={"tokenSymbol": TOKEN.symbol, "tokenDecimals": TOKEN.decimals, "ss58Format": prefix}
    )
