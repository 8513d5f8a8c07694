"""Sessions of clients with another server, replayed to a node of ours over the same genesis.

The server (chopsticks) executed the compiled runtime of a live chain for clients as their registries ship them. Our
node has the composition of `runtime.templates` for it, the same state of block zero but the code, and the same times.
Hashes of blocks, and the names of subscriptions and operations, are each server's own: they are compared as names, one
of ours for one of theirs throughout. Transactions are signed anew, since a signature covers the hash of block zero.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from chain.block import PreRuntime
from chain.crypto.development import pair
from chain.extrinsic import (
    Id,
    SignedExtrinsic,
    encode_signed,
    signing_payload,
    split,
    with_length_prefix,
    without_length_prefix,
)
from chain.node.consensus import time_inherent
from chain.node.service import Node
from chain.record import record
from chain.rpc.context import ChainInformation, Services
from chain.rpc.hexadecimal import to_hex
from chain.rpc.namespaces import standard_methods
from chain.rpc.protocol import Connection
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.construct import Runtime
from runtime.executive import in_next_block
from tests.end_to_end.node_forms import ValueForm, answer_form, event_form, is_named, whole
from tests.end_to_end.unified import Names, agree
from tests.vectors import SHARED, load, unhex

Message = dict[str, Any]

SLOT_MS = 6000
GENESIS_OF_ALL = "0x" + "45" * 32
"""What the other server calls block zero of every chain."""

SUBMITTING = ("author_submitAndWatchExtrinsic", "author_submitExtrinsic", "transaction_v1_broadcast")


@cache
def recorded(name: str) -> list[tuple[str, Message]]:
    """Messages with their directions: ">" to the server, "<" from it; skips where there is no such transcript."""
    path = SHARED / "transcripts" / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"transcript {name} is not beside this checkout")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(line["dir"], line["msg"]) for line in lines]


def first_block_ms(names: Iterable[str]) -> int:
    """When the first block was made: from the inherent of a later one that was asked for, one slot after the other."""
    for name in names:
        for _, message in recorded(name):
            match message:
                case {"result": {"block": {"header": {"number": number}, "extrinsics": [inherent, *_]}}}:
                    return _time(inherent) - (int(number, 16) - 1) * SLOT_MS
                case {"params": {"result": {"event": "operationBodyDone", "value": [inherent, *_]}}}:
                    return _time(inherent) - SLOT_MS  # those sessions have one block, on the first
    raise AssertionError(f"no block was asked for in {names}")


def _time(inherent: str) -> int:
    # length ‖ version ‖ pallet ‖ call ‖ 0x0b, which says that six bytes follow ‖ time
    return int.from_bytes(unhex(inherent)[5:], "little")


@record
class Template:
    """A composition, the recording that has its genesis, and the decimals that its chain specification tells."""

    make: Callable[[Overlay], Runtime]
    golden: str
    decimals: int | None = None
    of_value: ValueForm = whole


class TemplateChain:
    """A node over a recorded genesis with its first block, and what the other server called its blocks."""

    def __init__(self, template: Template, first_ms: int) -> None:
        golden = load(f"golden/golden-{template.golden}.json")
        items = {unhex(key): unhex(value) for key, value in golden["genesis"].items()}
        self.of_value = template.of_value
        self.node: Node[Any] = Node(
            template.make,
            Trie.from_items({**items, b":code": b"code"}, version=golden["stateVersion"]),
            inherents=lambda number: time_inherent(first_ms + (number - 1) * SLOT_MS),
            digest=lambda number: (_aura(first_ms // SLOT_MS + number - 1),),
        )
        information = ChainInformation(
            name="local_testnet",
            properties={} if template.decimals is None else {"tokenDecimals": template.decimals},
            implementation="Local Testnet",
            version="chopsticks-v1",
        )
        self.services = Services(self.node, information)
        self.names = Names({GENESIS_OF_ALL: to_hex(self.node.best.hash)})
        self.node.seal()

    def finalize(self) -> None:
        """Finalize the best block."""
        if self.node.chain.finalized.hash != self.node.best.hash:
            self.node.finalize(self.node.best.hash)

    def signed(self, extrinsic: bytes) -> bytes:
        """A transaction of Alice with a signature for this chain, its other bytes as they are."""
        envelope = split(extrinsic)
        assert isinstance(envelope, SignedExtrinsic)
        alice, runtime = pair("Alice"), self.node.runtime_at()
        assert envelope.signer == alice.account
        explicit, call_at = runtime.extensions.read(extrinsic, envelope.offset)
        with in_next_block(runtime, self.node.best.hash):
            implicit = runtime.extensions.implicit(explicit)
        extra, call = extrinsic[envelope.offset : call_at], extrinsic[call_at:]
        return encode_signed(Id(alice.account), alice.signature(signing_payload(call, extra, implicit)), extra, call)


def _aura(slot: int) -> PreRuntime:
    return PreRuntime(b"aura", slot.to_bytes(8, "little"))


Stream = tuple[str, str]
"""Notifications of one subscription; those of an operation in it apart from those of the chain."""


@dataclass
class Session:
    """One transcript on a chain: what was asked, and what was answered then and is now."""

    chain: TemplateChain
    requests: dict[Any, Message] = field(default_factory=dict)
    replies: dict[Any, Message] = field(default_factory=dict)
    """Ours, by the identifiers of the requests."""
    operations: dict[str, Message] = field(default_factory=dict)
    """What began each operation, by its name there."""
    told_then: dict[Stream, list[Any]] = field(default_factory=lambda: defaultdict(list))
    told_now: dict[Stream, list[Any]] = field(default_factory=lambda: defaultdict(list))
    compared: Counter[Stream] = field(default_factory=Counter)
    """How many notifications of a stream are known to agree."""

    def replay(self, name: str) -> None:
        """Ask all that was asked, and compare; blocks are made and finalized when they were."""
        messages = recorded(name)
        self._connection = Connection(standard_methods(), self.chain.services)
        transactions = [message["params"][0] for direction, message in messages if message.get("method") in SUBMITTING]
        for direction, message in messages:
            if direction == ">":
                self._ask(message, transactions)
            elif "id" in message:
                self._compare_reply(message)
            else:
                self._hear(message["params"])
            self._compare_told()
        self._connection.close()
        own = {
            (self.chain.names[name], operation and self.chain.names[operation]) for name, operation in self.told_then
        }
        assert own == self.told_now.keys()
        for stream, told in self.told_then.items():
            assert self.compared[stream] == len(told) == len(self.told_now[self._own(stream)]), stream

    def _ask(self, message: Message, transactions: list[str]) -> None:
        method, text = message["method"], json.dumps(message)
        self.requests[message["id"]] = message
        if method != "author_unwatchExtrinsic":
            self._finalize()
        for transaction in transactions:
            if transaction[2:] in text and transaction not in self.chain.names:
                signed = self.chain.signed(without_length_prefix(unhex(transaction)))
                self.chain.names.bind(transaction, to_hex(with_length_prefix(signed)))
        self._connection.receive(self.chain.names.translated(text))
        if self.chain.node.pool.ready_count:
            self.chain.node.seal()
        self._take()

    def _finalize(self) -> None:
        self.chain.finalize()
        self._take()

    def _take(self) -> None:
        for text in iter(self._connection.outbox.take, None):
            answer = json.loads(text)
            if "id" in answer:
                self.replies[answer["id"]] = answer
            else:
                event = answer["params"]["result"]
                self.told_now[answer["params"]["subscription"], _operation(event)].append(event)

    def _compare_reply(self, then: Message) -> None:
        request, now = self.requests[then["id"]], self.replies[then["id"]]
        method = request["method"]
        if "error" in then:
            assert then["error"]["code"] == now["error"]["code"], method
            return
        assert "error" not in now, now
        if isinstance(then["result"], dict) and "operationId" in then["result"]:
            self.operations[then["result"]["operationId"]] = request
        theirs, ours = (answer_form(request, reply["result"], self.chain.of_value) for reply in (then, now))
        agree(theirs, ours, self.chain.names, method, is_name=is_named(method))

    def _hear(self, params: Message) -> None:
        event = params["result"]
        if isinstance(event, dict) and "broadcast" in event:
            return  # a node without peers has nobody to tell
        self.told_then[params["subscription"], _operation(event)].append(event)
        if isinstance(event, dict) and ("finalized" in event or event.get("event") == "finalized"):
            self._finalize()

    def _compare_told(self) -> None:
        """Compare what both have told, of what has names: the reply with a name may come later."""
        names = self.chain.names
        for stream, told in self.told_then.items():
            if not all(name in names for name in stream if name):
                continue
            request = self.operations.get(stream[1])
            pairs = list(zip(told, self.told_now[self._own(stream)], strict=False))
            for both in pairs[self.compared[stream] :]:
                theirs, ours = (event_form(event, request, self.chain.of_value) for event in both)
                agree(theirs, ours, names, str(stream))
            self.compared[stream] = len(pairs)

    def _own(self, stream: Stream) -> Stream:
        subscription, operation = stream
        return self.chain.names[subscription], operation and self.chain.names[operation]


def _operation(event: Any) -> str:
    return event.get("operationId", "") if isinstance(event, dict) else ""
