"""What a node answers to who controls it, as values; what is no answer is refused by a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chain.client.endpoint import Endpoint
from chain.client.errors import BadAnswer, RequestRefused, TransactionRefused, UnknownBlock
from chain.client.json_rpc import JsonRpc
from chain.client.remote_control import RemoteControl, WaitingTransaction
from chain.client.told import ToldChange, ToldEvent
from chain.extrinsic import with_length_prefix
from chain.node.control import ControlError
from chain.primitives import AccountId, Hash
from tests.chain.client.scripted import Scripted

HASH = Hash(b"\7" * 32)
SHOWN = "0x" + "07" * 32
ACCOUNT = AccountId(b"\1" * 32)
CHANGE = {"storageKey": "0x01", "item": "Sudo.Key", "keys": ["a", 5], "before": None, "after": {"b": 1}}
EVENT = {"pallet": "System", "name": "Remarked", "fields": {"sender": "5G"}, "extrinsic": 1}


def control(*results: Any) -> RemoteControl:
    return RemoteControl(Endpoint(JsonRpc(Scripted(*results))))


def refusing(code: int, message: str, data: str | None = None) -> RemoteControl:
    error = {"code": code, "message": message, **({} if data is None else {"data": data})}
    return RemoteControl(Endpoint(JsonRpc(Scripted().text(json.dumps({"jsonrpc": "2.0", "id": 1, "error": error})))))


def test_bytes_are_asked_for_by_their_digits_and_extrinsics_with_their_length() -> None:
    transport = Scripted(SHOWN, SHOWN, [SHOWN], True)
    remote = RemoteControl(Endpoint(JsonRpc(transport)))
    remote.set_storage({b"\1": b"\2", b"\3": None}, HASH)
    remote.replace(HASH, b"\4\5")
    assert remote.drop_of(ACCOUNT) == [HASH]
    assert remote.forget(3)
    assert transport.asked == [
        ("dev_setStorage", [[["0x01", "0x02"], ["0x03", None]], SHOWN, False]),
        ("dev_replaceTransaction", [SHOWN, "0x080405"]),
        ("dev_dropTransactions", [{"account": "0x" + ACCOUNT.hex()}]),
        ("dev_forgetSnapshot", [3]),
    ]


def test_a_dry_run_is_told() -> None:
    found = control(
        {
            "outcome": {"isSuccess": True, "error": None},
            "fee": "9007199254740993",
            "events": [EVENT],
            "changes": [CHANGE],
        }
    ).dry_run(b"\4")
    assert (found.succeeds, found.fee) == (True, 9007199254740993)
    assert found.changes == (ToldChange(b"\1", "Sudo.Key", ("a", 5), None, {"b": 1}),)
    assert found.events == (ToldEvent("System", "Remarked", {"sender": "5G"}, 1),)
    assert str(found.changes[0]) == "Sudo.Key[a, 5]: nothing became {'b': 1}"
    assert str(found.events[0]) == "System.Remarked(sender='5G')"


def test_a_refused_extrinsic_is_an_outcome_and_a_refused_request_an_error() -> None:
    refused = refusing(1, "Error: Invalid Transaction: Stale", "Invalid.Stale").dry_run(b"\4")
    assert (refused.refused, refused.succeeds, refused.changes) == ("Invalid Transaction: Stale", False, ())
    with pytest.raises(ControlError, match=r"^this is no call$"):
        refusing(1, "Error: this is no call").dry_run_as(ACCOUNT, b"")


@pytest.mark.parametrize(
    ("code", "message", "kind", "sentence"),
    [
        (1, "Error: there is no snapshot 3", ControlError, "^there is no snapshot 3$"),
        (-32601, "RPC call is unsafe to be called externally", ControlError, "palletlab dev --unsafe-rpc"),
        (-32601, "Method not found", ControlError, r"dev_revert: Method not found"),
        (4003, f"Client error: UnknownBlock: Header was not found in the database: {SHOWN}", UnknownBlock, SHOWN),
        (1010, "Invalid Transaction", TransactionRefused, "Invalid Transaction"),
        (-32602, "Invalid params", RequestRefused, "Invalid params"),
    ],
)
def test_refusals_are_of_the_kinds_that_a_control_in_the_process_raises(
    code: int, message: str, kind: type[Exception], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        refusing(code, message).revert(3)


def test_waiting_transactions_come_without_their_length() -> None:
    answer = {"hash": SHOWN, "extrinsic": "0x" + with_length_prefix(b"\4\5").hex(), "isReady": True, "signer": None}
    assert control([answer]).pending() == [WaitingTransaction(HASH, b"\4\5", True, None)]


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda remote: remote.snapshot(), "soon"),
        (lambda remote: remote.snapshot(), None),
        (lambda remote: remote.snapshot(), True),
        (lambda remote: remote.travel(1), [1]),
        (lambda remote: remote.set_head(1), "0x07"),
        (lambda remote: remote.pending(), {}),
        (lambda remote: remote.pending(), [{}]),
        (lambda remote: remote.drop(HASH), None),
        (lambda remote: remote.dry_run(b"\4"), {"outcome": {}}),
        (lambda remote: remote.dry_run(b"\4"), []),
        (lambda remote: remote.replay(HASH), {"refused": None, "stateRoot": SHOWN}),
        (lambda remote: remote.replay(HASH), {"refused": None, "stateRoot": 1}),
        (lambda remote: remote.notes(), {"isOverridden": False, "isMarked": False}),
    ],
)
def test_what_no_node_answers_is_told(ask: Callable[[RemoteControl], object], answer: Any) -> None:
    with pytest.raises(BadAnswer, match=r"^dev_\w+: "):
        ask(control(answer))
