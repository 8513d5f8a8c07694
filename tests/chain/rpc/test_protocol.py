"""JSON-RPC 2.0: what comes in, and what goes out."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.rpc.limits import RpcLimits
from chain.rpc.namespaces import standard_methods
from chain.rpc.protocol import Connection
from tests.chain.rpc.served_chain import ServedChain

CHAIN = ServedChain()
NAME = {"jsonrpc": "2.0", "method": "system_chain"}


def answers(message: bytes | str, limits: RpcLimits | None = None) -> list[Any]:
    connection = CHAIN.client(limits).connection
    connection.receive(message)
    found = list[Any]()
    while (text := connection.outbox.take()) is not None:
        found.append(json.loads(text))
    return found


def answer(request: Any, limits: RpcLimits | None = None) -> Any:
    found = answers(json.dumps(request), limits)
    assert len(found) == 1
    return found[0]


def error(code: int, message: str, data: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": message} | ({} if data is None else {"data": data})


def refused(request_id: Any, code: int, message: str, data: str | None = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": request_id, "error": error(code, message, data)}


@pytest.mark.parametrize("request_id", [0, 1, -1, 2**64, "", "12-patched-1", "é\ud800", None])
def test_a_request_is_answered_under_its_id(request_id: Any) -> None:
    assert answer({**NAME, "id": request_id}) == {"jsonrpc": "2.0", "id": request_id, "result": "Fake"}


@pytest.mark.parametrize("params", [None, [], [None], {}, ["more"]])
def test_params_may_be_absent_null_empty_or_longer(params: Any) -> None:
    assert answer({**NAME, "id": 1, "params": params})["result"] == "Fake"


def test_notifications_are_not_answered() -> None:
    assert answers(json.dumps(NAME)) == []
    assert answers(json.dumps({"jsonrpc": "2.0", "method": "no_such"})) == []
    assert answers(json.dumps([NAME, NAME])) == []


@pytest.mark.parametrize("message", ["", "{", "[1,", b"\xff\xfe", "NaN", '{"id":NaN}', "[" * 100_000, "1" * 5000])
def test_what_is_no_json_is_a_parse_error(message: bytes | str) -> None:
    assert answers(message) == [refused(None, -32700, "Parse error")]


@pytest.mark.parametrize(
    ("request_id", "request_"),
    [
        (None, []),
        (None, 1),
        (None, "text"),
        (None, None),
        (1, {"id": 1, "method": "system_chain"}),
        (1, {"jsonrpc": "1.0", "id": 1, "method": "system_chain"}),
        (1, {"jsonrpc": "2.0", "id": 1}),
        (1, {"jsonrpc": "2.0", "id": 1, "method": 7}),
        (None, {**NAME, "id": True}),
        (None, {**NAME, "id": 1.5}),
        (None, {**NAME, "id": [1]}),
    ],
)
def test_what_is_no_request_is_refused(request_id: Any, request_: Any) -> None:
    assert answer(request_) == refused(request_id, -32600, "Invalid request")


def test_an_unknown_method_is_not_found() -> None:
    expected = refused(1, -32601, "Method not found", "no_such; rpc_methods lists what is served")
    assert answer({"jsonrpc": "2.0", "id": 1, "method": "no_such"}) == expected


def test_params_that_are_not_the_methods_are_refused() -> None:
    found = answer({"jsonrpc": "2.0", "id": 1, "method": "chain_getHeader", "params": ["0x1234"]})
    assert found == refused(
        1, -32602, "Invalid params", "parameter 1, blockHash: 2 bytes of hexadecimal digits, not 32"
    )


def test_a_bug_is_an_internal_error_and_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "rpc"):
        found = answer({"jsonrpc": "2.0", "id": 1, "method": "state_call", "params": ["Have_bug", "0x"]})
    assert found == refused(1, -32603, "Internal error")
    assert [record.message for record in caplog.records] == ["state_call failed"]
    assert "ZeroDivisionError" in caplog.text


def test_a_batch_is_answered_in_order_without_its_notifications() -> None:
    batch = [{**NAME, "id": "a"}, NAME, 5, {"jsonrpc": "2.0", "id": 2, "method": "no_such"}]
    first, second, third = answer(batch)
    assert first == {"jsonrpc": "2.0", "id": "a", "result": "Fake"}
    assert second == refused(None, -32600, "Invalid request")
    assert third["error"]["code"] == -32601


def test_the_reply_to_a_batch_comes_before_what_its_subscriptions_tell() -> None:
    request = {"jsonrpc": "2.0", "method": "chain_subscribeNewHeads"}
    reply, first, second = answers(json.dumps([{**request, "id": at} for at in range(2)]))
    assert [first["params"]["subscription"], second["params"]["subscription"]] == [each["result"] for each in reply]


def test_a_batch_may_be_answered_in_turns() -> None:
    connection = CHAIN.client().connection
    steps = connection.steps(json.dumps([{**NAME, "id": at} for at in range(3)]))
    assert [connection.outbox.take() for _ in steps] == [None] * 3
    assert len(json.loads(connection.outbox.take() or "")) == 3


@pytest.mark.parametrize(
    ("limits", "request_", "expected"),
    [
        (
            RpcLimits(request_bytes=10),
            {**NAME, "id": 1},
            error(-32007, "Request is too big", "Exceeded max limit of 10"),
        ),
        (
            RpcLimits(batch=2),
            [NAME] * 3,
            error(-32010, "The batch request was too large", "Exceeded max limit of 2"),
        ),
        (
            RpcLimits(response_bytes=50),
            {"jsonrpc": "2.0", "id": 1, "method": "rpc_methods"},
            error(-32008, "Response is too big", "Exceeded max limit of 50"),
        ),
        (
            RpcLimits(response_bytes=100),
            [{**NAME, "id": 1}] * 5,
            error(-32008, "The batch response was too large", "Exceeded max limit of 100"),
        ),
        (
            RpcLimits(subscriptions=0),
            {"jsonrpc": "2.0", "id": 1, "method": "chain_subscribeNewHeads"},
            error(-32006, "Too many subscriptions on the connection", "Exceeded max limit of 0"),
        ),
    ],
)
def test_limits_hold(limits: RpcLimits, request_: Any, expected: dict[str, Any]) -> None:
    assert answer(request_, limits)["error"] == expected


def test_a_request_and_a_reply_have_as_many_bytes_as_at_substrates_nodes() -> None:
    assert (RpcLimits().request_bytes, RpcLimits().response_bytes) == (15 * 1024 * 1024, 15 * 1024 * 1024)
    assert (RpcLimits().connections, RpcLimits().subscriptions) == (100, 1024)


def test_calls_are_counted_by_method() -> None:
    counted = list[tuple[str, bool, bool]]()
    connection = Connection(
        standard_methods(),
        CHAIN.services,
        on_call=lambda method, is_error, seconds: counted.append((method, is_error, seconds >= 0)),
    )
    for method in ("system_chain", "chain_getHeader", "no_such", "state_getStorage"):
        connection.receive(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method}))
    assert counted == [
        ("system_chain", False, True),
        ("chain_getHeader", False, True),
        ("state_getStorage", True, True),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
requests = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0"), "method": st.sampled_from(sorted(standard_methods())), "id": st.integers(0, 9)},
    optional={"params": json_values | st.lists(json_values | st.just("0x") | st.just("0x" + "00" * 32), max_size=4)},
)


@given(st.binary(max_size=60) | json_values.map(json.dumps))
def test_whatever_is_sent_is_answered_or_passed_over(message: bytes | str) -> None:
    assert all("result" in each or "error" in each for each in _flat(answers(message)))


@given(requests)
def test_no_params_are_a_bug(request: dict[str, Any]) -> None:
    codes = [each["error"]["code"] for each in _flat(answers(json.dumps(request))) if "error" in each]
    assert -32603 not in codes


def _flat(found: list[Any]) -> list[Any]:
    replies = [each for reply in found for each in (reply if isinstance(reply, list) else [reply])]
    return [each for each in replies if "method" not in each]
