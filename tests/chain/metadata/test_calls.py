"""Calls of real runtimes by name: bytes that others made, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from chain.metadata import Call, Metadata, MetadataError, NotInMetadata
from chain.metadata.calls import call_of
from chain.scale import DecodeError, EncodeError
from tests.chain.metadata.neutral import arguments_from_neutral, arguments_to_neutral
from tests.chain.metadata.samples import metadata_of
from tests.vectors import files_of, load, unhex

VECTORS = [
    pytest.param(load(name)["about"]["metadata"], vector, id=f"{vector['pallet']}.{vector['call']}")
    for name in files_of("calls")
    for vector in load(name)["vectors"]
]
NODE = "metadata/v14-node-template.json"


@pytest.fixture
def node() -> Metadata:
    return metadata_of(NODE)


@pytest.mark.parametrize(("path", "vector"), VECTORS)
def test_a_call_decodes_to_its_names_and_arguments_and_encodes_back(path: str, vector: dict[str, Any]) -> None:
    metadata, data = metadata_of(path), unhex(vector["encoded"])

    call = metadata.calls.decode(data)

    fields = metadata.calls.variant(vector["pallet"], vector["call"]).fields
    assert (call.pallet, call.name) == (vector["pallet"], vector["call"])
    assert arguments_to_neutral(metadata.registry, fields, call.arguments) == vector["args"]
    assert metadata.calls.encode_call(call) == data


@pytest.mark.parametrize(("path", "vector"), VECTORS)
def test_the_neutral_arguments_encode_to_the_call(path: str, vector: dict[str, Any]) -> None:
    metadata = metadata_of(path)
    fields = metadata.calls.variant(vector["pallet"], vector["call"]).fields
    arguments = arguments_from_neutral(metadata.registry, fields, vector["args"])

    assert metadata.calls.encode(vector["pallet"], vector["call"], **arguments) == unhex(vector["encoded"])


def test_a_call_begins_with_the_indices_of_pallet_and_call(node: Metadata) -> None:
    pallet, variant = node.pallet("Balances"), node.calls.variant("Balances", "transfer")

    data = node.calls.encode("Balances", "transfer", dest={"Id": bytes(32)}, value=5)

    assert data == bytes([pallet.index, variant.index, 0]) + bytes(32) + b"\x14"


def test_bytes_may_be_given_as_hex(node: Metadata) -> None:
    assert node.calls.encode("System", "remark", remark="0x0102") == node.calls.encode(
        "System", "remark", remark=b"\1\2"
    )


def test_a_name_that_is_not_there_is_refused_with_those_near_it(node: Metadata) -> None:
    with pytest.raises(NotInMetadata, match=r"^the metadata has no pallet Balance; near it: Balances$"):
        node.calls.encode("Balance", "transfer")
    with pytest.raises(NotInMetadata, match=r"^the metadata has no call Balances.transfre; near it: Balances"):
        node.calls.encode("Balances", "transfre")
    with pytest.raises(NotInMetadata, match=r"^the metadata has no call TransactionPayment\.pay$"):
        node.calls.encode("TransactionPayment", "pay")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"dest": {"Id": bytes(31)}, "value": 5}, r"Balances\.transfer\.dest\.Id: .* has length 31, not 32"),
        ({"dest": {"Id": bytes(32)}, "value": -1}, r"Balances\.transfer\.value: -1 does not fit u128"),
        ({"dest": {"Id": bytes(32)}, "value": 2**128}, r"Balances\.transfer\.value: \d+ does not fit u128"),
        ({"dest": {"Id": bytes(32)}, "value": True}, r"Balances\.transfer\.value: True is not an int"),
        ({"dest": {"Od": bytes(32)}, "value": 5}, r"Balances\.transfer\.dest: \{'Od': .* is no MultiAddress"),
        ({"dest": "Id", "value": 5}, r"Balances\.transfer\.dest: 'Id' is no MultiAddress: Id has fields"),
        ({"dest": {"Id": bytes(32)}}, r"Balances: .* is no Call: what transfer holds is no .*: it has no value"),
        (
            {"dest": {"Id": bytes(32)}, "value": 5, "tip": 1},
            r"Balances: .* is no Call: what transfer holds is no .*: it has 'tip' besides",
        ),
    ],
)
def test_an_argument_that_does_not_fit_is_named(node: Metadata, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(EncodeError, match=reason):
        node.calls.encode("Balances", "transfer", **arguments)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Call at byte 0: needs 1 bytes, 0 left"),
        (b"\xff", "Call at byte 0: Call has no variant 255"),
        (b"\x00\x01\x08\x00", "needs 2 bytes, 1 left"),
        (b"\x00\x01\x04\x00\x00", "Call at byte 4: 1 bytes are left over"),
    ],
)
def test_bytes_that_are_no_call_are_refused_with_their_place(node: Metadata, data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        node.calls.decode(data)


def test_a_value_of_another_form_is_no_call() -> None:
    assert call_of({"Sudo": "remove_key"}) == Call("Sudo", "remove_key", {})
    with pytest.raises(MetadataError, match="it is no enum of the pallets' enums of calls"):
        call_of({"Sudo": 5})
