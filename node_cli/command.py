"""What a command is, and how it ends: 0 done, 1 the work failed, 2 wrong usage, each with one sentence at most.

A command is a module of `commands/`; its docstring is its help.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Final, NoReturn, Protocol

DONE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
"""As shells say of a process that ended by SIGINT."""


class CommandFailed(Exception):
    """The work failed; the message is one sentence for a person."""


class UsageError(Exception):
    """Options that do not go together; the message is one sentence for a person."""


class Parser(ArgumentParser):
    """Says what is wrong in one line, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


class Command(Protocol):
    """What a module of `commands/` has."""

    def add_arguments(self, parser: Parser) -> None:
        """Declare the options."""
        ...

    def run(self, args: Namespace) -> int:
        """Do the work; the exit code. Raises CommandFailed, UsageError."""
        ...


def print_json(content: Mapping[str, object]) -> None:
    """What a command prints with --json, on stdout and nowhere else."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
