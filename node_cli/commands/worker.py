"""Look at runs of offchain workers that `palletlab dev --record` kept, run them again, and add up what they took.

A replay needs no network, no chain and no key. It compares each host call with the recorded one and tells the first
that differs; what is signed is compared, never the signature, which may be another each time. A folder stands for all
runs in it.

Recordings have no secrets. A run that was told some, by drawing them or from what its node kept, takes those of the
node: --secrets names its folder (--base-path), or the file that palletlab dev --record-secrets made.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from chain.offchain.recording import Recording
from chain.offchain.recording_file import RUN_SUFFIX, RecordingError, read_recording
from node_cli.chosen_runtime import STANDARD, NotARuntime, chosen_runtime
from node_cli.command import DONE, FAILED, CommandFailed, Parser, print_json
from node_cli.options import add_json, seconds
from node_cli.output_folder import sentence_of
from node_cli.recording_view import recording_json, recording_lines
from node_cli.tables import WIDTH
from node_cli.units import hexadecimal
from node_cli.worker_report import metered, report_json, report_table

if TYPE_CHECKING:  # the other verbs run nothing
    from chain.offchain.replay import Replayed
    from chain.offchain.withholding import SecretsMissing

TIME: Final = 60.0
"""Seconds that a replay may take."""

Recordings = list[tuple[Path, Recording]]


def add_arguments(parser: Parser) -> None:
    """The verbs, with their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help=", ".join(VERBS))
    _verb(verbs.add_parser("show", help="print what runs were told and did", allow_abbrev=False))
    again = _verb(verbs.add_parser("replay", help="run them again, and compare", allow_abbrev=False))
    again.add_argument(
        "--runtime", metavar="MODULE:CLASS", help="what runs (default: what was recorded, else the standard one)"
    )
    again.add_argument(
        "--seconds", type=seconds, default=TIME, help="after which a replay is ended (default: %(default)g)"
    )
    again.add_argument(
        "--secrets", type=Path, metavar="PATH", help="the folder of the node that recorded, or the file of its secrets"
    )
    again.add_argument("--edited", action="store_true", help="give workers recorded answers that were edited, too")
    again.add_argument(
        "--trust-data", action="store_true", help="unpickle private data in recordings: they may run any code"
    )
    _verb(verbs.add_parser("report", help="add up what runs took, by pallet", allow_abbrev=False))


def run(args: Namespace) -> int:
    """Read the recordings, and do what is asked."""
    try:
        return VERBS[args.verb](_read(args.paths), args)
    except (RecordingError, NotARuntime) as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise CommandFailed(sentence_of(error)) from None


def _verb(verb: Parser) -> Parser:
    verb.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="recordings, or folders of them")
    add_json(verb)
    return verb


def _read(paths: list[Path]) -> Recordings:
    """The recordings in files and folders, in the order of their names; raises RecordingError, OSError."""
    found = Recordings()
    for path in paths:
        files = sorted(path.glob(f"*{RUN_SUFFIX}")) if path.is_dir() else [path]
        if not files:
            raise CommandFailed(f"{path}: no recording is there; palletlab dev --record {path} makes some")
        found += [(file, read_recording(file)) for file in files]
    return found


def _show(recordings: Recordings, args: Namespace) -> int:
    if args.json:
        print_json({"runs": [{"file": str(path), **recording_json(each)} for path, each in recordings]})
        return DONE
    for number, (path, recording) in enumerate(recordings):
        print(f"{'' if number == 0 else chr(10)}{path}")
        for line in recording_lines(recording):
            print(line)
    return DONE


def _replay(recordings: Recordings, args: Namespace) -> int:
    from chain.offchain.replay import DataMissing, replay  # the other verbs run nothing
    from chain.offchain.vault import SecretRefused, VaultError, vault_at
    from chain.offchain.withholding import SecretsMissing

    try:
        vault = None if args.secrets is None else vault_at(args.secrets)
    except VaultError as error:
        raise CommandFailed(str(error)) from None
    done: list[tuple[Path, Replayed | SecretsMissing]] = []
    for path, recording in recordings:
        chosen = chosen_runtime(args.runtime or recording.runtime.source or STANDARD)
        try:
            replayed: Replayed | SecretsMissing = replay(
                recording,
                chosen.runtime,
                vault=vault,
                is_data_trusted=args.trust_data,
                is_edited_allowed=args.edited,
                seconds=args.seconds,
            )
        except SecretsMissing as missing:
            replayed = missing  # the others may need none
        except (DataMissing, SecretRefused) as error:
            raise CommandFailed(f"{path}: {error}") from None
        done.append((path, replayed))
        if not args.json:
            _tell(path, replayed)
    if args.json:
        print_json({"runs": [_replayed_json(path, each) for path, each in done]})
    else:
        print(_summary([each for _, each in done]))
    return DONE if all(_is_same(each) for _, each in done) else FAILED


def _is_same(replayed: Replayed | SecretsMissing) -> bool:
    return not isinstance(replayed, Exception) and replayed.difference is None


def _summary(done: list[Replayed | SecretsMissing]) -> str:
    again = [each for each in done if not isinstance(each, Exception)]
    different = sum(each.difference is not None for each in again)
    extrinsics = sum(len(each.extrinsics) for each in again)
    left = f"{len(done) - len(again)} not run for want of secrets; " if len(again) < len(done) else ""
    return f"{len(done)} runs, {different} of them different; {left}{extrinsics} extrinsics, but for their signatures."


def _tell(path: Path, replayed: Replayed | SecretsMissing) -> None:
    if isinstance(replayed, Exception):
        print(f"not run  {path}  {replayed}")
    elif replayed.difference is None:
        count = len(replayed.recording.calls)
        print(f"same     {path}  {count} host calls, {len(replayed.extrinsics)} extrinsics")
    else:
        print(f"differs  {path}\n  {replayed.difference}")


def _replayed_json(path: Path, replayed: Replayed | SecretsMissing) -> dict[str, object]:
    if isinstance(replayed, Exception):
        return {"file": str(path), "is_same": None, "extrinsics": [], "missing": str(replayed)}
    difference = replayed.difference
    told = difference and {
        "call": difference.number,
        "pallet": difference.pallet,
        "reason": difference.reason,
        "recorded": None if difference.recorded is None else repr(difference.recorded),
        "asked": None if difference.asked is None else repr(difference.asked),
        "place": difference.place,
    }
    return {
        "file": str(path),
        "is_same": difference is None,
        "host_calls": len(replayed.recording.calls),
        "extrinsics": [hexadecimal(each) for each in replayed.extrinsics],
        "difference": told,
    }


def _report(recordings: Recordings, args: Namespace) -> int:
    meter = metered(recordings)
    if args.json:
        print_json({"runs": len(recordings), "pallets": report_json(meter)})
        return DONE
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=2 * WIDTH)
    console.print(report_table(meter))
    return DONE


VERBS: Final[dict[str, Callable[[Recordings, Namespace], int]]] = {
    "show": _show,
    "replay": _replay,
    "report": _report,
}
