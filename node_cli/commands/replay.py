"""Execute the blocks of an exported chain again, and compare every state root."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from chain.node.export import ExportError, read_chain, replay
from chain.validity import InvalidBlock
from node_cli.command import CommandFailed
from runtime.dev import runtime_factory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `palletlab replay`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="an exported chain, such as the demo's blocks.msgpack")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Replay the file; raises CommandFailed where it is no chain or a block does not give its own root."""
    try:
        chain = read_chain(arguments.file)
        root = replay(chain, runtime_factory())
    except OSError as error:
        raise CommandFailed(f"{arguments.file}: {error.strerror or error}") from error
    except (ExportError, InvalidBlock) as error:
        raise CommandFailed(str(error)) from error
    head = chain.blocks[-1]
    result = {
        "blocks": len(chain.blocks) - 1,
        "extrinsics": sum(len(block.extrinsics) for block in chain.blocks),
        "number": head.header.number,
        "hash": f"0x{head.hash.hex()}",
        "state_root": f"0x{root.hex()}",
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        console = Console()
        console.print(
            f"[bold]{result['blocks']}[/] blocks, [bold]{result['extrinsics']}[/] extrinsics, every root as written"
        )
        console.print(f"head {result['number']}  {result['hash']}\nstate root {result['state_root']}", highlight=False)
    return 0
