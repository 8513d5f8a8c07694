"""Values that do not encode: the error names type, place and value."""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from annotated_types import Len
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.primitives import (
    I8,
    U8,
    U16,
    U32,
    U128,
    AccountId,
    BitSequence,
    Compact,
    Enumeration,
    MaxLen,
    Ok,
    OptionBool,
    Result,
)
from chain.scale import Codec, EncodeError, Scope, codec_of, encode
from tests.chain.scale.notation import Types
from tests.chain.scale.strategies import NOTATIONS


class Mode(enum.IntEnum):
    SLOW = 0
    FAST = 1


@dataclass(frozen=True, slots=True)
class Data:
    free: U128
    modes: tuple[Mode, ...]


@dataclass(frozen=True, slots=True)
class Account:
    nonce: U32
    data: Data
    names: dict[str, Data]


class Shape(Enumeration):
    pass


class Circle(Shape):
    radius: U8


class Square(Shape):
    side: U8


RESULT: Any = Result  # which type checkers take for a type only
OF_RECORD = Account(1, Data(2, (Mode.FAST,)), {})

REFUSED: list[tuple[Any, Any, str]] = [
    (U8, 256, "u8: 256 does not fit u8"),
    (U8, -1, "u8: -1 does not fit u8"),
    (I8, -129, "i8: -129 does not fit i8"),
    (U128, 2**128, "u128: 340282366920938463463374607431768211456 does not fit u128"),
    (U128, 10**5000, "u128: this int does not fit u128"),
    (U32, True, "u32: True is not an int"),
    (U32, "1", "u32: '1' is not an int"),
    (U32, 1.0, "u32: 1.0 is not an int"),
    (U128, None, "u128: None is not an int"),
    (Compact[U16], 65536, "Compact<u16>: 65536 does not fit Compact<u16>"),
    (Compact[U16], -1, "Compact<u16>: -1 does not fit Compact<u16>"),
    (Compact[U16], True, "Compact<u16>: True is not an int"),
    (bool, 1, "bool: 1 is not a bool"),
    (OptionBool, 1, "OptionBool: 1 is neither a bool nor None"),
    (None, 0, "(): 0 is not None"),
    (str, b"a", "str: b'a' is not a str"),
    (str, "\ud800", "str: '\\ud800' has no UTF-8: surrogates not allowed"),
    (Annotated[str, MaxLen(3)], "éé", "BoundedStr<3>: 'éé' takes 4 bytes, more than 3"),
    (bytes, "a", "Vec<u8>: 'a' is not bytes"),
    (bytes, 5, "Vec<u8>: 5 is not bytes"),
    (Annotated[bytes, MaxLen(1)], b"ab", "BoundedVec<u8, 1>: b'ab' has length 2, more than 1"),
    (AccountId, b"ab", "AccountId: b'ab' has length 2, not 32"),
    (AccountId, "a" * 32, "AccountId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is not bytes"),
    (Mode, 1, "Mode: 1 is no Mode"),
    (Mode | None, 1, "Option<Mode>: 1 is no Mode"),
    (RESULT[U8, U8], 1, "Result<u8, u8>: 1 is neither Ok nor Err"),
    (RESULT[U8, U8], Ok(256), "Result<u8, u8>: value: 256 does not fit u8"),
    (list[U8], {1}, "Vec<u8>: {1} is neither a list nor a tuple"),
    (list[U8], "ab", "Vec<u8>: 'ab' is neither a list nor a tuple"),
    (list[U8], b"ab", "Vec<u8>: b'ab' is neither a list nor a tuple"),
    (list[U32], [1, False], "Vec<u32>: [1]: False is not an int"),
    (list[U32], [1, 2**32], "Vec<u32>: [1]: 4294967296 does not fit u32"),
    (list[U8], [1, 256], "Vec<u8>: [1]: 256 does not fit u8"),
    (list[None], [None] * 1025, "has length 1025, more than 1024"),
    (Annotated[list[U16], MaxLen(1)], [1, 2], "BoundedVec<u16, 1>: [1, 2] has length 2, more than 1"),
    (Annotated[list[U16], Len(3, 3)], [1, 2], "[u16; 3]: [1, 2] has length 2, not 3"),
    (tuple[U8, U8], (1,), "(u8, u8): (1,) has length 1, not 2"),
    (tuple[U8, U8], 5, "(u8, u8): 5 is neither a list nor a tuple"),
    (tuple[U8, U8], (1, None), "(u8, u8): [1]: None is not an int"),
    (set[U8], [1, 1], "BTreeSet<u8>: [1, 1] is not a set"),
    (frozenset[U8], {1, "a"}, "is not an int"),
    (dict[U8, str], [(1, "a")], "BTreeMap<u8, str>: [(1, 'a')] is not a dict"),
    (dict[str, U8], {1: 1}, "BTreeMap<str, u8>: [key 1]: 1 is not a str"),
    (dict[str, U8], {"a": -1}, "BTreeMap<str, u8>: ['a']: -1 does not fit u8"),
    (BitSequence, (True,), "BitVec<u8, Lsb0>: (True,) is not a BitSequence"),
    (Account, 5, "Account: 5 is no Account: it has no nonce"),
    (Account, Account(1, Data(-1, ()), {}), "Account: data.free: -1 does not fit u128"),
    (Account, Account(1, Data(1, (Mode.SLOW, 3)), {}), "Account: data.modes[1]: 3 is no Mode"),  # type: ignore[arg-type]
    (Account, Account(1, Data(1, ()), {"a": Data(-1, ())}), "Account: names['a'].free: -1 does not fit u128"),
    (
        list[Account],
        [OF_RECORD, OF_RECORD.data],
        "Vec<Account>: [1]: Data(free=2, modes=(<Mode.FAST: 1>,)) is no Account",
    ),
    (Shape, Circle(256), "Shape: radius: 256 does not fit u8"),
    (Shape, 5, "Shape: 5 is no variant of Shape"),
    (list[bytes], [b"", "x" * 70], f"Vec<Vec<u8>>: [1]: '{'x' * 56}... is not bytes"),
]


@pytest.mark.parametrize(("hint", "value", "message"), REFUSED, ids=itertools.count())
def test_error_says_where_and_what(hint: Any, value: Any, message: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode(hint, value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("hint", "value", "encoded"),
    [
        (U8, Mode.FAST, "01"),
        (list[U8], (1, Mode.FAST), "080101"),
        (tuple[U8, U8], [1, 2], "0102"),
        (bytes, bytearray(b"ab"), "086162"),
        (AccountId, memoryview(bytes(32)), "00" * 32),
        (set[U8], frozenset({2, 1}), "080102"),
        (Annotated[tuple[U16, ...], Len(2, 2)], [1, 2], "01000200"),
    ],
)
def test_equivalent_python_types_encode(hint: Any, value: Any, encoded: str) -> None:
    data = encode(hint, value)
    assert (data.hex(), type(data)) == (encoded, bytes)


def test_an_error_that_is_no_fault_of_the_value_travels_up() -> None:
    def fail(value: int) -> bytes:
        raise KeyError(f"a bug with {value}")

    broken = Codec[Any]("Broken", fail, lambda data: data, lambda data, offset: (data, offset), 0, None, int, True)
    codec = codec_of(list[AccountId], Scope(types={AccountId: broken}))
    with pytest.raises(KeyError, match="a bug with 7"):
        codec.encode([7])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NOTATIONS, st.recursive(st.none() | st.integers() | st.text() | st.binary() | st.booleans(), st.lists))
def test_any_value_encodes_and_returns_or_is_refused(notation: Any, value: Any) -> None:
    codec = codec_of(Types().hint(notation))
    try:
        encoded = codec.encode(value)
    except EncodeError:
        return
    assert codec.encode(codec.decode(encoded)) == encoded
