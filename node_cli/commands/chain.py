"""Control a running development node: snapshots, time, storage, pending transactions, impersonation, dry runs.

The node is one of `palletlab dev --unsafe-rpc`, by default that of this machine.
"""

from __future__ import annotations

from argparse import Namespace, RawDescriptionHelpFormatter
from typing import Final

from chain.client.connect import connect
from chain.client.errors import NotConnected, RequestRefused, UnknownBlock
from chain.node.state_file import StateFileError
from node_cli.command import DONE, FAILED, CommandFailed, Parser, print_json
from node_cli.control import going_back, state, transactions, trying
from node_cli.control.verb import Verb
from node_cli.options import add_json
from node_cli.output_folder import sentence_of

URL: Final = "ws://127.0.0.1:9944"

VERBS: Final[dict[str, Verb]] = {**going_back.VERBS, **state.VERBS, **transactions.VERBS, **trying.VERBS}


def add_arguments(parser: Parser) -> None:
    """The verbs, with their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help="one of these")
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
            outcome = VERBS[args.verb].act(net, args)
    except OSError as error:
        raise CommandFailed(str(error) if isinstance(error, NotConnected) else sentence_of(error)) from None
    except (RequestRefused, UnknownBlock, StateFileError, ValueError) as error:  # ControlError, BadAnswer, EncodeError
        raise CommandFailed(str(error)) from None
    if args.json:
        print_json(outcome.content)
    else:
        print(outcome.text)
    return FAILED if outcome.is_failure else DONE
