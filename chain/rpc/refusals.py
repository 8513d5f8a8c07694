"""What the dev methods refuse, and how they read what people write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from chain.crypto import ss58
from chain.node.consensus import NotOurTurn
from chain.node.control import ControlError
from chain.node.pool_errors import TransactionNotFound
from chain.node.state_file import StateFileError
from chain.primitives import AccountId
from chain.rpc.errors import RpcError
from chain.rpc.hexadecimal import read_fixed_hex, read_hex
from chain.rpc.parameters import Json
from chain.validity import InvalidBlock

REFUSED: Final = 1
"""The code of every error of the dev methods, as in chopsticks."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def refused() -> Iterator[None]:
    """A context whose refusals become answers."""
    try:
        yield
    except (ValueError, InvalidBlock, NotOurTurn, StateFileError, TransactionNotFound) as error:
        # all refusals of a control are ValueErrors
        raise RpcError(REFUSED, f"Error: {error}") from None


def pairs_of(values: Json) -> Iterator[tuple[bytes, bytes | None]]:
    """Storage keys and values; raises ControlError, ValueError."""
    if not isinstance(values, list):
        raise ControlError("storage is given as pairs of key and value, or by pallet, item and key")
    for position, pair in enumerate(values):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ControlError(f"entry {position} is no pair of key and value")
        key, value = pair
        yield _bytes(position, key), None if value is None else _bytes(position, value)


def moment_of(date: str) -> int:
    """Milliseconds since 1970 of a date, of UTC where it does not say; raises ControlError.

    date: ISO 8601, or as JavaScript's `toString` and `toUTCString` write it
    """
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        moment = _spelled_out(date)
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _spelled_out(date: str) -> datetime:
    from email.utils import parsedate_to_datetime  # few write dates so

    try:
        return parsedate_to_datetime(date.partition(" (")[0].replace("GMT+", "+").replace("GMT-", "-"))
    except ValueError:
        raise ControlError(f"{date!r} is no date as 2026-11-21T12:00:00+00:00") from None


def account_of(text: str) -> AccountId:
    """The account of an address, or of `0x` and 64 digits; raises ControlError."""
    try:
        return AccountId(read_fixed_hex(text, 32) if text.startswith("0x") else ss58.account_of(text))
    except ValueError as error:
        raise ControlError(f"{text[:100]!r} is no account: {error}") from None


def _bytes(position: int, text: Json) -> bytes:
    if not isinstance(text, str):
        raise ControlError(f"entry {position}: {text!r} is not a string of hexadecimal digits")
    return read_hex(text)
