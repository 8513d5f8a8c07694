"""The state: `set`, `dump`, `load`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Final

from chain.client.client import Client
from chain.rpc.hexadecimal import read_hex, to_hex
from chain.rpc.parameters import Json
from node_cli.command import CommandFailed, Parser, UsageError
from node_cli.control.values import block, hash_of, json_value, key_value
from node_cli.control.verb import Outcome, Verb
from node_cli.output_folder import sentence_of

_RAW: Final = "0x"


def _at(parser: Parser) -> None:
    parser.add_argument(
        "--at", type=block, metavar="BLOCK", help="after that block, hash or number (default: the best)"
    )


def _set_options(parser: Parser) -> None:
    parser.add_argument(
        "entry",
        nargs="*",
        metavar="ENTRY",
        help="Pallet.Item, its keys, and the value in JSON; or 0xKEY and 0xVALUE; null removes",
    )
    parser.add_argument("--file", type=Path, metavar="FILE", help="JSON by pallet and item, or pairs of key and value")
    parser.add_argument("--in-new-block", action="store_true", help="make a block for it, which says so")
    _at(parser)


def _set(net: Client, args: Namespace) -> Outcome:
    if bool(args.entry) == (args.file is not None):
        raise UsageError("name one entry with its value, or a --file")
    values = _read(args.file) if args.file is not None else _entry(args.entry)
    at, control = hash_of(net, args.at), net.control
    if isinstance(values, dict):
        found = control.set_items(values, at, in_new_block=args.in_new_block)
    else:
        found = control.set_storage(_pairs(values), at, in_new_block=args.in_new_block)
    where = "in a new block, which says so" if args.in_new_block else "after the block, which keeps its hash"
    return Outcome({"block": to_hex(found)}, f"Written {where}: {to_hex(found)}.")


def _entry(words: list[str]) -> Json:
    """`Pallet.Item key … value` as entries by pallet and item; `0xKEY 0xVALUE` as a pair."""
    if len(words) < 2:
        raise UsageError(f"{words[0]}: give its value, too, null to remove it")
    name, *keys, value = words
    if name.startswith(_RAW):
        if keys:
            raise UsageError("a raw entry is a key and a value, both 0x…")
        return [[name, json_value(value)]]
    pallet, dot, item = name.partition(".")
    if not dot:
        raise UsageError(f"{name!r} is neither Pallet.Item nor 0x…")
    inner = json_value(value)
    return {pallet: {item: [[[key_value(key) for key in keys], inner]] if keys else inner}}


def _pairs(values: Json) -> dict[bytes, bytes | None]:
    """Pairs of digits; raises CommandFailed."""
    try:
        return {read_hex(key): None if value is None else read_hex(value) for key, value in values}
    except (ValueError, TypeError, AttributeError):
        raise CommandFailed(
            "storage is pairs of 0xKEY and 0xVALUE, null to remove, or JSON by pallet and item"
        ) from None


def _read(path: Path) -> Json:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None
    except ValueError:
        raise CommandFailed(f"{path}: no text") from None
    values = json_value(text)
    if not isinstance(values, dict | list):
        raise CommandFailed(f"{path}: neither JSON by pallet and item nor pairs of key and value")
    return values


def _dump_options(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; readable JSON if its name ends in .json")
    _at(parser)


def _dump(net: Client, args: Namespace) -> Outcome:
    at = hash_of(net, args.at)
    net.control.dump(args.file, at)
    root = to_hex(net.block(at).header.state_root)
    return Outcome(
        {"file": str(args.file), "block": to_hex(at)},
        f"Wrote {args.file}: the state after block {net.block(at).number}, whose header says {root}.",
    )


def _load_options(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what dump wrote")
    parser.add_argument("--edited", action="store_true", help="its entries may have another root than it says")


def _load(net: Client, args: Namespace) -> Outcome:
    found = net.control.load(args.file, is_edited=args.edited)
    root = to_hex(found.state.root)
    return Outcome(
        {"file": str(args.file), "state_root": root, "block": to_hex(found.block_hash), "number": found.block_number},
        f"The state after the best block has the root {root}, as after block {found.block_number} of the file.",
    )


VERBS: Final = {
    "set": Verb("write to the state", _set_options, _set),
    "dump": Verb("write the state to a file", _dump_options, _dump),
    "load": Verb("put the state of a file in the place of the best block's", _load_options, _load),
}
