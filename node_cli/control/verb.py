"""A verb of `palletlab chain`: its options, what it does, and what it tells."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping

from chain.client.client import Client
from chain.record import record
from node_cli.command import Parser


@record
class Outcome:
    """What was done: as JSON, and for a person; is_failure: whether it is not what was hoped for."""

    content: Mapping[str, object]
    text: str
    is_failure: bool = False


@record
class Verb:
    """help: one line; add_arguments: declares its own options; act: does it."""

    help: str
    add_arguments: Callable[[Parser], None]
    act: Callable[[Client, Namespace], Outcome]


def nothing(_parser: Parser) -> None:
    """No options of its own."""


def table(rows: Mapping[str, object]) -> str:
    """Names and values in two columns."""
    width = max(map(len, rows), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())


def counted(count: int, thing: str) -> str:
    """`1 block`, `2 blocks`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"
