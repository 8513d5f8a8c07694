"""Print which palletlab, which runtime and which Python this is."""

from __future__ import annotations

import platform
from argparse import Namespace
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of

from node_cli.command import DONE, Parser, print_json
from node_cli.options import add_json
from runtime.dev import VERSION

UNKNOWN = "not installed"
"""A checkout that runs without having been installed has no version."""


def installed_version() -> str:
    """The version of the installed package."""
    try:
        return version_of("palletlab")
    except PackageNotFoundError:
        return UNKNOWN


def add_arguments(parser: Parser) -> None:
    """`--json`."""
    add_json(parser)


def run(args: Namespace) -> int:
    """Print the versions."""
    versions = {
        "palletlab": installed_version(),
        "spec_name": VERSION.spec_name,
        "spec_version": VERSION.spec_version,
        "python": platform.python_version(),
    }
    if args.json:
        print_json(versions)
    else:
        runtime = f"{VERSION.spec_name}-{VERSION.spec_version}"
        print(f"palletlab {versions['palletlab']}, runtime {runtime}, Python {versions['python']}")
    return DONE
