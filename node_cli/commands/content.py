"""Put artifacts into content stores, fetch them, list, verify, and delete what no chain names any more.

A store is dir:PATH, kubo:http://127.0.0.1:5001, s3:http://HOST/BUCKET or gateway:https://HOST. Several are one: put
into all that can be written to, read from the first that has the right bytes, which the others are then given.
S3's keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. CIDs are those of `ipfs add --cid-version=1`.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import time
from typing import Final

from chain.content.address import AddressError, opened_chunked
from chain.content.chunked import ChunkedStore
from chain.content.cid import CidError
from chain.content.download import download
from chain.content.garbage import DEFAULT_GRACE, Collector
from chain.content.layout import IPFS, Layout
from chain.content.pieces import size_of
from chain.content.roots import named_in
from chain.content.store import ContentError
from node_cli.command import DONE, FAILED, CommandFailed, Parser, UsageError, print_json
from node_cli.options import add_json, whole_number
from node_cli.output_folder import sentence_of
from node_cli.progress import progress_bars
from node_cli.scenario.play import Progress
from node_cli.units import size

DEFAULT_STORE: Final = "dir:content"

LIMIT: Final = 4 * 2**30
"""Bytes of a file: they pass through memory a chunk at a time."""

CHUNKS: Final = {"256KiB": 2**18, "1MiB": 2**20}


def add_arguments(parser: Parser) -> None:
    """The verbs, with their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help=", ".join(VERBS))
    put = _verb(verbs.add_parser("put", help="keep files, and print their CIDs", allow_abbrev=False))
    put.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what to put")
    put.add_argument("--chunk", choices=CHUNKS, default="256KiB", help="how large pieces are (default: %(default)s)")
    get = _verb(verbs.add_parser("get", help="fetch an artifact; goes on where it was interrupted", allow_abbrev=False))
    get.add_argument("cid", metavar="CID", help="what to fetch")
    get.add_argument("--out", type=Path, metavar="FILE", help="where to (default: a file called as the CID)")
    _verb(verbs.add_parser("ls", help="list the pieces that are kept", allow_abbrev=False))
    collect = _verb(verbs.add_parser("gc", help="delete what no root reaches", allow_abbrev=False))
    collect.add_argument("--chain", metavar="URL", help="a node: what its finalized and its best state name is in use")
    collect.add_argument("--root", action="append", default=[], metavar="CID", help="what is in use too")
    collect.add_argument(
        "--grace",
        type=whole_number(range(2**31)),
        default=int(DEFAULT_GRACE),
        metavar="SECONDS",
        help="what was put within that time stays (default: %(default)s)",
    )
    collect.add_argument("--all-unused", action="store_true", help="without --chain and --root: nothing is in use")
    collect.add_argument("--dry-run", action="store_true", help="only tell what would be deleted")
    verify = _verb(verbs.add_parser("verify", help="read artifacts whole, and mend what another store has"))
    verify.add_argument("cids", nargs="+", metavar="CID", help="what to read")


def run(args: Namespace) -> int:
    """Open the stores, and do what is asked."""
    layout = Layout(CHUNKS[args.chunk], IPFS.width) if args.verb == "put" else IPFS
    try:
        store = opened_chunked(args.store or [DEFAULT_STORE], os.environ, layout, LIMIT)
        return VERBS[args.verb](store, args)
    except AddressError as error:
        raise UsageError(f"--store: {error}") from None
    except (ContentError, CidError) as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None


def _verb(verb: Parser) -> Parser:
    verb.add_argument(
        "--store",
        action="append",
        metavar="ADDRESS",
        help=f"where artifacts are kept; may be given again (default: {DEFAULT_STORE})",
    )
    add_json(verb)
    return verb


def _put(store: ChunkedStore, args: Namespace) -> int:
    kept = [{"file": str(file), "cid": store.put_file(file), "bytes": file.stat().st_size} for file in args.files]
    if args.json:
        print_json({"files": kept})
    else:
        for each in kept:
            print(f"{each['cid']}  {each['file']}")
    return DONE


def _get(store: ChunkedStore, args: Namespace) -> int:
    out = args.out if args.out is not None else Path(args.cid)
    out.parent.mkdir(parents=True, exist_ok=True)
    with progress_bars(args.json) as new_bar:
        bar, total = new_bar("fetch"), size_of(store.backend, args.cid) or 0
        done = download(store.backend, args.cid, out, LIMIT, lambda there: bar(Progress(size(there), there, total)))
    if args.json:
        print_json({"cid": args.cid, "file": str(out), "bytes": done.size, "resumed": done.resumed})
    else:
        resumed = f", {size(done.resumed)} of them from before" if done.resumed else ""
        print(f"Wrote {out}: {size(done.size)}{resumed}.")
    return DONE


def _list(store: ChunkedStore, args: Namespace) -> int:
    entries = sorted(store.backend.entries(), key=lambda entry: entry.cid)
    if args.json:
        print_json({"entries": [{"cid": e.cid, "bytes": e.size, "added_at": e.added_at} for e in entries]})
        return DONE
    now = time()
    for entry in entries:
        age = "" if entry.added_at is None else f"  {_age(now - entry.added_at)}"
        print(f"{entry.cid}  {'' if entry.size is None else size(entry.size):>9}{age}".rstrip())
    print(f"{len(entries)} pieces, {size(sum(entry.size or 0 for entry in entries))}.")
    return DONE


def _collect(store: ChunkedStore, args: Namespace) -> int:
    if args.chain is None and not args.root and not args.all_unused:
        raise UsageError("gc: --chain URL or --root CID says what is in use, or --all-unused that nothing is")
    if args.all_unused and (args.chain is not None or args.root):
        raise UsageError("gc: --all-unused says that nothing is in use, --chain and --root that something is")
    roots = [*args.root, *(_named_by(args.chain) if args.chain is not None else ())]
    done = Collector(store.backend, args.grace).collect(roots, is_dry=args.dry_run)
    if args.json:
        content: Mapping[str, object] = {
            "in_use": done.in_use,
            "young": done.young,
            "deleted": done.deleted,
            "freed": done.freed,
            "absent": done.absent,
            "is_dry": args.dry_run,
        }
        print_json(content)
        return DONE
    for cid in done.deleted:
        print(cid)
    told = "would be deleted" if args.dry_run else "deleted"
    print(f"{len(done.deleted)} pieces {told}, {size(done.freed)}; {done.in_use} in use, {done.young} young.")
    if done.absent:
        print(f"Named, and not here: {', '.join(done.absent)}.")
    return DONE


def _named_by(url: str) -> Iterator[str]:
    """What the finalized and the best state of a running chain name; raises CommandFailed."""
    from chain.client.connect import connect  # with the client, which the other verbs do without
    from chain.client.errors import NotConnected, RequestRefused

    try:
        with connect(url) as net:
            ask = net.endpoint
            finalized = ask.finalized()
            for block in {finalized, ask.block_hash() or finalized}:
                yield from named_in(value or b"" for value in ask.values(list(ask.keys(b"", block)), block))
    except (NotConnected, RequestRefused, ValueError) as error:  # BadAnswer
        raise CommandFailed(str(error)) from None


def _verify(store: ChunkedStore, args: Namespace) -> int:
    faults = {cid: store.faults(cid) for cid in dict.fromkeys(args.cids)}
    is_whole = not any(faults.values())
    if args.json:
        told = {cid: [{"cid": fault.cid, "reason": fault.reason} for fault in each] for cid, each in faults.items()}
        print_json({"is_whole": is_whole, "faults": told})
    else:
        for cid, each in faults.items():
            print(f"{cid}  {'whole' if not each else f'{len(each)} pieces cannot be read'}")
            for fault in each:
                print(f"  {fault.cid}  {fault.reason}")
    return DONE if is_whole else FAILED


def _age(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


VERBS: Final[dict[str, Callable[[ChunkedStore, Namespace], int]]] = {
    "put": _put,
    "get": _get,
    "ls": _list,
    "gc": _collect,
    "verify": _verify,
}
