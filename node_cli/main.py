"""The command `palletlab`: finds the verb, parses its options, turns its outcome into an exit code.

0  done
1  the work failed; one sentence on standard error says why
2  the command line is wrong
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Final

from node_cli.command import CommandFailed

VERBS: Final = ("replay",)

DONE, FAILED, INTERRUPTED = 0, 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parsed = make_parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except CommandFailed as failure:
        print(f"palletlab {parsed.verb}: {failure}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"palletlab {parsed.verb}: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


def make_parser() -> argparse.ArgumentParser:
    """The parser of all verbs and options."""
    parser = argparse.ArgumentParser(
        prog="palletlab", description="A Substrate chain in Python, made for machine learning that several parties do."
    )
    parser.add_argument("--version", action="version", version=f"palletlab {version('palletlab')}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name in VERBS:
        module = import_module(f"node_cli.commands.{name}")
        first_line = (module.__doc__ or "").splitlines()[0]
        verb = verbs.add_parser(name, help=first_line, description=module.__doc__)
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    return parser
