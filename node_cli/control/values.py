"""What people write for accounts, blocks, transactions, times and calls; argparse tells what is wrong."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from chain.client.client import Client
from chain.client.errors import UnknownBlock
from chain.client.transactions import ComposedCall
from chain.client.values import account_from
from chain.crypto import development
from chain.extrinsic import without_length_prefix
from chain.primitives import AccountId, Hash, Moment
from chain.record import record
from chain.rpc.hexadecimal import read_fixed_hex, read_hex, to_hex
from chain.rpc.parameters import Json
from node_cli.command import CommandFailed

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATER: Final = "+"


@record
class Time:
    """Milliseconds since 1970, or from the time of the best block on."""

    milliseconds: int
    is_later: bool


def account(text: str) -> AccountId:
    """An address, `0x` and 64 digits, or the name of a development account."""
    if text in development.NAMES:
        return development.account(text)
    try:
        return account_from(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{error}; or one of {', '.join(development.NAMES)}") from None


def block_hash(text: str) -> Hash:
    """`0x` and 64 digits."""
    try:
        return Hash(read_fixed_hex(text, 32))
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no hash: {error}") from None


def block(text: str) -> Hash | int:
    """A hash, or a number; below zero it counts back from the best block."""
    if text.startswith("0x"):
        return block_hash(text)
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 11):
        raise ArgumentTypeError(f"{text!r} is neither a number nor a hash")
    return int(text)


def hash_of(net: Client, wanted: Hash | int | None) -> Hash:
    """The hash of the block that somebody wrote, the best one for None; raises UnknownBlock."""
    if isinstance(wanted, int) and wanted < 0:
        number = net.best_number() + wanted
        if number < 0:
            raise UnknownBlock(wanted)
        return net.hash_of(number)
    return net.hash_of(wanted)


def extrinsic(text: str) -> bytes:
    """`0x…` of an extrinsic with its length in front, as clients send it; without the length."""
    try:
        return without_length_prefix(read_hex(text))
    except ValueError as error:
        raise ArgumentTypeError(f"no extrinsic: {error}") from None


def time(text: str) -> Time:
    """Milliseconds since 1970, an ISO 8601 date, or `+` and seconds."""
    digits = text.removeprefix(_LATER)
    if digits.isascii() and digits.isdigit() and len(digits) < 17:
        is_later = text.startswith(_LATER)
        return Time(int(digits) * (1000 if is_later else 1), is_later)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is no time: a date as 2026-11-21T12:00:00+00:00, milliseconds since 1970, or +SECONDS"
        ) from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return Time((aware - _EPOCH) // timedelta(milliseconds=1), is_later=False)


def shown_time(moment: Moment) -> str:
    """A time as people read it."""
    return (_EPOCH + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds")


def key_value(text: str) -> Json:
    """A key of a map: JSON, or the name of a development account."""
    return to_hex(development.account(text)) if text in development.NAMES else json_value(text)


def json_value(text: str) -> Json:
    """JSON, or the text itself where it is none: `5Grw…` needs no quotes."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def composed(net: Client, name: str, arguments: Iterable[str]) -> ComposedCall:
    """The call `Pallet.call` with `name=value` for each argument; raises CommandFailed, ValueError."""
    pallet, _, call = name.partition(".")
    given = dict[str, Json]()
    for each in arguments:
        key, equals, value = each.partition("=")
        if not equals:
            raise CommandFailed(f"{each!r} is no argument of a call: write name=value, as dest=5Grw… or value=7")
        given[key] = _argument(value)
    try:
        maker = getattr(getattr(net.tx, pallet), call)
    except AttributeError as error:
        raise CommandFailed(str(error)) from None
    found: ComposedCall = maker(**given)
    return found


def _argument(text: str) -> Json:
    if text in development.NAMES:
        return development.account(text)
    value = json_value(text)
    if isinstance(value, str) and value.startswith("0x"):
        try:
            return read_hex(value)
        except ValueError:
            return value
    return value
