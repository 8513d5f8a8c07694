"""Work in turns: what takes long lets other clients, and the chain, have theirs in between.

A method that may be asked for much is a generator: it yields now and then, and returns its result. Where that is text
it yields how long the text is by then, and is not asked again once that is more than an answer may have.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import islice
from typing import Final, TypeVar

from chain.rpc.subscriptions import json_text

T = TypeVar("T")

Turns = Generator[int | None, None, T]
"""Makes a result."""


class JsonText(str):
    """A result that is written already."""

    __slots__ = ()


PIECE: Final = 500
"""Keys that are looked at in one turn; reading and writing one takes up to 20 microseconds."""


def in_turns(items: Iterable[T]) -> Turns[list[T]]:
    """The items in a list."""
    found, source = list[T](), iter(items)
    while piece := list(islice(source, PIECE)):
        found += piece
        yield None
    return found


def written_in_turns(items: Iterable[object]) -> Turns[JsonText]:
    """The items in a list, in JSON; bytes become hexadecimal digits."""
    texts, source, length = list[str](), iter(items), 0
    while piece := list(islice(source, PIECE)):
        texts.append(json_text(piece)[1:-1])
        length += len(texts[-1])
        yield length
    return JsonText(f"[{','.join(texts)}]")
