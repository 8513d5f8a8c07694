"""Exchanges of proxy models, in which clients learn from each other without an aggregator: open, join, follow them.

What trains is the worker of a member's node, which joins by itself where its operator gave it rows; `join` is for
those who train otherwise. The node may be any that speaks JSON-RPC, by default that of this machine.
"""

from __future__ import annotations

from argparse import Namespace, RawDescriptionHelpFormatter

from chain.client.connect import connect
from chain.client.errors import CallFailed, NotConnected, NotIncluded, RequestRefused, UnknownBlock
from node_cli.command import DONE, CommandFailed, Parser, print_json
from node_cli.commands.chain import URL
from node_cli.exchange.acting import VERBS
from node_cli.exchange.recorded import require_pallet
from node_cli.options import add_json
from node_cli.output_folder import sentence_of


def add_arguments(parser: Parser) -> None:
    """The verbs, with their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help=", ".join(VERBS))
    for name, verb in VERBS.items():
        one = verbs.add_parser(
            name, help=verb.help, description=verb.help, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
        )
        verb.add_arguments(one)
        one.add_argument("--url", default=URL, help="of the node, ws:// or http:// (default: %(default)s)")
        add_json(one)


def run(args: Namespace) -> int:
    """Connect, act, tell."""
    try:
        with connect(args.url) as net:
            require_pallet(net)
            outcome = VERBS[args.verb].act(net, args)
    except OSError as error:
        is_told = isinstance(error, NotConnected | NotIncluded)
        raise CommandFailed(str(error) if is_told else sentence_of(error)) from None
    except (CallFailed, RequestRefused, UnknownBlock, ValueError) as error:  # BadAnswer, EncodeError
        raise CommandFailed(str(error)) from None
    if args.json:
        print_json(outcome.content)
    else:
        print(outcome.text)
    return DONE
