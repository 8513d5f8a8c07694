"""What a method may use: the node, what the chain is called, and the connection of whoever asks.

Other parts of a server, such as the control of a development chain, are services: whoever starts the server adds
them, and a method finds them by their class.

    services.add(control)                                   # where the server is put together
    control = context.service(Control)                      # in a method
    watched = services.shared(Watched, lambda: Watched(node))       # made when a method first asks
    follows = context.session(Follows, lambda: Follows(context))    # made once for each connection
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import count
from typing import Final, Protocol, TypeVar

from chain.node.chain_store import ImportedBlock
from chain.node.service import Node
from chain.primitives import Hash
from chain.record import keyword_record
from chain.rpc.errors import INTERNAL_ERROR, RpcError
from chain.rpc.parameters import Json
from chain.rpc.subscriptions import Subscription, Subscriptions
from chain.runtime_api import Keystore, RuntimeApi

S = TypeVar("S")


class ServedRuntime(RuntimeApi, Protocol):
    """A runtime whose APIs clients call by name."""

    keystore: Keystore | None
    """Where the keys are that it has made."""

    def call(self, method: str, data: bytes) -> bytes:
        """The encoded answer of a method, as `Core_version`, to its encoded arguments."""
        ...


ServedNode = Node[ServedRuntime]
"""A node whose runtime clients may ask."""


@keyword_record
class ChainInformation:
    """What a chain and the program that runs it are called.

    chain_type: "Development", "Local", "Live"
    properties: what wallets show amounts and addresses with: tokenSymbol, tokenDecimals, ss58Format
    """

    name: str = "Development"
    chain_type: str = "Development"
    properties: Mapping[str, Json]
    implementation: str = "palletlab"
    version: str = "0.1.0"


class Services:
    """What the connections of one server share.

    is_unsafe_allowed: whether anybody may call the methods for those who run the node
    """

    def __init__(self, node: ServedNode, chain: ChainInformation, *, is_unsafe_allowed: bool = False) -> None:
        self.node = node
        self.chain = chain
        self.is_unsafe_allowed = is_unsafe_allowed
        self.subscription_ids: Final = count(1)
        self._added: dict[type[object], object] = {}

    def add(self, service: object) -> None:
        """Let methods find the service by its class; a second one of that class takes its place."""
        self._added[type(service)] = service

    def find(self, kind: type[S]) -> S | None:
        """The service of this class, or of one below it; None where there is none."""
        found = self._added.get(kind)
        if found is None:
            found = next((each for each in self._added.values() if isinstance(each, kind)), None)
        return found if isinstance(found, kind) else None

    def shared(self, kind: type[S], make: Callable[[], S]) -> S:
        """The service of this class, made when it is first asked for."""
        found = self.find(kind)
        if found is None:
            found = make()
            self.add(found)
        return found


class Context:
    """What the methods of one connection use.

    method_names: of everything that is served, in alphabetical order
    """

    def __init__(self, services: Services, subscriptions: Subscriptions, method_names: Collection[str] = ()) -> None:
        self.services = services
        self.method_names = method_names
        self.node = services.node
        self.chain = services.chain
        self.subscriptions = subscriptions
        self._sessions: dict[type[object], object] = {}
        self._at_close: list[Callable[[], object]] = []

    def block(self, block_hash: Hash | None = None) -> ImportedBlock:
        """The block of this hash, the best one by default; raises UnknownBlock."""
        return self.node.best if block_hash is None else self.node.chain[block_hash]

    def runtime(self, block_hash: Hash | None = None) -> ServedRuntime:
        """A runtime on the state after a block, the best one by default; raises UnknownBlock."""
        return self.node.runtime_at(block_hash)

    def subscribe(self, method: str) -> Subscription:
        """Begin a subscription whose notifications are called `method`; raises RpcError."""
        return self.subscriptions.begin(method)

    def service(self, kind: type[S]) -> S:
        """The service of this class; raises RpcError where the server has none."""
        found = self.services.find(kind)
        if found is None:
            raise RpcError(INTERNAL_ERROR, "Internal error", f"this server was started without {kind.__name__}")
        return found

    def session(self, kind: type[S], make: Callable[[], S]) -> S:
        """This connection's object of the class, made when it is first asked for."""
        found = self._sessions.get(kind)
        if not isinstance(found, kind):
            found = self._sessions[kind] = make()
        return found

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call back once, when the connection ends; its subscriptions have ended then."""
        self._at_close.append(callback)

    def close(self) -> None:
        """End what belongs to the connection."""
        self.subscriptions.end_all()
        callbacks, self._at_close = self._at_close, []
        for callback in callbacks:
            callback()
