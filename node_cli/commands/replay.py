"""Execute an exported chain again, block by block, and print its head."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from chain.crypto.second_core import SecondCore
from chain.node.chain_store import ChainStore, ImportedBlock
from chain.node.export import ExportedChain, ExportError, read_chain
from chain.node.importer import import_block
from chain.node.signature_cache import SignatureCache
from chain.scale import DecodeError
from chain.validity import InvalidBlock
from node_cli.command import DONE, CommandFailed, Parser, print_json
from node_cli.options import add_json
from node_cli.output_folder import sentence_of
from node_cli.progress import progress_bars
from node_cli.scenario.play import Listener, Progress
from node_cli.units import hexadecimal
from runtime.dev import runtime_factory

HASH_DIGITS = 64


def add_arguments(parser: Parser) -> None:
    """The file, and what its head should be."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `palletlab demo` wrote as blocks.msgpack")
    parser.add_argument("--expect", type=_hash, metavar="HASH", help="fail unless the head has this hash (0x…)")
    add_json(parser)


def run(args: Namespace) -> int:
    """Read, execute, compare, tell."""
    with progress_bars(args.json) as new_bar:
        try:
            exported = read_chain(args.file)
            head = _executed(args.file, exported, new_bar("replay"))
        except OSError as error:
            raise CommandFailed(sentence_of(error)) from None
        except ExportError as error:
            raise CommandFailed(str(error)) from None
    if args.expect is not None and head.hash != args.expect:
        raise CommandFailed(
            f"{args.file}: the head is {hexadecimal(head.hash)}, not the expected {hexadecimal(args.expect)}"
        )
    extrinsics = sum(len(block.extrinsics) for block in exported.blocks)
    _tell(args, head, len(exported.blocks) - 1, extrinsics)
    return DONE


def _executed(file: Path, exported: ExportedChain, listener: Listener) -> ImportedBlock:
    """The last block, after all were executed on each other; raises CommandFailed naming the block that is wrong."""
    factory, number = runtime_factory(SignatureCache(verifier=SecondCore())), 0
    try:
        store = ChainStore(exported.blocks[0], exported.genesis)
        for block in exported.blocks[1:]:
            number = block.header.number
            import_block(store, factory, block)
            listener(Progress(f"block {number}", number, len(exported.blocks) - 1))
    except InvalidBlock as error:
        raise CommandFailed(f"{file}: block {number} is not what execution gives: {error}") from None
    except DecodeError as error:
        raise CommandFailed(f"{file}: block {number} cannot be executed: the state is malformed: {error}") from None
    return store.best


def _tell(args: Namespace, head: ImportedBlock, blocks: int, extrinsics: int) -> None:
    if args.json:
        print_json(
            {
                "file": str(args.file),
                "blocks": blocks,
                "extrinsics": extrinsics,
                "head": {
                    "number": head.number,
                    "hash": hexadecimal(head.hash),
                    "state_root": hexadecimal(head.header.state_root),
                },
            }
        )
        return
    print(f"Executed {blocks} blocks with {extrinsics} extrinsics; every header is what execution gives.")
    print(f"Head        {head.number}")
    print(f"Hash        {hexadecimal(head.hash)}")
    print(f"State root  {hexadecimal(head.header.state_root)}")


def _hash(text: str) -> bytes:
    digits = text.removeprefix("0x")
    if len(digits) != HASH_DIGITS or not set(digits) <= set("0123456789abcdefABCDEF"):
        raise ArgumentTypeError(f"{text!r} is not a hash: 0x and {HASH_DIGITS} hexadecimal digits")
    return bytes.fromhex(digits)
