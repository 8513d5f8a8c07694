"""Write a new pallet and its test, which is green: storage, config, calls, events, errors, genesis and hooks."""

from __future__ import annotations

import os
import shlex
from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from node_cli.command import DONE, CommandFailed, Parser, print_json
from node_cli.options import add_json
from node_cli.output_folder import OutputFolder, sentence_of, text_file
from node_cli.pallet_template import NameRefused, check_name, class_name, rendered


def add_arguments(parser: Parser) -> None:
    """The name, and where the files go."""
    parser.add_argument("name", type=_name, metavar="NAME", help="of the module, as in price_forecast")
    parser.add_argument(
        "--folder", type=Path, default=Path(), metavar="FOLDER", help="where the files go (default: here)"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Write both files or none, and say what to do next."""
    files = rendered(args.name)
    for name in files:
        if os.path.lexists(args.folder / name):
            raise CommandFailed(
                f"{args.folder / name} is there already and stays as it is: choose another name, or another --folder"
            )
    try:
        OutputFolder(args.folder).write({name: text_file(text) for name, text in files.items()})
    except OSError as error:
        raise CommandFailed(f"nothing was written: {sentence_of(error)}") from None
    _tell(args, [args.folder / name for name in files])
    return DONE


def _tell(args: Namespace, paths: list[Path]) -> None:
    pallet, test = paths
    made = class_name(args.name)
    run_test = f"python -m pytest {shlex.quote(str(test))}"
    compose = f"self.{args.name} = {args.name}.{made}(self, {args.name}.Config(), index=30)"
    if args.json:
        print_json(
            {
                "name": args.name,
                "pallet": made,
                "files": {"pallet": str(pallet), "test": str(test)},
                "next": {"test": run_test, "compose": compose},
            }
        )
        return
    print(f"Wrote {pallet} and {test}.")
    print(f"Test it     {run_test}")
    print(f"Edit it     {pallet}: storage, calls, events and errors are declared there, and nowhere else")
    print(f"Compose it  {compose}, in your runtime's __init__")


def _name(text: str) -> str:
    try:
        check_name(text)
    except NameRefused as refusal:
        raise ArgumentTypeError(str(refusal)) from None
    return text
