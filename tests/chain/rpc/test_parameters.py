"""Parameters are read as the method's signature says."""

from __future__ import annotations

from typing import Any

import pytest

from chain.primitives import U32, Bytes8, Hash
from chain.record import record
from chain.rpc.errors import INVALID_PARAMS, RpcError
from chain.rpc.parameters import Json, NumberOrHex, Parameters, camel_case

ONE = Hash(b"\1" * 32)
ONE_TEXT = "0x" + "01" * 32


@record
class Wanted:
    """An object of the wire."""

    start_key: bytes
    count: U32 = 5


def read(function: Any, *given: Any) -> list[Any]:
    return Parameters(function).read(list(given))


def refusal(function: Any, given: Any) -> str:
    with pytest.raises(RpcError) as refused:
        Parameters(function).read(given)
    assert (refused.value.code, refused.value.message) == (INVALID_PARAMS, "Invalid params")
    return str(refused.value.data)


def keys(
    _context: object, prefix: bytes | None, count: U32, start_key: bytes | None = None, at: Hash | None = None
) -> None:
    """A method as `state_getKeysPaged`."""


@pytest.mark.parametrize(
    "given",
    [["0x01", 5], ["01", 5, None], ["0x01", 5, None, None], {"prefix": "0x01", "count": 5}],
)
def test_parameters_with_defaults_may_be_absent_or_null(given: Any) -> None:
    assert Parameters(keys).read(given) == [b"\1", 5, None, None]


def test_null_is_none_where_none_may_be() -> None:
    assert read(keys, None, 1, "0x", ONE_TEXT) == [None, 1, b"", ONE]


def test_parameters_are_read_by_name_in_either_spelling() -> None:
    given = {"prefix": None, "count": 1, "startKey": "0x02", "at": None}
    assert Parameters(keys).read(given) == Parameters(keys).read({"prefix": None, "count": 1, "start_key": "02"})


def test_what_a_client_sends_beyond_the_declared_is_not_looked_at() -> None:
    assert read(keys, "0x", 1, None, None, None, "more") == [b"", 1, None, None]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "parameter 2, count: missing"),
        (["0x"], "parameter 2, count: missing"),
        ("0x", "params is neither a list nor an object"),
        (["0x", -1], "parameter 2, count: -1 is not between 0 and 4294967295"),
        (["0x", 2**32], "parameter 2, count: 4294967296 is not between 0 and 4294967295"),
        (["0x", 1.0], "parameter 2, count: 1.0 is not a whole number"),
        (["0x", True], "parameter 2, count: True is not a whole number"),
        (["0x", "0x1"], "parameter 2, count: '0x1' is not a whole number"),
        ([7, 1], "parameter 1, prefix: 7 is not a string of hexadecimal digits"),
        ([{}, 1], "parameter 1, prefix: an object is not a string of hexadecimal digits"),
        (["0x", 1, None, "0x1234"], "parameter 4, at: 2 bytes of hexadecimal digits, not 32"),
        (["0x", 1, None, "0x" + "Z" * 64], "parameter 4, at: no hexadecimal digit at position 0: 'Z'"),
    ],
)
def test_a_refusal_names_the_parameter_and_its_fault(given: Any, reason: str) -> None:
    assert refusal(keys, given) == reason


def numbers(_context: object, number: NumberOrHex | list[NumberOrHex] | None = None) -> None:
    """A method as `chain_getBlockHash`."""


def test_numbers_come_as_numbers_hexadecimal_or_lists_of_both() -> None:
    assert [read(numbers, given)[0] for given in (0, "0xf", [1, "0x2"], None)] == [0, 15, [1, 2], None]
    assert refusal(numbers, [[1, None]]).endswith("item 2: None is not a whole number")


def others(_context: object, name: str, is_so: bool, given: Wanted, key: Bytes8, anything: Json) -> None:
    """A method with a parameter of each other kind."""


def test_texts_truths_objects_and_anything_are_read() -> None:
    given = ["a", False, {"startKey": "0x01", "unknown": 1}, "0x" + "02" * 8, [None]]
    assert read(others, *given) == ["a", False, Wanted(b"\1", 5), b"\2" * 8, [None]]


@pytest.mark.parametrize(
    ("at", "given", "reason"),
    [
        (0, 1, "parameter 1, name: 1 is not a string"),
        (1, 0, "parameter 2, isSo: 0 is not true or false"),
        (2, [], "parameter 3, given: a list is not an object"),
        (2, {}, "parameter 3, given: startKey: missing"),
        (2, {"startKey": "0x", "count": "1"}, "parameter 3, given: count: '1' is not a whole number"),
        (3, "0x02", "parameter 4, key: 1 bytes of hexadecimal digits, not 8"),
    ],
)
def test_a_refusal_names_the_field_and_the_item(at: int, given: Any, reason: str) -> None:
    params: list[Any] = ["a", False, {"startKey": "0x"}, "0x" + "02" * 8, None]
    params[at] = given
    assert refusal(others, params) == reason


def test_an_annotation_that_json_cannot_say_is_refused_at_once() -> None:
    def wrong(_context: object, what: complex) -> None:
        """A method that nobody could call."""

    with pytest.raises(TypeError, match="is no parameter that can be read from JSON"):
        Parameters(wrong)


def test_names_are_in_camel_case_on_the_wire() -> None:
    assert [camel_case(name) for name in ("at", "start_key", "_justification")] == ["at", "startKey", "justification"]
