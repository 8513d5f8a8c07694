"""What is asked of a served node, whichever it is: reads one by one, reads all at once, transfers into blocks."""

from __future__ import annotations

import json
import time
from typing import Final

from benchmarks.measure import WorkDiffers
from benchmarks.raw_websocket import RawSocket, request_frame, result_of
from benchmarks.rpc_nodes import account_key
from benchmarks.signed_calls import SignedCalls
from chain.crypto.development import pair
from chain.metadata import Call
from chain.primitives import AccountId

AMOUNT: Final = 10**12

_ALICE, _BOB = pair("Alice"), pair("Bob")

BUILD: Final = "dev_newBlock"
"""What the peer makes a block by; ours needs not be told."""


class RpcSide:
    """One node, asked over one connection at a time.

    builds: whether the node makes blocks only when it is told to
    """

    def __init__(self, url: str, *, builds: bool = False) -> None:
        """Raises NodeSilent."""
        self.socket = RawSocket(url)
        self._builds = builds
        self._url = url
        self._calls = SignedCalls(self.socket)
        self._nonce = self._account(_ALICE.account)[0]

    def close(self) -> None:
        """Leave the node."""
        self.socket.close()

    def connect(self) -> None:
        """Begin a new connection: who is not asked anything for long is sent pings, which nobody here answers."""
        self.socket.close()
        self.socket = RawSocket(self._url)

    def round_trips(self, count: int) -> float:
        """Seconds a read of an account, each sent when the one before is answered."""
        frame, socket, last = _read_frame(), self.socket, b""
        begun = time.perf_counter()
        for _ in range(count):
            socket.send(frame)
            last = socket.text()
        taken = time.perf_counter() - begun
        _require_account(last)
        return taken / count

    def pipelined(self, count: int) -> float:
        """Seconds a read of an account, all of them sent at once."""
        frames, socket = b"".join(_read_frame(number) for number in range(count)), self.socket
        begun = time.perf_counter()
        socket.send(frames)
        replies = [socket.text() for _ in range(count)]
        taken = time.perf_counter() - begun
        for number, reply in enumerate(replies):
            if json.loads(reply)["id"] != number:
                raise WorkDiffers(f"reply {number} answers another request: {reply[:80].decode()}")
            _require_account(reply)
        return taken / count

    def included(self, count: int, patience_s: float = 60) -> float:
        """Seconds a transfer, from sending the first until the state has all; raises WorkDiffers, NodeSilent."""
        before, wanted = self._account(_BOB.account)[1], self._nonce + count
        frames = [
            request_frame(
                "author_submitExtrinsic", (f"0x{self._calls.signed(_ALICE, nonce, transfer()).hex()}",), nonce
            )
            for nonce in range(self._nonce, wanted)
        ]
        begun = time.perf_counter()
        if self._builds:
            self._submit_in_turn(frames)
            self.socket.ask(BUILD)
        else:
            self.socket.send(b"".join(frames))
            for _ in range(count):
                result_of(self.socket.text())
        nonce = self._account(_ALICE.account)[0]
        while nonce < wanted and time.perf_counter() < begun + patience_s and not self._builds:
            nonce = self._account(_ALICE.account)[0]
        taken = time.perf_counter() - begun
        if nonce != wanted:
            raise WorkDiffers(f"{count} transfers were sent, and {wanted - nonce} are in no block")
        self._nonce = wanted
        if self._account(_BOB.account)[1] != before + count * AMOUNT:
            raise WorkDiffers("not every transfer arrived")
        return taken / count

    def _submit_in_turn(self, frames: list[bytes]) -> None:
        """Each when the one before is accepted: the peer loses transfers whose nonces come in another order."""
        for frame in frames:
            self.socket.send(frame)
            result_of(self.socket.text())

    def _account(self, who: AccountId) -> tuple[int, int]:
        """Nonce and free balance: AccountInfo begins with four u32 and a u128 in either runtime."""
        encoded = bytes.fromhex(self.socket.ask("state_getStorage", f"0x{account_key(who).hex()}")[2:])
        return int.from_bytes(encoded[:4], "little"), int.from_bytes(encoded[16:32], "little")


def transfer() -> Call:
    """A token to Bob, as a call of metadata."""
    return Call("Balances", "transfer_keep_alive", {"dest": {"Id": _BOB.account}, "value": AMOUNT})


def _read_frame(number: int = 1) -> bytes:
    return request_frame("state_getStorage", (f"0x{account_key(_ALICE.account).hex()}",), number)


def _require_account(reply: bytes) -> None:
    found = result_of(reply)
    if not isinstance(found, str) or len(found) != 162:
        raise WorkDiffers(f"an account has 80 bytes, and the answer is {found!r}")
