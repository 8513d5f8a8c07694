"""What people hand over and read, to and from what the codecs of a real runtime know."""

from __future__ import annotations

from typing import Any

import pytest

from chain.client.values import Values, account_from
from chain.crypto.development import pair
from chain.crypto.ss58 import encode
from chain.metadata import Call, Metadata
from chain.scale import EncodeError
from tests.chain.metadata.samples import metadata_of

BOB = pair("Bob")


@pytest.fixture(scope="module")
def polkadot() -> Metadata:
    return metadata_of("metadata/v15-polkadot.json")


def test_accounts_in_all_their_forms() -> None:
    forms = (BOB, BOB.account, encode(BOB.account), encode(BOB.account, 0), f"0x{BOB.account.hex()}")
    assert {account_from(form) for form in forms} == {BOB.account}


@pytest.mark.parametrize("wrong", [b"", bytes(31), "0x00", "0xzz", "", "Bob", encode(BOB.account)[:-1]])
def test_what_is_no_account_is_told(wrong: Any) -> None:
    with pytest.raises(EncodeError, match="AccountId32"):
        account_from(wrong)


def argument(metadata: Metadata, pallet: str, call: str, name: str) -> int:
    fields = metadata.calls.variant(pallet, call).fields
    return next(field.type_id for field in fields if field.name == name)


def test_an_account_stands_for_an_address_and_a_call_for_a_call(polkadot: Metadata) -> None:
    values = Values(polkadot)
    dest = argument(polkadot, "Balances", "transfer_keep_alive", "dest")
    assert values.taken(dest, BOB) == {"Id": BOB.account}
    assert values.taken(dest, {"Id": BOB}) == {"Id": BOB.account}
    assert values.taken(dest, {"Index": 5}) == {"Index": 5}
    calls = argument(polkadot, "Utility", "batch", "calls")
    remark = Call("System", "remark", {"remark": b"hi"})
    assert values.taken(calls, [remark, remark]) == [{"System": {"remark": {"remark": b"hi"}}}] * 2


def test_options_are_none_or_the_thing_itself(polkadot: Metadata) -> None:
    values = Values(polkadot)
    kind = argument(polkadot, "Proxy", "proxy", "force_proxy_type")
    assert values.taken(kind, None) == values.taken(kind, "None") == "None"
    assert values.taken(kind, "Any") == values.taken(kind, {"Some": "Any"}) == {"Some": "Any"}
    assert values.shown(kind, {"Some": "Any"}) == "Any"
    assert values.shown(kind, "None") is None


def test_people_read_addresses_and_digits(polkadot: Metadata) -> None:
    values = Values(polkadot, prefix=0)
    dest = argument(polkadot, "Balances", "transfer_keep_alive", "dest")
    assert values.shown(dest, {"Id": BOB.account}) == {"Id": encode(BOB.account, 0)}
    assert values.shown(argument(polkadot, "System", "remark", "remark"), b"\1") == "0x01"
    items = argument(polkadot, "System", "set_storage", "items")
    assert values.shown(items, [(b"\1", b"\2")]) == [("0x01", "0x02")]


@pytest.mark.parametrize("odd", [7, "x", [1], {"a": 1, "b": 2}, {"Nothing": 1}, None])
def test_what_is_not_of_the_type_is_left_to_the_codec(polkadot: Metadata, odd: Any) -> None:
    values = Values(polkadot)
    for type_id in range(0, len(polkadot.registry), 7):
        try:
            polkadot.codecs[type_id].encode(values.taken(type_id, odd))
        except EncodeError:
            continue
