"""Options that several commands take, and readers of their values."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final

from node_cli.command import Parser

LONGEST_INTERVAL: Final = 3600.0
"""Seconds between two blocks."""


def add_json(parser: Parser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def whole_number(numbers: range) -> Callable[[str], int]:
    """A reader of whole numbers within a range."""

    def read(text: str) -> int:
        # not int(text), which takes spaces, underscores, signs and any script's digits
        if not (text.isascii() and text.isdigit()) or len(text) > 20 or int(text) not in numbers:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {numbers.start} to {numbers.stop - 1}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """The time between two blocks."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.001 <= found <= LONGEST_INTERVAL:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0.001 to {LONGEST_INTERVAL:g}")
    return found
