"""What something would do, or did: `dry-run`, `replay`."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping
from typing import Final

from chain.client.client import Client
from chain.client.control import Replayed, Tried
from chain.rpc.hexadecimal import to_hex
from node_cli.command import Parser, UsageError
from node_cli.control.values import account, block, composed, extrinsic, hash_of
from node_cli.control.verb import Outcome, Verb, table

_RAW: Final = "0x"


def _dry_run_options(parser: Parser) -> None:
    parser.add_argument("call", metavar="CALL", help="Pallet.call with --as, or a signed extrinsic, 0x…")
    parser.add_argument("arguments", nargs="*", metavar="NAME=VALUE", help="of the call: dest=Bob value=7")
    parser.add_argument("--as", dest="account", type=account, metavar="ACCOUNT", help="in whose name the call is")
    parser.add_argument("--at", type=block, metavar="BLOCK", help="on that block, hash or number (default: the best)")


def _dry_run(net: Client, args: Namespace) -> Outcome:
    at = hash_of(net, args.at)
    if args.call.startswith(_RAW) and not args.arguments and args.account is None:
        found = net.control.dry_run(_extrinsic(args.call), at)
    elif args.account is not None:
        found = net.control.dry_run_as(args.account, composed(net, args.call, args.arguments).data, at)
    else:
        raise UsageError(
            "give a signed extrinsic, 0x…, or a call and in whose name: Pallet.call NAME=VALUE --as ACCOUNT"
        )
    outcome = _outcome(found)
    rows = {"Outcome": outcome, "Fee": "nothing" if found.fee is None else f"{net.tokens(found.fee)} ({found.fee})"}
    content = {"outcome": outcome, "succeeds": found.succeeds, "fee": found.fee, **_content(found)}
    return Outcome(content, f"{table(rows)}\n{_lines(found)}\nNothing of it was kept.")


def _extrinsic(text: str) -> bytes:
    try:
        return extrinsic(text)
    except ArgumentTypeError as error:
        raise UsageError(str(error)) from None


def _outcome(found: Tried) -> str:
    if found.refused is not None:
        return f"refused: {found.refused}"
    return "succeeds" if found.failure is None else f"fails: {found.failure}"


def _replay_options(parser: Parser) -> None:
    parser.add_argument("block", nargs="?", type=block, metavar="BLOCK", help="hash or number (default: the best)")


def _replay(net: Client, args: Namespace) -> Outcome:
    told = net.block(hash_of(net, args.block))
    found = net.control.replay(told.hash)
    is_same = found.refused is None and found.state_root == told.header.state_root
    rows = {
        "Block": f"{told.number}, {to_hex(told.hash)}",
        "State root": f"{to_hex(found.state_root)}{', as its header says' if is_same else ''}",
    }
    if not is_same:
        rows["Refused"] = str(found.refused)
    content = {
        "number": told.number,
        "hash": to_hex(told.hash),
        "state_root": to_hex(found.state_root),
        "is_same": is_same,
        "refused": None if found.refused is None else str(found.refused),
        **_content(found),
    }
    return Outcome(content, f"{table(rows)}\n{_lines(found)}", is_failure=not is_same)


def _content(found: Tried | Replayed) -> Mapping[str, object]:
    return {"changes": [str(each) for each in found.changes], "events": [str(each) for each in found.events]}


def _lines(found: Tried | Replayed) -> str:
    told = [("Changes", found.changes), ("Events", found.events)]
    return "\n".join(line for title, each in told for line in (title, *(f"  {one}" for one in each or ("none",))))


VERBS: Final = {
    "dry-run": Verb("say what an extrinsic or a call would do", _dry_run_options, _dry_run),
    "replay": Verb("execute a block again", _replay_options, _replay),
}
