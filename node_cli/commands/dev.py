"""Run a chain of one node for development, to which Substrate's clients connect.

Blocks are made as soon as there is a transaction, and are final a moment later. Nothing is kept when the node ends,
but with --base-path, where the next start goes on. In memory the last finalized blocks are there, of those before only
their hashes, so that the node takes no more memory the longer it runs.
An empty block comes after 20 seconds without one, since some clients take silence for a broken connection.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from argparse import Namespace
from pathlib import Path
from typing import Final

from chain.crypto import development, ss58
from chain.node.collector import never_collected
from chain.node.sealing import SealingMode
from chain.store.errors import StoreError
from node_cli.chosen_runtime import NotARuntime
from node_cli.command import DONE, CommandFailed, Parser, UsageError
from node_cli.content_options import add_content, content_of
from node_cli.dev_node import DevNode
from node_cli.dev_options import IN_MEMORY, DevOptions
from node_cli.logs import DEFAULT, FilterError, start_logging
from node_cli.node_log import log_node
from node_cli.options import seconds, whole_number
from node_cli.units import hexadecimal
from node_cli.worker_options import add_worker_arguments, worker_options_of
from runtime.dev import TOKEN

ALL: Final = "all"
"""As a number of blocks: none is forgotten."""

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: Parser) -> None:
    """Where it listens, when it makes blocks, what it allows."""
    _add_listening(parser)
    _add_blocks(parser)
    parser.add_argument(
        "--runtime",
        default=DevOptions().runtime,
        metavar="MODULE:CLASS",
        help="what runs, of the current folder or installed (default: %(default)s)",
    )
    parser.add_argument(
        "--watch", action="store_true", help="bring edits of the runtime's files to the chain, whose state is kept"
    )
    parser.add_argument(
        "-l",
        "--log",
        action="append",
        default=[],
        metavar="TARGETS",
        help="which log lines to write, as in RUST_LOG, whose levels stay for other targets: -lrpc=debug,txpool=trace",
    )
    add_worker_arguments(parser)
    add_content(parser)
    parser.add_argument("--json", action="store_true", help="tell everything in JSON, one object a line")


def _add_listening(parser: Parser) -> None:
    standard = DevOptions()
    parser.add_argument(
        "--port",
        type=whole_number(range(65536)),
        default=standard.port,
        metavar="N",
        help="where clients connect, 0 for any that is free (default: %(default)s)",
    )
    parser.add_argument(
        "--host",
        default=standard.host,
        help="the address to listen at; others than this machine's let anybody in (default: %(default)s)",
    )
    parser.add_argument("--unsafe-rpc", action="store_true", help="let clients call what is for the operator only")
    parser.add_argument(
        "--impersonation", action="store_true", help="let them act for accounts without their keys, too"
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="let web pages of that origin connect besides those of this machine; * for all; may be repeated",
    )


def _add_blocks(parser: Parser) -> None:
    standard = DevOptions()
    sealing = parser.add_mutually_exclusive_group()
    sealing.add_argument("--interval", type=seconds, metavar="SECONDS", help="make blocks at intervals only")
    sealing.add_argument("--manual", action="store_true", help="make blocks when told to, by engine_createBlock")
    sealing.add_argument(
        "--idle",
        type=seconds,
        metavar="SECONDS",
        help=f"make an empty block after so long without one (default: {standard.interval_ms // 1000})",
    )
    parser.add_argument(
        "--finality-lag",
        type=whole_number(range(1000)),
        default=standard.finality_lag,
        metavar="BLOCKS",
        help="how far the finalized block stays behind the best one (default: %(default)s)",
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--tmp", action="store_true", help="keep nothing when the node ends, as without --base-path")
    place.add_argument(
        "--base-path", type=Path, metavar="FOLDER", help="keep the chain there, and go on with the one that is there"
    )
    parser.add_argument(
        "--keep",
        type=_blocks,
        metavar="BLOCKS",
        help=f"how many finalized blocks stay with their states, or all (default: {IN_MEMORY}, in a folder all)",
    )


def run(args: Namespace) -> int:
    """Start, tell, serve until it is interrupted."""
    options = options_of(args)
    try:
        start_logging(",".join([os.environ.get("RUST_LOG", DEFAULT), *args.log]), as_json=args.json)
    except FilterError as error:
        raise UsageError(str(error)) from None
    try:
        with never_collected():
            dev = DevNode(options)
    except (NotARuntime, StoreError) as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise CommandFailed(f"{args.base_path}: {error.strerror or error}; choose another folder") from None
    log_node(dev.node)
    try:
        asyncio.run(_serve(dev, as_json=args.json))
    except OSError as error:
        raise CommandFailed(str(error.strerror or error)) from None
    return DONE


async def _serve(dev: DevNode, *, as_json: bool) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, ended.set)
    await dev.serve(lambda url: _tell(dev, url, as_json=as_json), ended)
    if not as_json:
        print(f"\nended at block {dev.node.best.number}; {_keeping(dev.options)}")


def options_of(args: Namespace) -> DevOptions:
    """What the command line asks for; raises UsageError."""
    standard = DevOptions()
    mode, interval = SealingMode.MIXED, args.idle
    if args.interval is not None:
        mode, interval = SealingMode.INTERVAL, args.interval
    elif args.manual:
        mode = SealingMode.MANUAL
    if args.unsafe_rpc and args.host not in LOOPBACK:
        raise UsageError("--unsafe-rpc on an address that others reach lets them control the node: use one of them")
    if args.impersonation and not args.unsafe_rpc:
        raise UsageError("--impersonation is asked for by methods that are refused: add --unsafe-rpc")
    if args.watch and args.base_path is not None:
        raise UsageError(
            "--watch and --base-path exclude each other: no later start has the runtimes that its blocks were made "
            "by; leave one out, and take a state along by `palletlab chain dump` and `palletlab chain load`"
        )
    return DevOptions(
        host=args.host,
        port=args.port,
        origins=tuple(args.origin),
        is_unsafe_allowed=args.unsafe_rpc,
        may_impersonate=args.impersonation,
        mode=mode,
        interval_ms=standard.interval_ms if interval is None else round(interval * 1000),
        finality_lag=args.finality_lag,
        runtime=args.runtime,
        content=content_of(args),
        is_watched=args.watch,
        workers=worker_options_of(args),
        base_path=args.base_path,
        keep=_kept(args),
    )


def _tell(dev: DevNode, url: str, *, as_json: bool) -> None:
    """What runs now, and what to do with it."""
    best, version, genesis = dev.node.best, dev.node.runtime_at().version, dev.node.chain.genesis.hash
    if as_json:
        started = {
            "event": "started",
            "url": url,
            "chain": dev.services.chain.name,
            "genesis": hexadecimal(genesis),
            "best": best.number,
            "runtime": f"{version.spec_name} {version.spec_version}",
        }
        print(json.dumps(started), flush=True)
        return
    alice = ss58.encode(development.account("Alice"))
    lines = [
        f"Listening  {url} and {url.replace('ws', 'http', 1)}",
        f"Chain      {dev.services.chain.name}, genesis {hexadecimal(genesis)}, runtime {version.spec_name} "
        f"{version.spec_version}, at block {best.number}",
        f"Blocks     {_sealing(dev.options)}; {_finality(dev.options)}",
        f"Accounts   {', '.join(development.NAMES)} and their //stash have {TOKEN.symbol}; Alice is sudo: {alice}",
        f"Explore    https://polkadot.js.org/apps/?rpc={url}",
        f'In Python  devnet("{url}") of runtime.notebook, or SubstrateInterface(url="{url}") of substrate-interface',
        f"Ctrl-C ends it; {_keeping(dev.options)}.",
    ]
    print("\n".join(lines), flush=True)


def _keeping(options: DevOptions) -> str:
    return "nothing is kept" if options.base_path is None else f"the chain stays in {options.base_path}"


def _sealing(options: DevOptions) -> str:
    seconds = f"{options.interval_ms / 1000:g} seconds"
    return {
        SealingMode.INSTANT: "for each transaction",
        SealingMode.INTERVAL: f"every {seconds}",
        SealingMode.MIXED: f"as soon as there is a transaction, else after {seconds}",
        SealingMode.MANUAL: "when engine_createBlock is called (with --unsafe-rpc)",
    }[options.mode]


def _finality(options: DevOptions) -> str:
    return f"final {options.finality_lag} blocks later" if options.finality_lag else "final a moment later"


def _kept(args: Namespace) -> int | None:
    """How many finalized blocks stay, None for all."""
    if args.keep is None:
        return IN_MEMORY if args.base_path is None else None
    return None if args.keep == ALL else int(args.keep)


def _blocks(text: str) -> int | str:
    return ALL if text == ALL else whole_number(range(1, 10**9))(text)
