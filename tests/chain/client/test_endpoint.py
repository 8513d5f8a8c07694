"""A node's answers as values; what no node answers is refused by a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from chain.block import Header, PreRuntime
from chain.client.endpoint import PAGE, VALUES, Endpoint, Version
from chain.client.errors import BadAnswer
from chain.client.json_rpc import JsonRpc
from chain.extrinsic import with_length_prefix
from chain.primitives import Hash
from tests.chain.client.scripted import Scripted

HASH = Hash(b"\7" * 32)
HEADER: dict[str, Any] = {
    "parentHash": "0x" + "01" * 32,
    "number": "0x2a",
    "stateRoot": "0x" + "02" * 32,
    "extrinsicsRoot": "0x" + "03" * 32,
    "digest": {"logs": ["0x0661757261080500"]},
}


def endpoint(*results: Any) -> Endpoint:
    return Endpoint(JsonRpc(Scripted(*results)))


def test_a_header_in_json_is_a_header() -> None:
    expected = Header(
        Hash(b"\1" * 32), 42, Hash(b"\2" * 32), Hash(b"\3" * 32), (PreRuntime(b"aura", bytes.fromhex("0500")),)
    )
    assert endpoint(HEADER).header(HASH) == expected


def test_blocks_carry_extrinsics_without_their_length() -> None:
    extrinsic = bytes(100)
    answer = {"block": {"header": HEADER, "extrinsics": ["0x" + with_length_prefix(extrinsic).hex()]}}
    block = endpoint(answer).block(HASH)
    assert block is not None
    assert block.extrinsics == (extrinsic,)
    assert endpoint(None).block(HASH) is None


def test_keys_come_in_pages() -> None:
    keys = [number.to_bytes(4, "big") for number in range(PAGE + 5)]
    transport = Scripted([f"0x{key.hex()}" for key in keys[:PAGE]], [f"0x{key.hex()}" for key in keys[PAGE:]])
    assert list(Endpoint(JsonRpc(transport)).keys(b"\0", HASH)) == keys
    assert [params[2] for _, params in transport.asked] == ["0x00", f"0x{keys[PAGE - 1].hex()}"]


def test_values_are_asked_for_in_pages_and_given_in_order() -> None:
    keys = [bytes([number % 256, number // 256]) for number in range(VALUES + 2)]
    first = [{"block": "0x", "changes": [[f"0x{key.hex()}", f"0x{key.hex()}"] for key in reversed(keys[:VALUES])]}]
    second = [{"block": "0x", "changes": [[f"0x{keys[VALUES].hex()}", None]]}]
    assert list(endpoint(first, second).values(keys, HASH)) == [*keys[:VALUES], None, None]


def test_a_version_is_what_codecs_and_signatures_depend_on() -> None:
    answer = {"specName": "node", "specVersion": 7, "transactionVersion": 3, "apis": []}
    assert endpoint(answer).version(HASH) == Version("node", 7, 3)


@pytest.mark.parametrize(
    ("method", "arguments", "answer"),
    [
        ("block_hash", (1,), "0x00"),
        ("block_hash", (1,), 7),
        ("finalized", (), None),
        ("header", (HASH,), {}),
        ("header", (HASH,), HEADER | {"number": 42}),
        ("header", (HASH,), HEADER | {"digest": {"logs": ["0xff"]}}),
        ("header", (HASH,), HEADER | {"digest": {"logs": 7}}),
        ("block", (HASH,), {"block": {"header": HEADER, "extrinsics": ["0xff00"]}}),
        ("block", (HASH,), {"block": {"header": HEADER, "extrinsics": ["0x0"]}}),
        ("value", (b"", HASH), "00"),
        ("version", (HASH,), {"specName": "x", "specVersion": "7", "transactionVersion": 1}),
        ("next_nonce", (HASH,), "0"),
        ("pending", (), [7]),
        ("new_block", (), {"hash": "0x"}),
    ],
)
def test_what_no_node_answers_is_told(method: str, arguments: tuple[Any, ...], answer: Any) -> None:
    with pytest.raises(BadAnswer):
        getattr(endpoint(answer), method)(*arguments)


@pytest.mark.parametrize("answer", [[7], [{"changes": [["0x00"]]}], {"changes": []}])
def test_changes_of_another_form_are_told(answer: Any) -> None:
    with pytest.raises(BadAnswer):
        list(endpoint(answer).values([b"\0"], HASH))
