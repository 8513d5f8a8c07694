"""What a chain has of exchanges, read by names that its metadata gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chain.client.client import Client
from chain.primitives import AccountId
from chain.record import record
from chain.rpc.hexadecimal import to_hex
from node_cli.command import CommandFailed

PALLET: Final = "ProxyExchange"

Fields = Mapping[str, Any]
"""A struct as metadata's codecs have it."""


@record
class Recorded:
    """One exchange, as it was left.

    rings: members in order, by round; pushes, heard: by round and member
    """

    number: int
    exchange: Fields
    members: Mapping[AccountId, Fields]
    rings: Mapping[int, tuple[AccountId, ...]]
    pushes: Mapping[tuple[int, AccountId], Fields]
    heard: Mapping[tuple[int, AccountId], Fields]


def require_pallet(net: Client) -> None:
    """Raises CommandFailed where the chain has no exchanges."""
    if PALLET not in net.query:
        raise CommandFailed(f"the chain at {net.url} has no pallet {PALLET}")


def all_exchanges(net: Client) -> dict[int, Fields]:
    """The exchanges that are not closed, by number."""
    return {entry.keys[0]: entry.value for entry in sorted(_entries(net, "Exchanges"), key=lambda each: each.keys)}


def recorded(net: Client, number: int) -> Recorded:
    """One of them; raises CommandFailed where there is none of that number."""
    query = net.query[PALLET]
    found = option(query["Exchanges"](number))
    if found is None:
        raise CommandFailed(f"no exchange {number} is there, or it was closed: palletlab exchange list")
    members = {AccountId(entry.keys[1]): entry.value for entry in _entries(net, "Members", number)}
    rings = {entry.keys[1]: tuple(map(AccountId, entry.value)) for entry in _entries(net, "Rings", number)}
    pushes = {(entry.keys[1], AccountId(entry.keys[2])): entry.value for entry in _entries(net, "Pushes", number)}
    heard = {(entry.keys[1], AccountId(entry.keys[2])): entry.value for entry in _entries(net, "Heard", number)}
    return Recorded(number, found, dict(sorted(members.items())), dict(sorted(rings.items())), pushes, heard)


def option(value: Any) -> Any:
    """What an option holds, None for nothing; of a map's own option codecs make it already."""
    if value == "None":
        return None
    return value["Some"] if isinstance(value, Mapping) and list(value) == ["Some"] else value


def digits(value: Any) -> str | None:
    """Optional bytes as `0x…`."""
    found = option(value)
    return None if found is None else to_hex(found)


def _entries(net: Client, item: str, *keys: int) -> Any:
    return net.query[PALLET][item].entries(*keys)
