"""Pending transactions, and acting for others: `pending`, `drop`, `replace`, `impersonate`, `submit`."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from chain.client.client import Client
from chain.extrinsic import signer_of
from chain.node.impersonation import Impersonator
from chain.primitives import Hash
from chain.rpc.hexadecimal import to_hex
from node_cli.command import Parser, UsageError
from node_cli.control.values import account, block_hash, composed, extrinsic
from node_cli.control.verb import Outcome, Verb, counted, nothing, table


def _pending(net: Client, _args: Namespace) -> Outcome:
    rows, told = list[dict[str, object]](), dict[str, object]()
    for each in net.control.pending():
        signer = signer_of(each.extrinsic)
        address = None if signer is None else net.address(signer)
        rows.append({"hash": to_hex(each.hash), "signer": address, "bytes": len(each.extrinsic)})
        told[to_hex(each.hash)] = address or "signed by nobody"
    return Outcome({"pending": rows}, table(told) or "No transaction waits.")


def _drop_options(parser: Parser) -> None:
    parser.add_argument("hash", nargs="*", type=block_hash, metavar="HASH", help="of transactions that wait")
    parser.add_argument("--account", type=account, metavar="ACCOUNT", help="all that this account signed")


def _drop(net: Client, args: Namespace) -> Outcome:
    if not args.hash and args.account is None:
        raise UsageError("name transactions by their hashes, or an --account")
    dropped: list[Hash] = [each for each in args.hash if net.control.drop(each)]
    if args.account is not None:
        dropped += net.control.drop_of(args.account)
    lines = [f"Dropped {counted(len(dropped), 'transaction')}.", *map(to_hex, dropped)]
    return Outcome({"dropped": [to_hex(each) for each in dropped]}, "\n".join(lines))


def _replace_options(parser: Parser) -> None:
    parser.add_argument("hash", type=block_hash, metavar="HASH", help="of a transaction that waits")
    parser.add_argument("extrinsic", type=extrinsic, metavar="0x…", help="what takes its place, as clients send it")


def _replace(net: Client, args: Namespace) -> Outcome:
    new = to_hex(net.control.replace(args.hash, args.extrinsic))
    return Outcome({"replaced": to_hex(args.hash), "by": new}, f"{to_hex(args.hash)} gave way to {new}.")


def _impersonate_options(parser: Parser) -> None:
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("account", nargs="?", type=account, metavar="ACCOUNT", help="an address, or a name as Alice")
    whom.add_argument("--everybody", action="store_true", help="all accounts")
    parser.add_argument("--stop", action="store_true", help="do so no more, and drop what waits because of it")


def _impersonate(net: Client, args: Namespace) -> Outcome:
    whom = "everybody" if args.account is None else net.address(args.account)
    if args.stop:
        net.control.stop_impersonating(args.account)
        text = f"{whom[:1].upper()}{whom[1:]} is impersonated no more."
    else:
        net.control.impersonate(args.account)
        text = f"Fake signatures of {whom} pass; palletlab chain submit --as makes them, and blocks say so."
    return Outcome({"account": None if args.account is None else whom, "is_impersonated": not args.stop}, text)


def call_options(parser: Parser) -> None:
    """A call, and in whose name."""
    parser.add_argument("call", metavar="CALL", help="Pallet.call")
    parser.add_argument(
        "arguments", nargs="*", metavar="NAME=VALUE", help="its arguments, in JSON or as they are: dest=Bob value=7"
    )
    parser.add_argument("--as", dest="account", type=account, required=True, metavar="ACCOUNT", help="in whose name")


def _submit(net: Client, args: Namespace) -> Outcome:
    sent = composed(net, args.call, args.arguments).send(Impersonator.of(args.account))
    text = f"Submitted {args.call} for {net.address(args.account)}: {to_hex(sent.hash)}."
    return Outcome({"transaction": to_hex(sent.hash)}, text)


VERBS: Final = {
    "pending": Verb("list the transactions that wait", nothing, _pending),
    "drop": Verb("take transactions out of the pool", _drop_options, _drop),
    "replace": Verb("put another in a waiting transaction's place", _replace_options, _replace),
    "impersonate": Verb("let calls of an account pass without its key", _impersonate_options, _impersonate),
    "submit": Verb("submit a call in the name of somebody impersonated", call_options, _submit),
}
