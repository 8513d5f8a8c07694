"""The command `palletlab`: from arguments to an exit code."""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final, cast

from chain.node.collector import never_collected
from node_cli.command import FAILED, INTERRUPTED, WRONG_USAGE, Command, CommandFailed, Parser, UsageError


class Commands(Mapping[str, Command]):
    """The modules of `commands/` by name, imported when they are asked for: some need much that others do without."""

    def __init__(self, *names: str) -> None:
        self._names: Final = names

    def __getitem__(self, name: str) -> Command:
        if name not in self._names:
            raise KeyError(name)
        return cast(Command, import_module(f"node_cli.commands.{name}"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


COMMANDS: Final = Commands(
    "attacks",
    "chain",
    "content",
    "demo",
    "dev",
    "exchange",
    "federate",
    "new",
    "replay",
    "round",
    "simulate",
    "spec",
    "version",
    "worker",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Argparse ends the process itself for --help and for wrong usage."""
    # what workers log is counted in the result; their log lines would tear the progress bars
    logging.getLogger().addHandler(logging.NullHandler())
    given = sys.argv[1:] if argv is None else argv
    with never_collected():
        args = parser(given[:1] if given and given[0] in COMMANDS else COMMANDS).parse_args(given)
    try:
        return _run(args)
    except CommandFailed as error:
        return _end(args, FAILED, str(error))
    except UsageError as error:
        return _end(args, WRONG_USAGE, f"{error} (see palletlab {args.command} --help)")
    except KeyboardInterrupt:
        return _end(args, INTERRUPTED, "interrupted")
    except BrokenPipeError:
        # whoever read our output has had enough; without this Python would complain when it flushes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def parser(names: Iterable[str] = COMMANDS) -> Parser:
    """Commands with their options."""
    from node_cli.commands.version import installed_version

    whole = Parser(prog="palletlab", description="A Substrate chain in Python, for learning together.")
    whole.add_argument("--version", action="version", version=f"palletlab {installed_version()}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        command = COMMANDS[name]
        text = (command.__doc__ or "").strip()
        one = commands.add_parser(
            name,
            help=text.splitlines()[0],
            description=text,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(one)
    return whole


def _run(args: Namespace) -> int:
    code = COMMANDS[args.command].run(args)
    sys.stdout.flush()  # here, where a closed pipe is caught
    return code


def _end(args: Namespace, code: int, sentence: str) -> int:
    print(f"palletlab {args.command}: {sentence}", file=sys.stderr)
    return code
