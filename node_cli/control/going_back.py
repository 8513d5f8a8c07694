"""Snapshots, blocks and time: `snapshot`, `revert`, `forget`, `seal`, `travel`, `head`, `mode`, `notes`."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from chain.client.client import Client
from chain.node.sealing import SealingMode
from chain.rpc.hexadecimal import to_hex
from node_cli.command import CommandFailed, Parser
from node_cli.control.values import block, extrinsic, hash_of, shown_time, time
from node_cli.control.verb import Outcome, Verb, counted, nothing, table
from node_cli.options import seconds, whole_number

_NUMBERS: Final = range(2**32)


def _number(parser: Parser) -> None:
    parser.add_argument("number", type=whole_number(_NUMBERS), metavar="NUMBER", help="of the snapshot")


def _snapshot(net: Client, _args: Namespace) -> Outcome:
    number, best = net.control.snapshot(), net.head
    return Outcome(
        {"snapshot": number, "block": best.number},
        f"Snapshot {number} at block {best.number}; palletlab chain revert {number} goes back to it.",
    )


def _revert(net: Client, args: Namespace) -> Outcome:
    net.control.revert(args.number)
    best = net.head
    return Outcome(
        {"snapshot": args.number, "block": best.number, "hash": to_hex(best.hash)},
        f"Back at block {best.number}, {to_hex(best.hash)}; snapshot {args.number} stays.",
    )


def _forget(net: Client, args: Namespace) -> Outcome:
    was_there = net.control.forget(args.number)
    text = f"Snapshot {args.number} is forgotten." if was_there else f"There was no snapshot {args.number}."
    return Outcome({"snapshot": args.number, "was_there": was_there}, text)


def _seal_options(parser: Parser) -> None:
    many = parser.add_mutually_exclusive_group()
    many.add_argument(
        "--count", type=whole_number(range(1, 10_001)), default=1, metavar="N", help="how many (default: %(default)s)"
    )
    many.add_argument("--to", type=whole_number(_NUMBERS), metavar="NUMBER", help="up to this block")
    parser.add_argument(
        "--transaction",
        type=extrinsic,
        action="append",
        default=[],
        metavar="0x…",
        help="what the first of them should have, as clients send it; may be repeated",
    )


def _seal(net: Client, args: Namespace) -> Outcome:
    made = net.control.new_blocks(args.count, to=args.to, transactions=args.transaction)
    if not made:
        raise CommandFailed("no block was made, or another client went back meanwhile: look at the chain and try again")
    last, extrinsics = made[-1].header, sum(len(each.extrinsics) for each in made)
    return Outcome(
        {"blocks": [{"number": each.header.number, "hash": to_hex(each.header.hash)} for each in made]},
        f"Made {counted(len(made), 'block')} with {counted(extrinsics, 'extrinsic')}; "
        f"the best is {last.number}, {to_hex(last.hash)}.",
    )


def _travel_options(parser: Parser) -> None:
    parser.add_argument(
        "time", type=time, metavar="TIME", help="a date, milliseconds since 1970, or +SECONDS from the best block on"
    )


def _travel(net: Client, args: Namespace) -> Outcome:
    to = args.time.milliseconds
    if args.time.is_later:
        now = net.query.Timestamp.Now()
        if not now:
            raise CommandFailed("the chain has no time yet: make a block first, or give a date")
        to += now
    moment = net.control.travel(to)
    return Outcome({"next_block": moment}, f"The next block comes at {shown_time(moment)} ({moment} ms).")


def _head_options(parser: Parser) -> None:
    parser.add_argument(
        "block", type=block, metavar="BLOCK", help="its hash or number; below zero it counts back from the best"
    )


def _head(net: Client, args: Namespace) -> Outcome:
    net.control.set_head(args.block)
    best = net.head
    return Outcome(
        {"number": best.number, "hash": to_hex(best.hash)},
        f"The best block is {best.number}, {to_hex(best.hash)}; the next one stands on it.",
    )


def _mode_options(parser: Parser) -> None:
    modes = [str(each) for each in SealingMode]
    parser.add_argument("mode", choices=modes, help="when blocks are made: at once, at intervals, both, when told to")
    parser.add_argument("--interval", type=seconds, metavar="SECONDS", help="between blocks, from now on")


def _mode(net: Client, args: Namespace) -> Outcome:
    interval = None if args.interval is None else round(args.interval * 1000)
    net.control.set_mode(SealingMode(args.mode), interval)
    every = f", every {args.interval:g} seconds" if args.interval else ""
    return Outcome({"mode": args.mode, "interval_ms": interval}, f"Blocks are made in mode {args.mode}{every}.")


def _notes_options(parser: Parser) -> None:
    parser.add_argument("block", nargs="?", type=block, metavar="BLOCK", help="hash or number (default: the best)")


def _notes(net: Client, args: Namespace) -> Outcome:
    found = hash_of(net, args.block)
    notes = net.control.notes(found)
    impersonated = [net.address(each) for each in notes.impersonated]
    content = {
        "hash": to_hex(found),
        "is_genuine": notes.is_genuine,
        "is_overridden": notes.is_overridden,
        "is_marked": notes.is_marked,
        "impersonated": impersonated,
    }
    rows = {
        "Block": to_hex(found),
        "Genuine": "yes" if notes.is_genuine else "no: other nodes refuse it",
        "Written to": "after it was made" if notes.is_overridden else "when it was made" if notes.is_marked else "no",
        "Impersonated": ", ".join(impersonated) or "nobody",
    }
    return Outcome(content, table(rows))


VERBS: Final = {
    "snapshot": Verb("remember the node as it is", nothing, _snapshot),
    "revert": Verb("go back to a snapshot", _number, _revert),
    "forget": Verb("let go of a snapshot", _number, _forget),
    "seal": Verb("make blocks", _seal_options, _seal),
    "travel": Verb("let the next block have another time", _travel_options, _travel),
    "head": Verb("make another block the best one", _head_options, _head),
    "mode": Verb("change when blocks are made", _mode_options, _mode),
    "notes": Verb("say what was done to a block by hand", _notes_options, _notes),
}
