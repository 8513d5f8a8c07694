"""How a development node runs the offchain workers of its runtime's pallets."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from enum import StrEnum
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chain.crypto.keys import KeyPair
from chain.crypto.secret_uri import SecretUriError
from chain.offchain.backing import Backing
from chain.offchain.executor import Executor, Inline
from chain.offchain.outbound import Outbound
from chain.offchain.participant import Participant
from chain.offchain.run import WorkerLimits
from chain.offchain.settings import WorkerSettings
from chain.record import keyword_record
from node_cli.command import Parser, UsageError
from node_cli.options import whole_number
from node_cli.output_folder import sentence_of
from runtime.construct import Runtime

if TYPE_CHECKING:  # few nodes record: the others start without it
    from chain.offchain.recorder import Recorder
    from chain.offchain.vault import Vault

log = getLogger(__name__)

MIB: Final = 2**20

STORAGE_FOLDER: Final = "offchain"
"""Within the folder of the chain."""


class WorkersIn(StrEnum):
    """Where runs run."""

    THREADS = "threads"
    PROCESSES = "processes"
    INLINE = "inline"
    NONE = "none"


@keyword_record
class WorkerOptions:
    """Where workers run, for whom, and what they may take.

    account: whose key they sign with; seconds: of one run; memory: MiB of one run, None for any
    hosts: to whom they may speak HTTP; is_private_http_allowed: whether at private addresses too
    record: the folder in which their runs are recorded, None for none; keeps_data: private data with them
    traces_memory: whether what runs in the node's process allocate is measured
    secrets: the file for what recordings leave out because it is secret, None for the chain's folder if there is one
    """

    where: WorkersIn = WorkersIn.THREADS
    account: KeyPair | None = None
    seconds: int = 60
    memory: int | None = None
    hosts: tuple[str, ...] = ()
    is_private_http_allowed: bool = False
    record: Path | None = None
    keeps_data: bool = False
    secrets: Path | None = None
    traces_memory: bool = False


def add_worker_arguments(parser: Parser) -> None:
    """Where workers run and what they may do."""
    standard = WorkerOptions()
    parser.add_argument(
        "--workers",
        type=WorkersIn,
        choices=list(WorkersIn),
        default=standard.where,
        help="where the pallets' offchain workers run (default: %(default)s)",
    )
    parser.add_argument(
        "--worker-key",
        default="//Alice",
        metavar="URI",
        help="whose account they submit with; others are inserted by author_insertKey (default: %(default)s)",
    )
    parser.add_argument(
        "--worker-seconds",
        type=whole_number(range(1, 86_401)),
        default=standard.seconds,
        metavar="N",
        help="after how long a run is ended (default: %(default)s)",
    )
    parser.add_argument(
        "--worker-memory",
        type=whole_number(range(16, 2**20)),
        metavar="MIB",
        help="of a run; of runs in threads, together",
    )
    parser.add_argument(
        "--trace-memory",
        action="store_true",
        help="measure what runs in threads or inline allocate: slower, and one at a time; of processes it always is",
    )
    parser.add_argument(
        "--allow-http",
        action="append",
        default=[],
        metavar="HOST",
        help="let workers speak HTTP to that host, as example.org, *.example.org or example.org:8443; may be repeated",
    )
    parser.add_argument(
        "--allow-private-http", action="store_true", help="also where it is this machine, or one of its network"
    )
    parser.add_argument(
        "--record", type=Path, metavar="DIR", help="record each run there, for palletlab worker show, replay, report"
    )
    parser.add_argument(
        "--record-secrets",
        type=Path,
        metavar="FILE",
        help="keep there what recordings leave out because it is secret, for palletlab worker replay --secrets "
        "(default: within --base-path, if there is one)",
    )
    parser.add_argument(
        "--record-data",
        action="store_true",
        help="with the workers' private data, but for their salts and keys, instead of their digest alone",
    )


def worker_options_of(args: Namespace) -> WorkerOptions:
    """What the command line asks for; raises UsageError."""
    if args.worker_memory is not None and args.workers not in (WorkersIn.PROCESSES, WorkersIn.THREADS):
        raise UsageError("--worker-memory limits runs beside the node: add --workers processes or --workers threads")
    if args.trace_memory and args.workers not in (WorkersIn.THREADS, WorkersIn.INLINE):
        raise UsageError("--trace-memory is for runs in the node's process: add --workers threads or --workers inline")
    if args.watch and args.workers is WorkersIn.PROCESSES:
        raise UsageError(
            "--watch and --workers processes exclude each other: a process has the code that it began with"
        )
    if args.allow_private_http and not args.allow_http:
        raise UsageError("--allow-private-http needs to know which hosts: name them by --allow-http")
    if args.record is not None and args.workers is WorkersIn.NONE:
        raise UsageError("--record has nothing to record with --workers none: choose one of the others")
    if args.record_data and args.record is None:
        raise UsageError("--record-data needs to know where: add --record DIR")
    folder: Path | None = args.record
    if args.record_secrets is not None and folder is None:
        raise UsageError("--record-secrets keeps what recordings leave out: add --record DIR")
    if args.record_secrets is not None and folder and args.record_secrets.resolve().is_relative_to(folder.resolve()):
        raise UsageError("--record-secrets within --record DIR would go where the recordings go: choose another folder")
    try:
        account = KeyPair.from_uri(args.worker_key)
    except SecretUriError as error:
        raise UsageError(f"--worker-key: {error}") from None
    return WorkerOptions(
        where=args.workers,
        account=account,
        seconds=args.worker_seconds,
        memory=args.worker_memory,
        hosts=tuple(args.allow_http),
        is_private_http_allowed=args.allow_private_http,
        record=args.record,
        keeps_data=args.record_data,
        secrets=args.record_secrets,
        traces_memory=args.trace_memory,
    )


def participants_of(options: WorkerOptions) -> tuple[Participant, ...]:
    """Whose workers run."""
    if options.where is WorkersIn.NONE:
        return ()
    return (Participant(options.account or KeyPair.from_uri("//Alice")),)


def settings_of(options: WorkerOptions, runtime: type[Runtime], base_path: Path | None) -> WorkerSettings:
    """How they run; raises StoreError where their storage in the chain's folder cannot be used."""
    is_inline = options.where is WorkersIn.INLINE
    return WorkerSettings(
        executor=_executor(options, runtime),
        limits=WorkerLimits(
            wall_seconds=None if is_inline else float(options.seconds),
            memory_bytes=None if options.memory is None else options.memory * MIB,
        ),
        outbound=Outbound(hosts=options.hosts, is_private_allowed=options.is_private_http_allowed),
        backing=None if base_path is None or options.where is WorkersIn.NONE else _backing(base_path),
    )


def vault_of(options: WorkerOptions, base_path: Path | None) -> Vault | None:
    """What keeps the secrets of recorded runs; None where nobody keeps any. Raises UsageError.

    A node that records no more has it too, where an earlier start left one: what workers destroy is destroyed there.
    """
    file = options.secrets
    if file is None and base_path is not None:
        from chain.offchain.vault import NAME  # few nodes record

        file = base_path / NAME
        if options.record is None and not file.exists():
            return None
    if file is None or options.where is WorkersIn.NONE:
        if options.record is not None:
            log.info(
                "recordings have no secrets, and nobody keeps these; with --record-secrets all runs can be replayed"
            )
        return None
    from chain.offchain.vault import Vault, VaultError

    try:
        return Vault(file)
    except (OSError, VaultError) as error:
        told = sentence_of(error) if isinstance(error, OSError) else str(error)
        raise UsageError(f"the secrets of recorded runs: {told}") from None


def recorder_of(options: WorkerOptions, runtime: str, vault: Vault | None) -> Recorder | None:
    """What records their runs, None where nothing does. Raises UsageError where that cannot be written.

    runtime: where replays find it, as module:Class; vault: of their secrets, None where nobody keeps these
    """
    if options.record is None:
        return None
    from chain.offchain.recorder import Recorder  # few nodes record
    from chain.offchain.vault import Vault

    try:
        kept = Vault(is_kept=False) if vault is None else vault
        return Recorder(options.record, source=runtime, keeps_data=options.keeps_data, vault=kept)
    except OSError as error:
        raise UsageError(f"--record: {sentence_of(error)}") from None


def _executor(options: WorkerOptions, runtime: type[Runtime]) -> Callable[[], Executor]:
    if options.where is WorkersIn.THREADS:
        from chain.offchain.threads import Threads  # what runs inline needs none of

        return lambda: Threads(traces_memory=options.traces_memory)
    if options.where is WorkersIn.PROCESSES:
        from chain.offchain.processes import Processes

        return lambda: Processes(make_runtime=runtime)
    return lambda: Inline(traces_memory=options.traces_memory)


def _backing(base_path: Path) -> Backing:
    from chain.offchain.lmdb_backing import LmdbBacking  # with LMDB, which a node in memory does without

    return LmdbBacking(base_path / STORAGE_FOLDER)
