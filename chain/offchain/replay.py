"""Runs a recording again: no network, no chain, no key, and what the worker asks is compared with what it asked.

    replayed = replay(read_recording(path), DevRuntime, vault=vault_at(folder_of_the_node))
    assert replayed.difference is None, replayed.difference

A run that was told secrets of its node, what it drew or kept, takes the node's vault; one that was not takes none.

State is answered whatever the order, since a block's state does not change. All other host calls have to come one
after the other as they were recorded; at the first that does not, the run ends. What is signed is compared, never the
signature, which under sr25519 is another each time: a submission's call as the worker asks for it, with the address,
era, nonce and tip that the recorded extrinsic carries (`signed_part`).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from os import sep
from pathlib import Path
from time import process_time
from traceback import extract_stack
from typing import Any, Final

from chain.block import Block
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.extrinsic import SignedExtrinsic, split
from chain.offchain.bound import BoundRuntime
from chain.offchain.comparison import Comparison, is_like
from chain.offchain.cpu_meter import CpuMeter
from chain.offchain.errors import RunStopped
from chain.offchain.executor import perform
from chain.offchain.host_call import REDACTED, Answers, HostCall, Plain
from chain.offchain.host_state import HostState
from chain.offchain.layers import Gate
from chain.offchain.node_side import Mailbox
from chain.offchain.participant import Participant
from chain.offchain.recording import CHECK_LENGTH, RecordedCall, Recording, Withheld
from chain.offchain.redaction import (
    ARGUMENTS,
    Asked,
    Place,
    filled,
    learn_from,
    learn_from_answer,
    leaves,
    without_secrets,
)
from chain.offchain.run import Run, WorkerLimits
from chain.offchain.secrecy import Secrets
from chain.offchain.vault import Vault
from chain.offchain.withholding import data_secrets, restored, veil
from chain.offchain.worker_run import WorkerRun
from chain.primitives import Hash
from chain.record import keyword_record
from chain.runtime_api import RuntimeFactory
from chain.scale import DecodeError
from chain.store.block_store import ImportedBlock

_PACKAGES: Final = Path(__file__).parents[2]
_NOT_THE_WORKERS: Final = (f"{_PACKAGES / 'chain'}{sep}", f"{_PACKAGES / 'pallets' / 'frame'}{sep}")
"""Folders between a worker's code and its replay."""


class DataMissing(Exception):
    """A run had private data of its operator, which a replay does not get."""


@keyword_record
class Difference:
    """Where a replay leaves its recording.

    number: of the host call, from 1, without questions for the state, which have 0
    recorded: what was asked then; None where nothing more was
    asked: what is asked now; None where the run has ended
    reason: what differs; place: the line of the worker's code that asks, as file:line, empty where the run has ended
    """

    pallet: str
    number: int
    recorded: HostCall | None
    asked: HostCall | None
    reason: str
    place: str = ""

    def __str__(self) -> str:
        where = f"host call {self.number}" if self.number else "the state"
        recorded = "nothing more" if self.recorded is None else repr(self.recorded)
        asked = "nothing more" if self.asked is None else repr(self.asked)
        told = f"{self.pallet}, {where}: {self.reason}\n  recorded  {recorded}\n  asked     {asked}"
        return f"{told}\n  at        {self.place}" if self.place else told


class _Differs(RunStopped):
    """Ends a run whose replay left its recording; no pallet can swallow it."""


@keyword_record
class Replayed:
    """What came of a replay.

    run: what it took; difference: None where all was as it was recorded
    extrinsics: the transactions that the pool took then and would take now, without signatures, in order
    """

    recording: Recording
    run: WorkerRun
    difference: Difference | None
    extrinsics: tuple[bytes, ...]


def replay(
    recording: Recording,
    runtime_factory: RuntimeFactory,
    data: Any = None,  # the operator's private data
    *,
    vault: Vault | None = None,
    is_data_trusted: bool = False,
    is_edited_allowed: bool = False,
    seconds: float | None = None,
) -> Replayed:
    """Run it again. Raises DataMissing, SecretsMissing, SecretRefused.

    vault: the secrets of the node that recorded it
    is_data_trusted: whether private data within the recording are unpickled, which runs whatever code they name
    is_edited_allowed: whether answers that were edited are given to the worker: what if the server had said that?
    seconds: after which it is ended, in a thread of its own; None to run it in this one, for as long as it takes
    """
    told = restored(recording, vault)
    if data is None and recording.data_digest is not None:
        data = _recorded_data(recording, vault, is_data_trusted)
    answers = ReplayedAnswers(told, vault=vault, is_edited_allowed=is_edited_allowed)
    run = _run_of(recording, data, seconds)
    layers = Gate(run, answers)
    if seconds is None:
        perform(BoundRuntime(runtime_factory), run, layers, CpuMeter(process_time))
    else:
        _perform_beside(runtime_factory, run, layers)
    difference = (
        answers.difference or answers.unasked(run.record.failure) or _other_end(recording, run.record, answers.count)
    )
    return Replayed(
        recording=recording,
        run=run.record,
        difference=difference,
        extrinsics=tuple(answers.extrinsics),
    )


def _recorded_data(recording: Recording, vault: Vault | None, is_trusted: bool) -> Any:  # whatever the operator gave
    from chain.offchain.private_data import unpickled  # most replays are handed none, or have none

    whose = "the run had its operator's private data"
    if recording.data is None:
        raise DataMissing(f"{whose}, which the recording does not have: hand them in, or record with --record-data")
    if not is_trusted:
        raise DataMissing(f"{whose}, and unpickling them runs any code: hand them in, or trust them (--trust-data)")
    if blake2_256(recording.data)[:CHECK_LENGTH] != recording.data_check:
        raise DataMissing("the private data in the recording are not those that were recorded")
    secrets = data_secrets(recording, vault)
    try:
        return unpickled(recording.data, secrets)
    except Exception as error:  # the edge of the operator's code, which may raise anything
        raise DataMissing(f"the private data cannot be unpickled here: {type(error).__name__}: {error}") from error


class ReplayedAnswers:
    """Answers host calls as they were answered when they were recorded."""

    def __init__(self, recording: Recording, *, vault: Vault | None = None, is_edited_allowed: bool = False) -> None:
        self.difference: Difference | None = None
        """The first, if there is one."""
        self.extrinsics: list[bytes] = []
        """What the submissions so far would bring into the pool, without signatures."""
        self.count = 0
        """Host calls that were as they were recorded."""
        self._recording = recording
        self._is_edited_allowed = is_edited_allowed
        self._vault = vault
        self._asked: list[Asked] = []
        self._secrets = Secrets()
        self._comparison = Comparison(vault)
        self._withheld = _withheld_of(recording)
        self._state = {(each.call.name, each.call.arguments): each for each in recording.state}

    def answer(self, call: HostCall) -> Plain:
        """As it was recorded; ends the run where it differs."""
        if self.difference is not None:
            raise _Differs(self.difference.reason)
        if call.name.startswith("state_"):
            return self._of_state(call)
        learn_from(call, self._secrets)
        self._asked.append((call, None))
        number, calls = self.count + 1, self._recording.calls
        if self.count == len(calls):
            if _is_from_outside(self._recording.run.failure):
                raise RunStopped("so it was when it was recorded")
            raise self._differs(number, None, call, "more is asked than was recorded")
        recorded = calls[self.count]
        withheld = self._withheld.get(number, {})
        reason = self._comparison.reason(recorded.call, call, withheld, lambda: self._shown(number, call))
        if reason is not None:
            raise self._differs(number, recorded.call, call, reason)
        self._check(number, recorded, call)
        self.count = number
        value = recorded.answer()
        learn_from_answer(call, value, self._secrets)
        if call.name.startswith("submit_") and isinstance(value, bytes):
            self._note(number, call, Hash(value))
        return value

    def unasked(self, failure: str | None) -> Difference | None:
        """What the run did not ask, though it was recorded. failure: what ended it"""
        calls = self._recording.calls
        if self.count == len(calls):
            return None
        reason = f"the run ended {_end(failure)}, {len(calls) - self.count} calls before the end of the recording"
        return self._difference(self.count + 1, calls[self.count].call, None, reason)

    def _of_state(self, call: HostCall) -> Plain:
        recorded = self._state.get((call.name, call.arguments)) or self._veiled(call)
        if recorded is None:
            raise self._differs(0, None, call, "a part of the state is asked for that the recorded run did not read")
        self._check(0, recorded, call)
        return recorded.answer()

    def _veiled(self, call: HostCall) -> RecordedCall | None:
        """What was recorded of a question with a secret in it."""
        vault = self._vault
        if vault is None:
            return None
        choices = [(each, veil(vault, each)) if isinstance(each, bytes) else (each,) for each in call.arguments]
        found = (self._state.get((call.name, arguments)) for arguments in product(*choices))
        return next((each for each in found if each is not None), None)

    def _check(self, number: int, recorded: RecordedCall, asked: HostCall) -> None:
        if not recorded.is_untouched and not self._is_edited_allowed:
            raise self._differs(number, recorded.call, asked, "the recorded answer was edited or is damaged")

    def _note(self, number: int, call: HostCall, transaction: Hash) -> None:
        extrinsic, encoded = self._recording.extrinsics.get(transaction), call.arguments[0]
        if extrinsic is None:  # the node kept it no longer when the run ended
            return
        if isinstance(encoded, bytes) and not extrinsic.endswith(encoded):
            recorded = self._recording.calls[number - 1].call
            raise self._differs(number, recorded, call, "the recorded extrinsic carries another call")
        self.extrinsics.append(signed_part(extrinsic))

    def _differs(self, number: int, recorded: HostCall | None, asked: HostCall, reason: str) -> _Differs:
        shown = self._shown(number, asked)
        self.difference = self._difference(number, recorded, shown, reason, _asking())
        return _Differs(reason)

    def _shown(self, number: int, asked: HostCall) -> HostCall:
        """What is asked, without what is secret, be it the end of what was begun before."""
        calls = self._asked if number else [(asked, None)]
        shown, _ = without_secrets(calls, self._secrets)[-1]
        places = self._withheld.get(number, {})
        secret = {place: _left_out(leaf) for place, leaf in leaves(asked.arguments) if place in places}
        return HostCall(shown.name, tuple(filled(each, secret, (at,)) for at, each in enumerate(shown.arguments)))

    def _difference(
        self, number: int, recorded: HostCall | None, asked: HostCall | None, reason: str, place: str = ""
    ) -> Difference:
        pallet = self._recording.run.pallet
        return Difference(pallet=pallet, number=number, recorded=recorded, asked=asked, reason=reason, place=place)


def _asking() -> str:
    """The line that asks what is asked now: the nearest one that is neither ours nor the authoring kit's."""
    frames = [frame for frame in extract_stack() if not frame.filename.startswith(_NOT_THE_WORKERS)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def signed_part(extrinsic: bytes) -> bytes:
    """An extrinsic without its signature: address ‖ extra ‖ call; the whole one where nobody signed."""
    try:
        parts = split(extrinsic)
    except DecodeError:
        return extrinsic  # of another form than Substrate's
    if not isinstance(parts, SignedExtrinsic):
        return extrinsic
    return extrinsic[: parts.signature_at] + extrinsic[parts.offset :]


def _left_out(value: Plain) -> Plain:
    return REDACTED if isinstance(value, str) else REDACTED.encode() if isinstance(value, bytes) else value


def _withheld_of(recording: Recording) -> Mapping[int, Mapping[Place, Withheld]]:
    """What was left out of the arguments of calls, by where it was."""
    found = dict[int, dict[Place, Withheld]]()
    for hole in recording.holes:
        if hole.place[0] == ARGUMENTS:
            found.setdefault(hole.call, {})[hole.place[1:]] = recording.withheld[hole.secret]
    return found


def _other_end(recording: Recording, run: WorkerRun, count: int) -> Difference | None:
    """How the run ended, where it was another end."""
    before, now = recording.run.failure, run.failure
    if before == now or is_like(before, now) or _is_from_outside(before):
        return None
    reason = f"the run ended {_end(now)}, not {_end(before)}"
    return Difference(pallet=run.pallet, number=count + 1, recorded=None, asked=None, reason=reason)


def _is_from_outside(failure: str | None) -> bool:
    """Whether the machine ended the run, which need not happen again: its time was over, or its process died."""
    return (failure or "").startswith((RunStopped.__name__, EOFError.__name__, MemoryError.__name__))


def _end(failure: str | None) -> str:
    return "by itself" if failure is None else f"with {failure!r:.200}"


def _run_of(recording: Recording, data: Any, seconds: float | None) -> Run:
    before, runtime = recording.run, recording.runtime
    nobodys = KeyPair(Scheme.SR25519, before.account, before.account, b"")  # nobody signs in a replay
    who = Participant(nobodys, data=data, capabilities=recording.capabilities)
    state = HostState(_Nobody(), runtime.state_root, runtime.state_version)
    taken = WorkerRun(before.account, before.block, before.number, before.pallet, before.trigger)
    limits = WorkerLimits(
        wall_seconds=seconds,
        host_calls=recording.limits.host_calls,
        bytes_out=recording.limits.bytes_out,
        submissions=recording.limits.submissions,
    )
    block = ImportedBlock(Block(recording.header, ()), state)
    return Run(who, block, recording.hook, limits, taken, asks_for_state=True)


def _perform_beside(runtime_factory: RuntimeFactory, run: Run, answers: Answers) -> None:
    """Run it in a thread that is ended when its time is over."""
    from chain.offchain.threads import Threads  # most replays take no such care

    executor, mailbox, ended = Threads(1), Mailbox(), list[Run]()
    executor.open(BoundRuntime(runtime_factory), mailbox)
    executor.start(run, answers, ended.append)
    while not ended:
        mailbox.empty(wait=0.05)
    executor.close()


class _Nobody:
    """Of the state of a replayed run, root and version alone are there; the run asks the recording."""

    def answer(self, call: HostCall) -> Plain:
        raise RunStopped(f"{call.name} of no run")
