"""Where a node's workers keep artifacts, chosen on the command line."""

from __future__ import annotations

import os
from argparse import Namespace

from chain.content.address import AddressError, opened_chunked
from chain.content.remembering import RememberingStore
from node_cli.command import Parser, UsageError
from node_cli.output_folder import sentence_of


def add_content(parser: Parser) -> None:
    """`--content`, which may be given several times."""
    parser.add_argument(
        "--content",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="where artifacts are kept: dir:PATH, kubo:URL, s3:URL/BUCKET, gateway:URL; several are one "
        "(default: in this process)",
    )


def content_of(args: Namespace) -> RememberingStore | None:
    """The store that was chosen, None for none; a model that many workers begin from is read and checked twice.

    Raises UsageError.
    """
    if not args.content:
        return None
    try:
        return RememberingStore(opened_chunked(args.content, os.environ))
    except AddressError as error:
        raise UsageError(f"--content: {error}") from None
    except OSError as error:
        raise UsageError(f"--content: {sentence_of(error)}") from None
