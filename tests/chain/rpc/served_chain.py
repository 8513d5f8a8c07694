"""A chain of fake blocks, and a client of it without a socket."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from chain.block import Block
from chain.extrinsic import with_length_prefix
from chain.node.pool import PoolLimits
from chain.node.service import Node
from chain.primitives import Hash
from chain.rpc.context import ChainInformation, Services
from chain.rpc.limits import RpcLimits
from chain.rpc.namespaces import standard_methods
from chain.rpc.protocol import Connection
from chain.runtime_api import Keystore, UnknownRuntimeMethod
from chain.scale import DecodeError
from chain.state.child import state_with_children
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from tests.chain.node.fake_runtime import FakeRuntime, FakeRuntimes, encode, sign_call

VERSION_KEY = 9
"""The extrinsic that sets this key changes the runtime's version."""

ITEMS = {b"map:" + bytes((at,)): bytes((at,)) * 40 for at in range(10)}

STATE = state_with_children(
    Trie.from_items({b"time": bytes(8), b":code": b"wasm", **ITEMS}), {b"child": {b"key": b"value"}}
)


class ServedFake(FakeRuntime):
    """The fake runtime, with an API of a few methods; its version is in its state."""

    keystore: Keystore | None = None

    def __init__(self, state: Overlay, shared: FakeRuntimes) -> None:
        super().__init__(state, shared)
        self.version = dataclasses.replace(
            FakeRuntime.version, spec_version=self.value(VERSION_KEY), apis=((b"\xdf" * 8, 5),)
        )

    def call(self, method: str, data: bytes) -> bytes:
        match method:
            case "Echo_back":
                return data
            case "Read_value":
                return self.state.get(data) or b""
            case "Write_value":
                self.state.put(data, b"written")
                return self.call("Read_value", data)
            case "Refuse_data":
                raise DecodeError("Refuse_data", 3, "no such bytes")
            case "Have_bug":
                raise ZeroDivisionError
            case _:
                raise UnknownRuntimeMethod(method, ())


class Refused(Exception):
    """The error object of a reply."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.code: int = error["code"]
        self.message: str = error["message"]


class ServedChain:
    """A node, and services around it."""

    def __init__(
        self, *services: object, finality_lag: int | None = None, pool_limits: PoolLimits | None = None
    ) -> None:
        shared = FakeRuntimes()
        self.node = Node(
            lambda state: ServedFake(state, shared),
            STATE,
            sign_call=sign_call,
            finality_lag=finality_lag,
            pool_limits=pool_limits,
        )
        self.services = Services(self.node, ChainInformation(name="Fake", properties={"tokenSymbol": "FAKE"}))
        for service in services:
            self.services.add(service)
        self._nonces: dict[int, int] = {}

    def client(self, limits: RpcLimits | None = None, *, is_duplex: bool = True) -> Client:
        """Another client."""
        return Client(Connection(standard_methods(), self.services, limits, is_duplex=is_duplex))

    def transaction(self, account: int = 1, key: int = 2, value: int = 3) -> bytes:
        """The next transaction of an account, in no pool yet."""
        nonce = self._nonces.get(account, 0)
        self._nonces[account] = nonce + 1
        return encode(bytes((account,)), nonce, key, value)

    def block(self, parent: Hash | None = None, *transactions: bytes) -> Block:
        """A block of these transactions, on the best one unless said otherwise."""
        for transaction in transactions:
            self.node.submit(transaction)
        return self.node.seal(parent)

    def fork(self, parent: Hash, mark: int) -> Block:
        """A block beside others, from which its mark tells it."""
        transaction = self.node.submit(encode(bytes((200 + mark,)), 0, 5, mark))
        block = self.node.seal(parent)
        self.node.pool.drop(transaction)
        return block


class Client:
    """What one client sends and is told."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.told: list[dict[str, Any]] = []
        """Notifications that no test has looked at."""
        self._requests = 0

    def call(self, method: str, *params: Any) -> Any:
        """The result of a request; raises Refused."""
        reply = self.send(method, *params)
        self.read()
        return self.result(reply)

    def send(self, method: str, *params: Any) -> dict[str, Any]:
        """The reply to a request; notifications that follow it are left unread."""
        self._requests += 1
        request = {"jsonrpc": "2.0", "id": self._requests, "method": method, "params": params}
        self.connection.receive(json.dumps(request, default=lambda value: "0x" + value.hex()))
        reply = self._take()
        while reply is not None and "id" not in reply:
            self.told.append(reply)
            reply = self._take()
        assert reply is not None
        assert reply["id"] == self._requests
        return reply

    @staticmethod
    def result(reply: dict[str, Any]) -> Any:
        """What a reply has; raises Refused."""
        if "error" in reply:
            raise Refused(reply["error"])
        return reply["result"]

    def read(self, at_most: int | None = None) -> None:
        """Read notifications, all by default."""
        while at_most is None or at_most > 0:
            notification = self._take()
            if notification is None:
                return
            self.told.append(notification)
            at_most = None if at_most is None else at_most - 1

    def events(self, subscription: str | None = None) -> list[dict[str, Any]]:
        """What notifications said that no test has looked at, of one subscription or of all."""
        self.read()
        told, self.told = self.told, []
        wanted = [each["params"] for each in told if subscription in (None, each["params"]["subscription"])]
        return [each["result"] for each in wanted]

    def close(self) -> None:
        """Be gone."""
        self.connection.close()

    def _take(self) -> dict[str, Any] | None:
        text = self.connection.outbox.take()
        if text is None:
            return None
        message: dict[str, Any] = json.loads(text)
        return message


def to_hex(data: bytes) -> str:
    """As JSON has bytes."""
    return "0x" + data.hex()


def led(transaction: bytes) -> str:
    """A transaction as clients send it."""
    return to_hex(with_length_prefix(transaction))
