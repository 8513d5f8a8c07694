"""FRAME's defaults."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any, Optional

import pytest
from annotated_types import Len

from chain.primitives import U8, U128, AccountId, BitSequence, Bytes4, Compact, Enumeration, Err, MaxLen, Ok, OptionBool
from chain.scale import codec_of


class Mode(enum.Enum):
    SLOW = 2
    FAST = 1


@dataclass(frozen=True, slots=True)
class Account:
    free: Compact[U128]
    owner: AccountId
    mode: Mode
    notes: Annotated[list[str], MaxLen(3)]


class Expression(Enumeration):
    pass


class Sum(Expression):
    left: Expression
    right: Expression


class Number(Expression, index=7):
    value: U8


DEFAULTS: list[tuple[Any, Any]] = [
    (U8, 0),
    (Compact[U8], 0),
    (bool, False),
    (OptionBool, None),
    (None, None),
    (str, ""),
    (bytes, b""),
    (Bytes4, bytes(4)),
    (AccountId, bytes(32)),
    (BitSequence, BitSequence()),
    (Optional[U8], None),  # noqa: UP045
    (Ok[U8] | Err[str], Ok(0)),
    (tuple[()], ()),
    (tuple[U8, bool], (0, False)),
    (tuple[U8, ...], ()),
    (list[U8], []),
    (dict[U8, U8], {}),
    (set[U8], set()),
    (frozenset[U8], frozenset()),
    (Annotated[list[list[U8]], Len(2, 2)], [[], []]),
    (Mode, Mode.FAST),
    (Account, Account(0, AccountId(bytes(32)), Mode.FAST, [])),
    (Expression, Number(0)),
]


@pytest.mark.parametrize(("hint", "value"), DEFAULTS)
def test_default(hint: Any, value: Any) -> None:
    default = codec_of(hint).default()
    assert default == value
    assert type(default) is type(value)


def test_what_can_be_changed_is_new_at_each_call() -> None:
    codec = codec_of(Account)
    codec.default().notes.append("note")
    assert codec.default().notes == []
