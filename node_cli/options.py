"""Options that several commands take, and readers of their values."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable

from node_cli.command import Parser


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
