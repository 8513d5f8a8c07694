"""What a node goes through in a long life: transactions of all fates, questions, and clients that come and go."""

from __future__ import annotations

import json
import random
from typing import Any, Final

from benchmarks.raw_websocket import RawSocket, request_frame
from benchmarks.rpc_nodes import account_key
from benchmarks.signed_calls import SignedCalls
from chain.crypto.development import NAMES, account, pair
from chain.metadata import Call
from chain.metadata.calls import value_of

RECEIVERS: Final = [random.Random(number).randbytes(32) for number in range(100)]
"""Accounts that get tokens: no more of them, so that the state stays as large as it is."""

TOO_MUCH: Final = 10**30

UNIT: Final = 10**12

VISITORS: Final = 6
"""Clients that are connected at a time, besides the one that submits."""

SUBSCRIPTIONS: Final[tuple[tuple[str, list[object]], ...]] = (
    ("chain_subscribeNewHeads", []),
    ("chain_subscribeAllHeads", []),
    ("chain_subscribeFinalizedHeads", []),
    ("state_subscribeRuntimeVersion", []),
    ("state_subscribeStorage", [[f"0x{account_key(account('Alice')).hex()}"]]),
    ("chainHead_v1_follow", [True]),
)


class Load:
    """The life of one node; a seed makes it the same again, but for the moments at which blocks come."""

    def __init__(self, url: str, seed: int) -> None:
        self._url = url
        self._choice = random.Random(seed)
        self._socket = RawSocket(url)
        self._calls = SignedCalls(self._socket)
        self._keys = [pair(name) for name in NAMES]
        self._nonces = dict.fromkeys(range(len(self._keys)), 0)
        self._visitors: list[RawSocket] = []
        self.sent = 0
        """Transactions that the pool took."""

    def height(self) -> int:
        """The number of the best block."""
        return int(self._socket.ask("chain_getHeader")["number"], 16)

    def finalized(self) -> int:
        """The number of the finalized block."""
        return int(self._socket.ask("chain_getHeader", self._socket.ask("chain_getFinalizedHead"))["number"], 16)

    def nonces(self) -> tuple[list[int], list[int]]:
        """The senders' nonces in the state, and what they have to be when all that was taken is in blocks."""
        found = [self._socket.ask("state_getStorage", f"0x{account_key(key.account).hex()}") for key in self._keys]
        return [int.from_bytes(bytes.fromhex(each[2:10]), "little") for each in found], list(self._nonces.values())

    def close(self) -> None:
        """Everybody leaves."""
        for each in (self._socket, *self._visitors):
            each.close()

    def step(self, transactions: int) -> None:
        """So many transactions for the next block, some questions, and somebody comes or leaves."""
        choice = self._choice
        self._submit([self._transaction() for _ in range(transactions)])
        if choice.random() < 0.1:
            self._send_nonsense()
        for _ in range(choice.randint(0, 3)):
            self._question()
        if choice.random() < 0.2 and len(self._visitors) < VISITORS:
            self._visitors.append(self._visitor())
        elif choice.random() < 0.2 and self._visitors:
            self._visitors.pop(choice.randrange(len(self._visitors))).close()
        for visitor in self._visitors:
            visitor.heard()

    # Transactions

    def _submit(self, extrinsics: list[bytes]) -> None:
        frames = [request_frame("author_submitExtrinsic", (f"0x{each.hex()}",)) for each in extrinsics]
        self._socket.send(b"".join(frames))
        for _ in frames:
            reply = json.loads(self._socket.text())
            assert "result" in reply, reply
        self.sent += len(frames)

    def _transaction(self) -> bytes:
        sender = self._choice.randrange(len(self._keys))
        nonce = self._nonces[sender]
        self._nonces[sender] += 1
        return self._calls.signed(self._keys[sender], nonce, self._call())

    def _call(self) -> Call:
        kind = self._choice.random()
        if kind < 0.6:
            return self._transfer(TOO_MUCH if kind < 0.15 else UNIT)
        if kind < 0.8:
            name = "remark" if kind < 0.7 else "remark_with_event"
            return Call("System", name, {"remark": self._choice.randbytes(self._choice.randint(0, 200))})
        inner = [self._transfer(self._choice.choice([UNIT, UNIT, TOO_MUCH])) for _ in range(3)]
        name = self._choice.choice(["batch", "batch_all", "force_batch"])
        return Call("Utility", name, {"calls": [value_of(each) for each in inner]})

    def _transfer(self, value: int) -> Call:
        return Call("Balances", "transfer_keep_alive", {"dest": {"Id": self._choice.choice(RECEIVERS)}, "value": value})

    def _send_nonsense(self) -> None:
        """What the pool refuses: used nonces, signatures of others, bytes that mean nothing."""
        alice, nonce = self._keys[0], self._nonces[0]
        stale = self._calls.signed(alice, 0, self._transfer(UNIT))
        forged = bytearray(self._calls.signed(alice, nonce, self._transfer(UNIT)))
        forged[50] ^= 1
        refused = [stale, bytes(forged), self._choice.randbytes(100)] if nonce else []
        for each in refused:
            reply = self._asked("author_submitExtrinsic", f"0x{each.hex()}")
            assert "error" in reply, reply

    # Questions

    def _question(self) -> None:
        best = self.height()
        block_hash = self._socket.ask("chain_getBlockHash", self._choice.randint(0, best))
        who = self._choice.choice(RECEIVERS)
        key = f"0x{account_key(account('Alice')).hex()}"
        old = self._choice.choice([None, block_hash])  # a state that may be pruned
        asked: list[tuple[str, list[Any]]] = [
            ("state_getStorage", [key, old]),
            ("state_getKeysPaged", [key[:66], 20, None, old]),
            ("state_queryStorageAt", [[key], old]),
            ("chain_getBlock", [old]),
            ("state_call", ["Metadata_metadata_versions", "0x", old]),
            ("system_accountNextIndex", [f"0x{who.hex()}"]),
            ("author_pendingExtrinsics", []),
            ("system_health", []),
            ("archive_v1_hashByHeight", [best]),
        ]
        method, params = self._choice.choice(asked)
        self._asked(method, *params)

    def _asked(self, method: str, *params: object) -> dict[str, Any]:
        """The whole reply, which may be a refusal."""
        self._socket.send(request_frame(method, params))
        reply: dict[str, Any] = json.loads(self._socket.text())
        return reply

    # Other clients

    def _visitor(self) -> RawSocket:
        """Somebody who is told of blocks and states, asks once, and watches a transaction."""
        visitor = RawSocket(self._url)
        subscribed = self._choice.sample(SUBSCRIPTIONS, 3)
        visitor.send(b"".join(request_frame(method, params) for method, params in subscribed))
        watched = f"0x{self._transaction().hex()}"
        visitor.send(request_frame("author_submitAndWatchExtrinsic", [watched], number=99))
        while b'"id":99' not in visitor.text():
            pass
        self.sent += 1
        return visitor
