"""A subscription tells until it ends, and ends once."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest

from chain.rpc.errors import RpcError
from chain.rpc.limits import RpcLimits
from chain.rpc.outbox import Outbox
from chain.rpc.subscriptions import Subscriptions, json_text


class Told:
    """Subscriptions of a connection, and what reaches its client."""

    def __init__(self, at_most: int = 10, *, is_possible: bool = True) -> None:
        self.outbox = Outbox(RpcLimits(), lambda: None)
        self.subscriptions = Subscriptions(self.outbox, count(1), at_most, is_possible)

    def read(self) -> list[dict[str, Any]]:
        found = list[dict[str, Any]]()
        while (text := self.outbox.take()) is not None:
            found.append(json.loads(text))
        return found


def test_a_notification_has_method_subscription_and_result() -> None:
    told = Told()
    subscription = told.subscriptions.begin("chain_newHead")
    subscription.send({"hash": b"\1\2"})
    params = {"subscription": subscription.id, "result": {"hash": "0x0102"}}
    assert told.read() == [{"jsonrpc": "2.0", "method": "chain_newHead", "params": params}]


def test_an_ended_subscription_tells_nothing_and_is_forgotten() -> None:
    told, ended = Told(), list[int]()
    subscription = told.subscriptions.begin("a")
    subscription.on_end(lambda: ended.append(1))
    assert told.subscriptions.end(subscription.id, "b") is False
    assert told.subscriptions.end(subscription.id, "a") is True
    assert told.subscriptions.end(subscription.id, "a") is False
    subscription.end()
    subscription.send(1)
    assert (told.read(), ended, len(told.subscriptions)) == ([], [1], 0)


def test_an_end_makes_room_for_another() -> None:
    told = Told(at_most=1)
    first = told.subscriptions.begin("a")
    with pytest.raises(RpcError, match="Too many subscriptions on the connection"):
        told.subscriptions.begin("a")
    first.end()
    assert told.subscriptions.begin("a").id != first.id


def test_with_the_connection_all_end() -> None:
    told = Told()
    begun = [told.subscriptions.begin("a") for _ in range(3)]
    told.subscriptions.end_all()
    assert [subscription.is_active for subscription in begun] == [False] * 3


def test_a_connection_that_cannot_be_told_has_none() -> None:
    with pytest.raises(RpcError, match="Subscriptions are not available over HTTP"):
        Told(is_possible=False).subscriptions.begin("a")


def test_only_bytes_and_what_json_has_can_be_told() -> None:
    assert json_text([b"", "é", None, 2**70]) == '["0x","\\u00e9",null,1180591620717411303424]'
    with pytest.raises(TypeError, match="object has no form in JSON"):
        json_text(object())
