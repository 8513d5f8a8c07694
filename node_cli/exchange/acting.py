"""The verbs: `create`, `list`, `show`, `join`, `status`, `leave`, `close`."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from typing import Any, Final

from chain.client.blocks import ExtrinsicView
from chain.client.client import Client
from chain.crypto.keys import KeyPair
from chain.crypto.secret_uri import SecretUriError
from chain.primitives import Hash
from chain.rpc.hexadecimal import to_hex
from node_cli.command import Parser
from node_cli.control.values import account, block_hash
from node_cli.control.verb import Outcome, Verb, counted, nothing
from node_cli.exchange.planning import add_plan, plan_of
from node_cli.exchange.recorded import PALLET, all_exchanges, recorded
from node_cli.exchange.telling import duty, listed, summary, told, whole
from node_cli.options import whole_number

NUMBERS: Final = range(2**32)


def key_pair(text: str) -> KeyPair:
    """The key of a secret URI."""
    try:
        return KeyPair.from_uri(text)
    except SecretUriError as error:
        raise ArgumentTypeError(str(error)) from None


def _key_options(parser: Parser) -> None:
    parser.add_argument(
        "--key", type=key_pair, default="//Alice", metavar="URI", help="who signs, as a secret URI (default: //Alice)"
    )


def _exchange_options(parser: Parser) -> None:
    parser.add_argument("exchange", type=whole_number(NUMBERS), metavar="N", help="which exchange")


def _create_options(parser: Parser) -> None:
    add_plan(parser)
    _key_options(parser)


def _create(net: Client, args: Namespace) -> Outcome:
    done = _submitted(net, args.key, "open", plan=plan_of(args))
    number = next(event.fields["exchange"] for event in done.events if (event.pallet, event.name) == (PALLET, "Opened"))
    found = all_exchanges(net)[number]
    text = f"Opened exchange {number}; who wants to joins before block {found['deadline']}."
    return Outcome({**_sent(done), **summary(number, found, net.address)}, text)


def _list(net: Client, _args: Namespace) -> Outcome:
    found = [summary(number, each, net.address) for number, each in all_exchanges(net).items()]
    return Outcome({"exchanges": found}, listed(found))


def _show(net: Client, args: Namespace) -> Outcome:
    found = whole(recorded(net, args.exchange), net.address)
    return Outcome(found, told(found))


def _join_options(parser: Parser) -> None:
    _exchange_options(parser)
    parser.add_argument(
        "--root", type=block_hash, required=True, metavar="0x…", help="blake2-256 of the salt and the rows' bytes"
    )
    parser.add_argument(
        "--samples", type=whole_number(range(1, 2**32)), required=True, metavar="N", help="how many rows there are"
    )
    _key_options(parser)


def _join(net: Client, args: Namespace) -> Outcome:
    recorded(net, args.exchange)
    data = {"root": Hash(args.root), "samples": args.samples}
    done = _submitted(net, args.key, "join", exchange=args.exchange, data=data)
    text = f"{net.address(args.key)} takes part in exchange {args.exchange} with {counted(args.samples, 'row')}."
    return Outcome({**_sent(done), "exchange": args.exchange, "account": net.address(args.key)}, text)


def _status_options(parser: Parser) -> None:
    _exchange_options(parser)
    parser.add_argument(
        "--account", type=account, default=account("Alice"), metavar="ACCOUNT", help="whose duty (default: Alice)"
    )


def _status(net: Client, args: Namespace) -> Outcome:
    found, now = recorded(net, args.exchange), net.best_number()
    owes, text = duty(found, args.account, now + 1)
    content = {
        **summary(args.exchange, found.exchange, net.address),
        "account": net.address(args.account),
        "is_member": args.account in found.members,
        "owes": owes,
        "block": now,
    }
    return Outcome(content, text)


def _of_one_options(parser: Parser) -> None:
    _exchange_options(parser)
    _key_options(parser)


def _leave(net: Client, args: Namespace) -> Outcome:
    recorded(net, args.exchange)
    done = _submitted(net, args.key, "leave", exchange=args.exchange)
    return Outcome(_sent(done), f"{net.address(args.key)} has left exchange {args.exchange}.")


def _close(net: Client, args: Namespace) -> Outcome:
    recorded(net, args.exchange)
    done = _submitted(net, args.key, "close", exchange=args.exchange)
    return Outcome(_sent(done), f"Exchange {args.exchange} is closed, and its deposit is free.")


def _submitted(net: Client, key: KeyPair, call: str, **arguments: Any) -> ExtrinsicView:
    """The call in its block; raises CallFailed, and what `submit` raises."""
    return net.tx[PALLET][call](**arguments).submit(key).checked()


def _sent(done: ExtrinsicView) -> dict[str, Any]:
    return {"transaction": to_hex(done.hash), "block": done.block.number}


VERBS: Final = {
    "create": Verb("open an exchange for whoever joins", _create_options, _create),
    "list": Verb("list the exchanges that are not closed", nothing, _list),
    "show": Verb("tell an exchange: plan, members, and who heard whom in each round", _exchange_options, _show),
    "join": Verb("take part with rows, named by their root", _join_options, _join),
    "status": Verb("tell where an exchange stands, and what an account owes it", _status_options, _status),
    "leave": Verb("take part no more, from the next round on", _of_one_options, _leave),
    "close": Verb("forget an exchange that is over, and free its deposit", _of_one_options, _close),
}
