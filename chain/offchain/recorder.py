"""Records the runs of a node: in memory, or in a folder with a file for each.

    recorder = Recorder(Path("recorded"), vault=Vault(Path("base/worker-secrets")))
    recorder.follow(node)
    …
    recorder.close()                    # what is on its way is written

What is secret goes into the vault and into no recording.

While it follows a node, runs read their block's state by host calls, which is slower, so that a recording needs no
database. A folder has a file `*.run` for each run and `inclusions.msgpack`, a stream of [hash, number, block hash]: the
blocks that have the runs' transactions; a number of None says that the block was left again.
"""

from __future__ import annotations

import logging
import os
import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from chain.block import Header
from chain.crypto.hashing import blake2_256
from chain.node.pool import TransactionPool
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.offchain.errors import BadHostCall, taken_apart
from chain.offchain.hook import Overlap
from chain.offchain.host_call import Answers, HostCall, Plain, packed
from chain.offchain.participant import Participant
from chain.offchain.private_data import NotPicklable, pickled
from chain.offchain.recording import CHECK_LENGTH, LogLine, RecordedCall, RecordedRuntime, Recording
from chain.offchain.recording_file import INCLUSIONS, RUN_SUFFIX, encode_recording
from chain.offchain.run import RUNNING, Run, WorkerLimits
from chain.offchain.vault import Vault
from chain.offchain.withholding import Withholding
from chain.offchain.worker_run import WorkerRun
from chain.offchain.workers import Workers
from chain.primitives import AccountId, Hash
from chain.record import record
from chain.runtime_api import RuntimeApi, RuntimeVersion, TransactionSource
from chain.store.block_store import ImportedBlock, UnknownBlock
from chain.trie.trie import Trie

log = logging.getLogger(__name__)

TRANSACTIONS_KEPT: Final = 16_384
"""Newest of this node's own transactions whose bytes and blocks are remembered."""

_OWN_LOGGERS: Final = "chain.offchain"
"""What the node says of a run is no line of the run's code."""


class Blocks(Protocol):
    """The chain of a node, as its recorder looks at it."""

    def __getitem__(self, block_hash: Hash) -> ImportedBlock:
        """A block; raises UnknownBlock."""
        ...


class RecordedNode(Protocol):
    """A node, as its recorder uses it."""

    @property
    def workers(self) -> Workers: ...
    @property
    def pool(self) -> TransactionPool: ...
    @property
    def chain(self) -> Blocks: ...
    def runtime_on(self, state: Trie) -> RuntimeApi: ...


_Asked = tuple[HostCall, Plain, BaseException | None]


class _Open:
    """A run that goes on, and what it has asked."""

    __slots__ = ("asked", "run")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.asked: list[_Asked] = []


@record
class _Circumstances:
    """What is known of a run besides what it asked."""

    header: Header
    state: Trie
    participant: Participant
    limits: WorkerLimits
    overlap: Overlap = Overlap.SKIP


class Recorder:
    """Records runs. Besides the layer that runs have, it is for the node's own thread.

    folder: where files are written, None to have `recordings` alone; raises OSError where it cannot be made
    source: where replays find the runtime, as module:Class
    keeps_data: whether the operator's private data are recorded too, but for their secrets, besides their digest
    vault: what keeps the secrets that recordings do not have, by default one that lasts as long as the process
    """

    def __init__(
        self, folder: Path | None = None, *, source: str = "", keeps_data: bool = False, vault: Vault | None = None
    ) -> None:
        self.recordings: list[Recording] = []
        """Those that are in no folder, in the order in which the runs ended."""
        self.inclusions: dict[Hash, int] = {}
        """The numbers of the blocks that have the runs' transactions."""
        self.vault = Vault() if vault is None else vault
        """What replays of these recordings are lent."""
        self._folder = folder
        self._source = source
        self._keeps_data = keeps_data
        self._open: dict[int, _Open] = {}
        self._logs: dict[int, list[LogLine]] = {}
        self._extrinsics: dict[Hash, bytes] = {}
        self._digests: dict[AccountId, tuple[object, bytes | None]] = {}
        self._node: RecordedNode | None = None
        self._version: tuple[Trie, RuntimeVersion] | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._stops: list[Callable[[], object]] = []
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._writer = ThreadPoolExecutor(1, "offchain recorder")

    def follow(self, node: RecordedNode) -> Callable[[], None]:
        """Record the runs that begin from now on; returns what ends that."""
        self._node = node
        handler = _Lines(self._logs)
        logging.getLogger().addHandler(handler)
        stops = self._stops = [
            node.workers.add_layer(self.vault.layer),  # below: what it asks itself is not recorded
            node.workers.add_layer(self._layer, asks_for_state=True),
            node.workers.on_run(self._ended),
            node.pool.listen(self._changed),
            lambda: logging.getLogger().removeHandler(handler),
        ]

        def stop() -> None:
            while stops:
                stops.pop()()

        return stop

    def close(self) -> None:
        """Record no more, and wait until everything is written."""
        while self._stops:
            self._stops.pop()()
        if self._writer is not None:
            self._writer.shutdown()

    def _layer(self, run: Run, below: Answers) -> Answers:
        opened = self._open[id(run.record)] = _Open(run)
        return _Recording(opened, below)

    def _ended(self, taken: WorkerRun) -> None:
        opened = self._open.pop(id(taken), None)
        lines = self._logs.pop(id(taken), [])
        about = self._circumstances(taken, opened)
        if about is None:
            log.warning("a run on block %d is not recorded: that block is gone", taken.number)
            return
        version = self._version_on(about.state)
        known = {each: self._extrinsics[each] for each in taken.accepted if each in self._extrinsics}
        asked = () if opened is None else tuple(opened.asked)
        make = partial(self._recording, taken, about, asked, tuple(lines), version, known)
        if self._writer is not None:
            self._writer.submit(self._write, taken, make)  # what takes long is not done in the node's thread
            return
        try:
            self.recordings.append(make())
        except (OSError, BadHostCall) as error:
            log.error("a run on block %d cannot be recorded: %s", taken.number, error)

    def _version_on(self, state: Trie) -> RuntimeVersion:
        """The runtime's, which runs on one block share."""
        if self._version is None or self._version[0] is not state:
            assert self._node is not None
            self._version = (state, self._node.runtime_on(state).version)
        return self._version[1]

    def _circumstances(self, taken: WorkerRun, opened: _Open | None) -> _Circumstances | None:
        assert self._node is not None, "runs are told of by the node that is followed"
        if opened is not None:
            run = opened.run
            return _Circumstances(run.header, run.block.state, run.participant, run.limits, run.hook.overlap)
        workers = self._node.workers  # a run that asked nothing
        try:
            block = self._node.chain[taken.block]
        except UnknownBlock:
            return None
        participant = next(each for each in workers.participants if each.account == taken.account)
        return _Circumstances(block.header, block.state, participant, workers.settings.limits)

    def _recording(
        self,
        taken: WorkerRun,
        about: _Circumstances,
        asked: Sequence[_Asked],
        lines: Sequence[LogLine],
        version: RuntimeVersion,
        extrinsics: Mapping[Hash, bytes],
    ) -> Recording:
        secrets = about.participant.keystore.secrets
        told = [(call, _outcome(value, error)) for call, value, error in asked]
        own = [each for each in told if not each[0].name.startswith("state_")]
        withholding = Withholding(self.vault, taken.account, secrets, own)
        state = dict[HostCall, RecordedCall]()
        for call, outcome in told:
            if call.name.startswith("state_") and call not in state:
                state[call] = withholding.of_state(call, outcome)
        calls = withholding.recorded()
        digest, data, data_secrets = self._data_of(about.participant)
        numbers = withholding.of_data(data_secrets)
        self.vault.keep(withholding.known)
        failure = None if taken.failure is None else withholding.scrubbed(taken.failure)
        return Recording(
            run=taken if failure == taken.failure else replace(taken, failure=failure),
            header=about.header,
            overlap=about.overlap,
            capabilities=about.participant.capabilities,
            limits=about.limits,
            runtime=RecordedRuntime(
                self._source, version.spec_name, version.spec_version, about.state.root, about.state.version
            ),
            data_digest=digest,
            data=data,
            data_check=b"" if data is None else blake2_256(data)[:CHECK_LENGTH],
            data_secrets=numbers,
            state=tuple(state.values()),
            calls=calls,
            extrinsics=extrinsics,
            logs=tuple(LogLine(line.level, line.logger, withholding.scrubbed(line.text)) for line in lines),
            withheld=tuple(withholding.withheld),
            holes=tuple(withholding.holes),
            vault=self.vault.fingerprint,
        )

    def _data_of(self, participant: Participant) -> tuple[bytes | None, bytes | None, Sequence[bytes | str]]:
        """Digest of a participant's private data; where they are kept, what is kept, and the secrets left out of it."""
        data, secrets = participant.data, participant.keystore.secrets
        known = self._digests.get(participant.account)
        if known is None or known[0] is not data:
            known = self._digests[participant.account] = (data, _data_digest(data, self.vault))
        if data is None or not self._keeps_data:
            return known[1], None, ()
        try:
            return known[1], *pickled(data, secrets.are_within)
        except NotPicklable as error:
            log.warning("private data of 0x%s are not recorded: %s", participant.account.hex(), error)
            return known[1], None, ()

    def _changed(self, change: StatusChange) -> None:
        """A transaction of the pool has another status."""
        assert self._node is not None
        transaction, status = change.transaction, change.status
        if status in (TransactionStatus.READY, TransactionStatus.FUTURE):
            entry = self._node.pool.get(transaction)
            if entry is not None and entry.source is TransactionSource.LOCAL:
                self._extrinsics[transaction] = entry.extrinsic
                if len(self._extrinsics) > TRANSACTIONS_KEPT:
                    oldest = next(iter(self._extrinsics))
                    del self._extrinsics[oldest]
                    self.inclusions.pop(oldest, None)
        elif transaction in self._extrinsics and change.detail is not None:
            if status is TransactionStatus.IN_BLOCK:
                self.inclusions[transaction] = self._node.chain[change.detail].number
                self._note_inclusion(transaction, change.detail)
            elif status is TransactionStatus.RETRACTED:
                self.inclusions.pop(transaction, None)
                self._note_inclusion(transaction, change.detail)

    def _note_inclusion(self, transaction: Hash, block: Hash) -> None:
        if self._writer is not None:
            line = packed((transaction, self.inclusions.get(transaction), block))
            self._writer.submit(self._append, line)

    def _append(self, line: bytes) -> None:
        assert self._folder is not None
        try:
            with (self._folder / INCLUSIONS).open("ab") as file:
                file.write(line)
        except OSError as error:
            log.error("%s cannot be written: %s", self._folder / INCLUSIONS, error.strerror)

    def _write(self, taken: WorkerRun, make: Callable[[], Recording]) -> None:
        """In the writer's thread."""
        assert self._folder is not None
        file = _free_name(self._folder, taken)
        partial_file = file.with_suffix(".partial")
        try:
            partial_file.write_bytes(encode_recording(make()))
            os.replace(partial_file, file)  # no file is there by half
        except (OSError, BadHostCall) as error:
            log.error("a run on block %d cannot be recorded in %s: %s", taken.number, self._folder, error)
        except Exception:  # the edge of the writer's task: nobody else would hear of it
            log.exception("a run on block %d cannot be recorded in %s", taken.number, self._folder)


class _Recording:
    """The layer: lets everything through, and writes it down."""

    __slots__ = ("_asked", "_below")

    def __init__(self, opened: _Open, below: Answers) -> None:
        self._asked = opened.asked
        self._below = below

    def answer(self, call: HostCall) -> Plain:
        """Raises what is raised below."""
        try:
            value = self._below.answer(call)
        except BaseException as error:
            self._asked.append((call, None, error))
            raise
        self._asked.append((call, value, None))
        return value


class _Lines(logging.Handler):
    """Writes log lines down for the run that their thread is at."""

    def __init__(self, logs: dict[int, list[LogLine]]) -> None:
        super().__init__()
        self._logs = logs

    def emit(self, record: logging.LogRecord) -> None:
        run = RUNNING.get()
        if run is not None and not record.name.startswith(_OWN_LOGGERS):
            line = LogLine(record.levelno, record.name, self.format(record))
            self._logs.setdefault(id(run.record), []).append(line)


def _outcome(value: Plain, error: BaseException | None) -> Plain:
    """What a call came to, as `host_call` encodes it."""
    if error is not None:
        name, details = taken_apart(error)
        return (1, name, tuple(details))
    return (0, value)


def _data_digest(data: object, vault: Vault) -> bytes | None:
    """Of its pickle; of what kind it is where it cannot be pickled; None of None."""
    if data is None:
        return None
    try:
        return vault.digest(pickle.dumps(data))
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return vault.digest(f"{type(data).__module__}.{type(data).__qualname__}")


def _free_name(folder: Path, run: WorkerRun) -> Path:
    """A file that is not there yet: by block, pallet, account and trigger, so that a listing is in order."""
    pallet = re.sub(r"\W", "_", run.pallet) or "worker"
    name = f"{run.number:08d}-{pallet}-{run.account[:4].hex()}-{run.trigger.value}-{run.block[:4].hex()}"
    file, count = folder / f"{name}{RUN_SUFFIX}", 1
    while file.exists():
        count += 1
        file = folder / f"{name}-{count}{RUN_SUFFIX}"
    return file
