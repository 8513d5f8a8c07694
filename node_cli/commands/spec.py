"""Build a chain specification, or say what one begins with.

`build` takes a preset of the runtime and a JSON patch over it; with --raw every key and value is written out.
`inspect` reads the specification of any Substrate chain: state root, genesis hash, and the entries of each pallet,
decoded where the specification has this program's runtime.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chain.node.chain_store import genesis_block
from chain.spec.errors import SpecError
from chain.spec.fields import Json, parsed
from chain.spec.genesis import RawGenesis
from chain.spec.spec import ChainSpec
from chain.trie.node import KeyTooLongError
from chain.trie.trie import Trie
from node_cli.command import DONE, CommandFailed, Parser, print_json
from node_cli.options import add_json
from node_cli.output_folder import OutputFolder, sentence_of, text_file
from node_cli.spec_view import Entries
from node_cli.units import hexadecimal, size
from runtime.dev import DEVELOPMENT
from runtime.spec import build_spec, genesis_of, raw_spec

SHOWN: Final = 20
"""Entries of a pallet that are printed without --all."""

WIDTH: Final = 100
"""Characters of a value that are printed."""


def add_arguments(parser: Parser) -> None:
    """The two verbs, with their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help="build or inspect")
    build = verbs.add_parser("build", help="write a specification", allow_abbrev=False)
    build.add_argument(
        "--preset", default=DEVELOPMENT, metavar="NAME", help="what to begin with (default: %(default)s)"
    )
    build.add_argument("--patch", type=Path, metavar="FILE", help="JSON to merge over the preset")
    build.add_argument("--name", help="what the chain is called")
    build.add_argument("--id", help="what its files are called")
    build.add_argument("--raw", action="store_true", help="write every storage key and value")
    build.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: to the terminal)")
    add_json(build)
    inspect = verbs.add_parser("inspect", help="say what a specification begins with", allow_abbrev=False)
    inspect.add_argument("file", type=Path, metavar="FILE", help="a specification, raw or not")
    inspect.add_argument(
        "--state-version",
        type=int,
        choices=(0, 1),
        help="of a raw genesis whose code does not tell (default: what the code tells, else 1)",
    )
    inspect.add_argument("--all", action="store_true", help=f"print more than {SHOWN} entries of a pallet")
    add_json(inspect)


def run(args: Namespace) -> int:
    """Build or inspect."""
    return _build(args) if args.verb == "build" else _inspect(args)


def _build(args: Namespace) -> int:
    patch: dict[str, Json] | None = None
    try:
        if args.patch is not None:
            patch = parsed(_read(args.patch))
        spec = build_spec(args.preset, patch, name=args.name, chain_id=args.id)
        state = genesis_of(spec)  # also where it is not written: a patch that no chain can begin with is told now
        text = (raw_spec(spec) if args.raw else spec).to_json()
    except SpecError as error:
        place = f"{args.patch}: " if args.patch is not None else ""
        raise CommandFailed(f"{place}{error}") from None
    if args.out is None:
        sys.stdout.write(text)
        return DONE
    try:
        OutputFolder(args.out.parent).write({args.out.name: text_file(text)})
    except OSError as error:
        raise CommandFailed(f"nothing was written: {sentence_of(error)}") from None
    genesis_hash = hexadecimal(genesis_block(state).hash)
    if args.json:
        print_json({"file": str(args.out), "genesis_hash": genesis_hash, "state_root": hexadecimal(state.root)})
    else:
        print(f"Wrote {args.out}: genesis {genesis_hash}.")
    return DONE


def _inspect(args: Namespace) -> int:
    try:
        spec = ChainSpec.from_json(_read(args.file))
        state = genesis_of(spec, args.state_version)
    except (SpecError, KeyTooLongError) as error:
        raise CommandFailed(f"{args.file}: {error}") from None
    entries = Entries(state)
    if args.json:
        print_json(_as_json(spec, state, entries))
    else:
        _tell(spec, state, entries, None if args.all else SHOWN)
    return DONE


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None


def _as_json(spec: ChainSpec, state: Trie, entries: Entries) -> dict[str, object]:
    return {
        "name": spec.name,
        "id": spec.id,
        "chain_type": spec.chain_type,
        "properties": dict(spec.properties),
        "form": _form(spec),
        "state_version": state.version,
        "state_root": hexadecimal(state.root),
        "genesis_hash": hexadecimal(genesis_block(state).hash),
        "child_tries": len(state.children),
        "is_decoded": entries.is_decoded,
        "entries": {
            pallet: [dict(entries.described(key, value)) for key, value in pairs]
            for pallet, pairs in entries.by_pallet.items()
        },
    }


def _tell(spec: ChainSpec, state: Trie, entries: Entries, at_most: int | None) -> None:
    print(f"Chain          {spec.name} ({spec.id}), {spec.chain_type}, {_form(spec)}")
    print(f"State root     {hexadecimal(state.root)}  (version {state.version})")
    print(f"Genesis hash   {hexadecimal(genesis_block(state).hash)}")
    for pallet, pairs in entries.by_pallet.items():
        print(f"\n{pallet}: {len(pairs)} {'entry' if len(pairs) == 1 else 'entries'}")
        for key, value in pairs[:at_most]:
            print(f"  {_line(entries.described(key, value))}")
        if at_most is not None and len(pairs) > at_most:
            print(f"  … and {len(pairs) - at_most} more (--all)")


def _line(entry: Mapping[str, object]) -> str:
    if "bytes" in entry:
        return f"{entry['item']}  {size(int(str(entry['bytes'])))}"
    if "item" not in entry:
        return f"{_short(str(entry['key']))} = {_short(str(entry['value']))}"
    keys = entry.get("keys")
    of_keys = f"[{', '.join(map(str, keys))}]" if isinstance(keys, list) and keys else ""
    return f"{entry['item']}{of_keys} = {_short(json.dumps(entry['value'], ensure_ascii=False))}"


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"


def _form(spec: ChainSpec) -> str:
    genesis = spec.genesis
    return "raw" if isinstance(genesis, RawGenesis) else f"a {genesis.source} of the runtime's genesis config"
