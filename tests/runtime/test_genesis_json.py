"""Genesis records go to JSON and come back; JSON that is no genesis config is refused with its path."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any

import pytest
from annotated_types import Len, MaxLen
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.development import account
from chain.primitives import U8, U32, U128, AccountId, Enumeration, Hash
from chain.record import record
from chain.scale import Scope
from pallets.frame.pallet import config
from runtime.genesis_json import GenesisJsonError, Json, camel_case, parsed, record_from_json, record_to_json

ALICE = account("Alice")
ALICE_ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


class Colour(IntEnum):
    RED = 0
    DARK_RED = 1


class Shape(Enumeration):
    """What it is."""


class Point(Shape):
    """Nothing more."""


class Circle(Shape):
    """As large as this."""

    radius: U32
    drawn_by: AccountId


@record
class Member:
    who: AccountId
    first_weight: U128


@config
class Genesis:
    endowed_accounts: tuple[tuple[AccountId, U128], ...] = ()
    members: list[Member]
    key: AccountId | None = None
    root: Hash
    tag: Annotated[bytes, Len(2, 2)]
    note: Annotated[bytes, MaxLen(3)]
    colours: tuple[Colour, ...]
    shapes: tuple[Shape, ...]
    enabled: bool
    name: str
    small: U8 = 3


GENESIS = Genesis(
    endowed_accounts=((ALICE, 2**100),),
    members=[Member(ALICE, 7)],
    root=Hash(b"\x02" * 32),
    tag=b"ab",
    note=b"",
    colours=(Colour.DARK_RED, Colour.RED),
    shapes=(Point(), Circle(3, ALICE)),
    enabled=True,
    name="née",
)
WRITTEN: dict[str, Json] = {
    "endowedAccounts": [[ALICE_ADDRESS, 2**100]],
    "members": [{"who": ALICE_ADDRESS, "firstWeight": 7}],
    "key": None,
    "root": "0x" + "02" * 32,
    "tag": "0x6162",
    "note": "0x",
    "colours": ["DarkRed", "Red"],
    "shapes": ["Point", {"Circle": {"radius": 3, "drawnBy": ALICE_ADDRESS}}],
    "enabled": True,
    "name": "née",
    "small": 3,
}


def read(**changed: Json) -> Any:
    return record_from_json(Genesis, {**WRITTEN, **changed}, "pallet", Scope())


def test_a_record_is_written_and_read() -> None:
    assert record_to_json(GENESIS, Scope()) == WRITTEN
    assert read() == GENESIS


def test_other_ways_to_write_the_same_are_read() -> None:
    same = read(
        endowedAccounts=[["0x" + ALICE.hex(), str(2**100)]],
        members=[[ALICE_ADDRESS, "7"]],
        shapes=["Point", {"Circle": [3, ALICE_ADDRESS]}],
    )
    assert same == GENESIS


@pytest.mark.parametrize(
    ("changed", "path", "reason"),
    [
        ({"endowedAccounts": {}}, "endowedAccounts", "must be an array, not an object"),
        ({"endowedAccounts": [[ALICE_ADDRESS]]}, "endowedAccounts[0]", "must be an array of 2, not of 1"),
        ({"endowedAccounts": [[ALICE_ADDRESS, True]]}, "endowedAccounts[0][1]", "must be a whole number, not true"),
        ({"endowedAccounts": [["Alice", 1]]}, "endowedAccounts[0][0]", "'Alice' is no address: "),
        ({"endowedAccounts": [["0xzz", 1]]}, "endowedAccounts[0][0]", "'0xzz' is not hexadecimal"),
        ({"members": [{"who": ALICE_ADDRESS}]}, "members[0].firstWeight", "missing"),
        (
            {"members": [{"who": ALICE_ADDRESS, "wait": 1}]},
            "members[0].wait",
            "unknown field; there are firstWeight, who",
        ),
        ({"members": [3]}, "members[0]", "must be an object of fields, not 3"),
        ({"small": 256}, "small", "u8"),
        ({"small": -1}, "small", "u8"),
        ({"small": "-1"}, "small", "must be a whole number, not '-1'"),
        ({"tag": "0x61"}, "tag", ""),
        ({"tag": "ab"}, "tag", "bytes are written 0x… in hexadecimal"),
        ({"note": "0x00000000"}, "note", ""),
        ({"root": ALICE_ADDRESS}, "root", "bytes are written 0x… in hexadecimal"),
        ({"key": 3}, "key", "must be an address, not 3"),
        ({"colours": ["Blue"]}, "colours[0]", "must be one of Red, DarkRed, not 'Blue'"),
        ({"shapes": ["Circle"]}, "shapes[0].Circle.drawnBy", "missing"),
        ({"shapes": [{"Square": {}}]}, "shapes[0]", "must be one of Point, Circle, not an object"),
        ({"enabled": 1}, "enabled", "must be true or false, not 1"),
        ({"name": None}, "name", "must be a string, not null"),
        ({"surname": "x"}, "surname", "unknown field; there are colours, enabled"),
    ],
)
def test_a_wrong_value_is_told_with_its_path(changed: dict[str, Json], path: str, reason: str) -> None:
    with pytest.raises(GenesisJsonError) as caught:
        read(**changed)
    assert caught.value.path == f"pallet.{path}"
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "a genesis config is a JSON object, not an array"),
        ("{", "the genesis config is no JSON: Expecting property name"),
        (b"\xff\xfe{", "the genesis config is no JSON: "),
        ('{"a": 1.5}', "1.5 is no whole number: a genesis config has no others"),
        ('{"a": 1e3}', "1e3 is no whole number"),
        ('{"a": NaN}', "NaN is no whole number"),
        ('{"a": 1, "a": 2}', "a: given twice"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "the genesis config is nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "the genesis config is no JSON: "),
    ],
    ids=["array", "open", "bytes", "fraction", "exponent", "nan", "twice", "deep", "long"],
)
def test_what_is_no_json_object_is_refused(text: str | bytes, complaint: str) -> None:
    with pytest.raises(GenesisJsonError) as caught:
        parsed(text)
    assert str(caught.value).startswith(complaint)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(ALICE_ADDRESS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(key=st.sampled_from(sorted(WRITTEN)), value=json_values)
def test_any_json_is_read_or_refused_with_a_path(key: str, value: Any) -> None:
    try:
        outcome = read(**{key: value})
    except GenesisJsonError as error:
        outcome = error.path
    assert isinstance(outcome, Genesis) or outcome.startswith("pallet.")


@pytest.mark.parametrize(
    ("name", "written"),
    [("TransactionPayment", "transactionPayment"), ("dev_accounts", "devAccounts"), ("key", "key")],
)
def test_names_are_in_camel_case(name: str, written: str) -> None:
    assert camel_case(name) == written
