"""One request, its reply, and what comes between them."""

from __future__ import annotations

import pytest

from chain.client.errors import BadAnswer, RequestRefused, TransactionRefused
from chain.client.json_rpc import JsonRpc
from tests.chain.client.scripted import Scripted


def test_bytes_are_sent_as_digits() -> None:
    transport = Scripted("0x")
    assert JsonRpc(transport)("state_getStorage", b"\1\2", None) == "0x"
    assert transport.asked == [("state_getStorage", ["0x0102", None])]


def test_what_is_no_reply_to_the_request_is_passed_over() -> None:
    transport = Scripted(7).text('{"jsonrpc":"2.0","id":99,"result":1}').text('{"jsonrpc":"2.0","method":"x"}')
    assert JsonRpc(transport)("a") == 7


def test_notifications_wait_for_who_follows() -> None:
    told = '{"jsonrpc":"2.0","method":"chain_newHead","params":{"subscription":"5","result":%d}}'
    transport = Scripted("5", "other").text(told % 1)
    rpc = JsonRpc(transport)
    heads = rpc.follow("chain_subscribeNewHeads")
    assert next(heads) == 1
    transport.text(told % 2)
    assert rpc("system_chain") == "other"
    assert next(heads) == 2


@pytest.mark.parametrize(
    ("code", "kind"), [(-32601, RequestRefused), (4003, RequestRefused), (1010, TransactionRefused)]
)
def test_errors_have_their_code_text_and_data(code: int, kind: type[RequestRefused]) -> None:
    transport = Scripted().text(f'{{"jsonrpc":"2.0","id":1,"error":{{"code":{code},"message":"No","data":"why"}}}}')
    with pytest.raises(kind, match=rf"a: No: why \({code}\)") as refused:
        JsonRpc(transport)("a")
    assert type(refused.value) is kind
    assert (refused.value.code, refused.value.message, refused.value.data) == (code, "No", "why")


def test_an_error_without_id_is_the_answer() -> None:
    transport = Scripted().text('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}')
    with pytest.raises(RequestRefused, match="Parse error"):
        JsonRpc(transport)("a")


@pytest.mark.parametrize(
    "text", ["", "[]", "7", "{", '{"id":1}', '{"id":1,"error":5}', '{"id":1,"error":{"code":"x"}}', "[" * 100_000]
)
def test_nonsense_is_a_bad_answer(text: str) -> None:
    with pytest.raises(BadAnswer):
        JsonRpc(Scripted().text(text))("a")
