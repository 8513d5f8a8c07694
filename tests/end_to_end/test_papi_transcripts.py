"""What polkadot-api sent to real runtimes is answered in the form that it got, and where chains agree with its bytes.

Each transcript has the requests of one session, and the answers of another server (chopsticks) that executed the
runtime of a live chain. It differs from a node in three things that are not compared: what `rpc_methods` says, the
runtime of `initialized` without its frame, and nulls among storage items.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from chain.rpc.context import ChainInformation, Services
from chain.rpc.namespaces import standard_methods
from chain.rpc.protocol import Connection
from runtime.dev import genesis_state, local_genesis
from runtime.devnet import dev_node
from tests.vectors import SHARED

TRANSCRIPTS = ["fennel.papi.jsonl", "mk.papi.jsonl"]

Message = dict[str, Any]


@cache
def recorded(name: str) -> list[tuple[str, Message]]:
    """Messages with their directions: ">" to the server, "<" from it."""
    path = SHARED / "transcripts" / name
    if not path.exists():
        pytest.skip(f"transcript {name} is not beside this checkout")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(line["dir"], line["msg"]) for line in lines]


class Replay:
    """Our node answers what was asked then, with its own hashes in the place of those."""

    def __init__(self, messages: list[tuple[str, Message]]) -> None:
        self._node = dev_node(genesis_state(local_genesis()).updated({b":code": b"code"}), finality_lag=0)
        self._connection = Connection(standard_methods(), Services(self._node, ChainInformation(properties={})))
        self._own: dict[str, str] = {}
        self.replies: dict[Any, Any] = {}
        self.events: list[Message] = []
        self._node.seal()
        for direction, message in messages:
            if direction == ">":
                self._ask(message)
            else:
                self._learn(message)

    def _ask(self, message: Message) -> None:
        text = json.dumps(message)
        for then, now in self._own.items():
            text = text.replace(then, now)
        self._connection.receive(text)
        if message["method"] == "transaction_v1_broadcast":
            self._node.seal()
        for answer in iter(self._connection.outbox.take, None):
            said = json.loads(answer)
            if "id" in said:
                assert "error" not in said, said
                self.replies[said["id"]] = said["result"]
            else:
                self.events.append(said["params"]["result"])

    def _learn(self, message: Message) -> None:
        """Which of our names stand for those of the transcript."""
        if isinstance(message.get("result"), str) and message["id"] in self.replies:
            self._own[message["result"]] = self.replies[message["id"]]
        event = message.get("params", {}).get("result", {})
        best = "0x" + self._node.best.hash.hex()
        if event.get("event") == "initialized":
            self._own[event["finalizedBlockHashes"][-1]] = best
        if event.get("event") == "newBlock":
            self._own[event["blockHash"]] = best


def shape(value: Any) -> Any:
    """What a value is made of."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return sorted({json.dumps(shape(each)) for each in value if each is not None})
    if isinstance(value, str):
        return "hexadecimal" if value.startswith("0x") else "text"
    return type(value).__name__


def shapes(events: list[Message]) -> set[str]:
    """The shapes of events, with their names."""
    compared = [{name: each for name, each in event.items() if name != "finalizedBlockRuntime"} for event in events]
    return {event["event"] + json.dumps(shape(event)) for event in compared}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_recorded_session_is_answered_in_the_same_form(name: str) -> None:
    messages = recorded(name)
    replay = Replay(messages)
    then = {message["id"]: message["result"] for direction, message in messages if direction == "<" and "id" in message}
    assert then.keys() == replay.replies.keys()
    for request in (message for direction, message in messages if direction == ">"):
        if request["method"] != "rpc_methods":
            assert shape(replay.replies[request["id"]]) == shape(then[request["id"]]), request["method"]
    told = [message["params"]["result"] for direction, message in messages if direction == "<" and "id" not in message]
    assert shapes(replay.events) == shapes(told)


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_an_untouched_account_has_the_bytes_of_the_real_chains(name: str) -> None:
    messages = recorded(name)
    asked = next(
        message["params"][2][0]["key"]
        for direction, message in messages
        if message.get("method") == "chainHead_v1_storage" and message["params"][2][0]["type"] == "value"
    )
    told = [message["params"]["result"] for direction, message in messages if direction == "<" and "id" not in message]
    assert _items(Replay(messages).events, asked)[0] == _items(told, asked)[0]


def _items(events: list[Message], key: str) -> list[Message]:
    return [item for event in events for item in event.get("items", []) if item is not None and item["key"] == key]
