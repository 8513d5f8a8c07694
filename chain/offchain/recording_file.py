"""A recorded run as a file.

MessagePack map:

    format, version   "palletlab-worker-run", 3; versions 1, which has no secrets, and 2 are read too
    run       account, block, number, header (SCALE), pallet, trigger, overlap, capabilities (names), and what it might
              take: host_calls, bytes_out, submissions, wall_ms (None for any)
    runtime   source (module:Class, empty where nobody told), spec_name, spec_version, state_root, state_version
    data      digest of the operator's private data (of its pickle under the vault's key, before version 3 Blake2b-256;
              None without data), pickle (None unless it was asked for; version 3: with persistent ids of its secrets),
              and of version 3 check (8 bytes of the Blake2b-256 of what is there) and secrets (by such an id, which of
              those below)
    state     what was read of the block's state, each question once, in the order of the first
    calls     all other host calls in order
    extrinsics  hash to bytes, of the transactions that the pool took
    logs      [level, logger, text] of what the run's code logged
    costs     cpu_ns, wall_ns, peak_memory (None where runs share a process), traced_memory (None where it was not asked
              for; version 1 has none), by_call: name to [count, failed, bytes
              out, bytes in]
    failure   what ended the run, None where it ended by itself
    secrets   vault: the fingerprint of the one that has them; withheld: [digest under its key, length, what it is,
              salt of the digest or nothing (version 3)] of each; holes: [call, [place, …], number of the secret], where
              "(redacted)" stands: of the call from 1, of the place 0 and where in its arguments, or 1 and where in its
              outcome, of the secret from 0

A call is [name, [argument, …], outcome, check]: an outcome [0, value] or [1, error, [detail, …]] as in `host_call`, and
8 bytes of the Blake2b-256 of what stands before, so that an edit is told at the call that was edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeGuard

from chain.block import Header
from chain.offchain.capability import NOTHING, Capability
from chain.offchain.errors import BadHostCall
from chain.offchain.hook import Overlap, Trigger
from chain.offchain.host_call import Plain, call_of, unpacked
from chain.offchain.recording import (
    CHECK_LENGTH,
    SALT_LENGTH,
    Hole,
    LogLine,
    RecordedCall,
    RecordedRuntime,
    Recording,
    Withheld,
)
from chain.offchain.run import WorkerLimits
from chain.offchain.worker_run import CallCost, WorkerRun
from chain.primitives import AccountId, BlockNumber, Hash
from chain.scale import DecodeError

FORMAT: Final = "palletlab-worker-run"
VERSION: Final = 3

RUN_SUFFIX: Final = ".run"
INCLUSIONS: Final = "inclusions.msgpack"
"""In a folder of recordings: which blocks have the runs' transactions."""


class RecordingError(Exception):
    """A file is no recording of a run, or a damaged one; says which and where."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def encode_recording(recording: Recording) -> bytes:
    """The file; raises BadHostCall where a text cannot be told in MessagePack."""
    import msgpack  # where nothing is recorded, it is not needed

    try:
        data: bytes = msgpack.Packer(use_bin_type=True).pack(_told(recording))
    except (TypeError, ValueError, OverflowError) as error:
        raise BadHostCall(f"a recording cannot be written: {error}") from None
    return data


def decode_recording(data: bytes, path: Path | str = "recording") -> Recording:
    """What `encode_recording` wrote; raises RecordingError, which names the path."""
    try:
        return _read(_Fields(unpacked(data), "", path))
    except (BadHostCall, DecodeError) as error:
        raise RecordingError(path, str(error)) from None
    except TypeError:  # a map whose keys are maps
        raise RecordingError(path, "not MessagePack of a recording") from None


def read_recording(path: Path) -> Recording:
    """The recording in a file; raises RecordingError, OSError."""
    return decode_recording(path.read_bytes(), path)


def read_inclusions(folder: Path) -> dict[Hash, BlockNumber]:
    """The blocks that have the transactions of a folder's runs, by hash; raises RecordingError, OSError.

    The last line of a node that was killed may be there by half: it is left out.
    """
    import msgpack

    file, found = folder / INCLUSIONS, dict[Hash, BlockNumber]()
    if not file.exists():
        return found
    with file.open("rb") as stream:
        try:
            for line in msgpack.Unpacker(stream):
                transaction, number, _ = line
                found.pop(Hash(transaction), None)
                if number is not None:
                    found[Hash(transaction)] = int(number)
        except (TypeError, ValueError, msgpack.exceptions.UnpackException) as error:
            raise RecordingError(file, f"not [hash, number, block hash] each: {error}") from None
    return found


def _told(recording: Recording) -> Mapping[str, object]:
    run, limits, runtime = recording.run, recording.limits, recording.runtime
    return {
        "format": FORMAT,
        "version": VERSION,
        "run": {
            "account": run.account,
            "block": run.block,
            "number": run.number,
            "header": recording.header.encoded,
            "pallet": run.pallet,
            "trigger": run.trigger.value,
            "overlap": recording.overlap.value,
            "capabilities": [each.name for each in recording.capabilities],
            "host_calls": limits.host_calls,
            "bytes_out": limits.bytes_out,
            "submissions": limits.submissions,
            "wall_ms": None if limits.wall_seconds is None else round(limits.wall_seconds * 1000),
        },
        "runtime": {
            "source": runtime.source,
            "spec_name": runtime.spec_name,
            "spec_version": runtime.spec_version,
            "state_root": runtime.state_root,
            "state_version": runtime.state_version,
        },
        "data": {
            "digest": recording.data_digest,
            "pickle": recording.data,
            "check": recording.data_check,
            "secrets": recording.data_secrets,
        },
        "state": [each.told() for each in recording.state],
        "calls": [each.told() for each in recording.calls],
        "extrinsics": dict(recording.extrinsics),
        "logs": [[line.level, line.logger, line.text] for line in recording.logs],
        "costs": {
            "cpu_ns": round(run.cpu_seconds * 1e9),
            "wall_ns": round(run.wall_seconds * 1e9),
            "peak_memory": run.peak_memory,
            "traced_memory": run.traced_memory,
            "by_call": {
                name: [cost.count, cost.failed, cost.bytes_out, cost.bytes_in] for name, cost in run.calls.items()
            },
        },
        "failure": run.failure,
        "secrets": {
            "vault": recording.vault,
            "withheld": [[each.digest, each.length, each.what, each.salt] for each in recording.withheld],
            "holes": [[each.call, each.place, each.secret] for each in recording.holes],
        },
    }


class _Fields:
    """A map of a file whose fields are looked at; raises RecordingError where one is not what it should be."""

    def __init__(self, content: Any, place: str, path: Path | str) -> None:  # whatever a file has
        self._place = place
        self._path = path
        if not isinstance(content, dict):
            raise RecordingError(path, f"{place or 'the file'} is no map")
        self._content: dict[object, object] = content

    def wrong(self, name: str, what: str) -> RecordingError:
        """What is said of a field."""
        return RecordingError(self._path, f"{self._place}{name} is {what}")

    def value(self, name: str) -> object:
        """Whatever a field has."""
        if name not in self._content:
            raise self.wrong(name, "missing")
        return self._content[name]

    def number(self, name: str) -> int:
        found = self.value(name)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self.wrong(name, "no number")
        return found

    def maybe_number(self, name: str) -> int | None:
        return None if self.value(name) is None else self.number(name)

    def text(self, name: str) -> str:
        found = self.value(name)
        if not isinstance(found, str):
            raise self.wrong(name, "no text")
        return found

    def data(self, name: str, length: int | None = None) -> bytes:
        found = self.value(name)
        if not isinstance(found, bytes) or length not in (None, len(found)):
            raise self.wrong(name, "no byte string" if length is None else f"no byte string of {length}")
        return found

    def maybe_data(self, name: str) -> bytes | None:
        return None if self.value(name) is None else self.data(name)

    def several(self, name: str) -> tuple[Any, ...]:  # whose members are looked at by who asks
        found = self.value(name)
        if not isinstance(found, tuple):
            raise self.wrong(name, "no list")
        return found

    def map(self, name: str) -> _Fields:
        return _Fields(self.value(name), f"{self._place}{name}.", self._path)

    def pairs(self, name: str) -> dict[Any, Any]:  # as `several`
        found = self.value(name)
        if not isinstance(found, dict):
            raise self.wrong(name, "no map")
        return found


def _read(fields: _Fields) -> Recording:
    if fields.value("format") != FORMAT:
        raise fields.wrong("format", f"not {FORMAT}")
    version = fields.value("version")
    if version not in (1, 2, VERSION):
        raise fields.wrong("version", f"{version!r}; this program reads versions 1 to {VERSION}")
    run, runtime, data = fields.map("run"), fields.map("runtime"), fields.map("data")
    wall = run.maybe_number("wall_ms")
    calls = _read_calls(fields, "calls")
    secrets = None if version == 1 else fields.map("secrets")
    try:
        overlap = Overlap(run.text("overlap"))
    except ValueError:
        raise run.wrong("overlap", f"none of {', '.join(Overlap)}") from None
    return Recording(
        run=_read_run(fields, run, calls),
        header=Header.decode(run.data("header")),
        overlap=overlap,
        capabilities=_read_capabilities(run),
        limits=WorkerLimits(
            wall_seconds=None if wall is None else wall / 1000,
            bytes_out=run.maybe_number("bytes_out"),
            host_calls=run.maybe_number("host_calls"),
            submissions=run.maybe_number("submissions"),
        ),
        runtime=RecordedRuntime(
            runtime.text("source"),
            runtime.text("spec_name"),
            runtime.number("spec_version"),
            runtime.data("state_root", 32),
            runtime.number("state_version"),
        ),
        data_digest=data.maybe_data("digest"),
        data=data.maybe_data("pickle"),
        data_check=data.data("check") if version == VERSION else (data.maybe_data("digest") or b"")[:CHECK_LENGTH],
        data_secrets=() if version != VERSION or secrets is None else _read_data_secrets(data, secrets),
        state=_read_calls(fields, "state"),
        calls=calls,
        extrinsics=_read_extrinsics(fields),
        logs=_read_logs(fields),
        withheld=() if secrets is None else _read_withheld(secrets),
        holes=() if secrets is None else _read_holes(secrets, calls),
        vault=b"" if secrets is None else secrets.data("vault"),
    )


def _read_run(fields: _Fields, run: _Fields, calls: tuple[RecordedCall, ...]) -> WorkerRun:
    """What the run took, added up from its costs and its calls."""
    costs, failure = fields.map("costs"), fields.value("failure")
    if not (failure is None or isinstance(failure, str)):
        raise fields.wrong("failure", "no text")
    try:
        trigger = Trigger(run.text("trigger"))
    except ValueError:
        raise run.wrong("trigger", f"none of {', '.join(Trigger)}") from None
    by_call = _read_costs(costs)
    handed_in = [(each.call.name, each.outcome) for each in calls if each.call.name.startswith("submit_")]
    accepted = [(Hash(told[1]), name) for name, told in handed_in if _is_hash(told)]
    return WorkerRun(
        account=AccountId(run.data("account", 32)),
        block=Hash(run.data("block", 32)),
        number=run.number("number"),
        pallet=run.text("pallet"),
        trigger=trigger,
        cpu_seconds=costs.number("cpu_ns") / 1e9,
        wall_seconds=costs.number("wall_ns") / 1e9,
        peak_memory=costs.maybe_number("peak_memory"),
        host_calls=sum(cost.count for cost in by_call.values()),
        bytes_out=sum(cost.bytes_out for cost in by_call.values()),
        bytes_in=sum(cost.bytes_in for cost in by_call.values()),
        content_put=by_call.get("content_put", CallCost()).bytes_out,
        content_got=by_call.get("content_get", CallCost()).bytes_in,
        accepted=[each for each, _ in accepted],
        accepted_by=[name for _, name in accepted],
        refused=sum(isinstance(told, tuple) and told[:2] == (1, "SubmissionRefused") for _, told in handed_in),
        failure=failure,
        calls=by_call,
        traced_memory=None if fields.value("version") == 1 else costs.maybe_number("traced_memory"),
    )


def _read_costs(costs: _Fields) -> dict[str, CallCost]:
    found = dict[str, CallCost]()
    for name, each in costs.pairs("by_call").items():
        if not (isinstance(each, tuple) and len(each) == 4 and all(isinstance(one, int) for one in each)):
            raise costs.wrong(f"by_call.{name}", "not four numbers")
        found[str(name)] = CallCost(*each)
    return found


def _read_capabilities(run: _Fields) -> Capability:
    found = NOTHING
    for name in run.several("capabilities"):
        if name not in Capability.__members__:
            raise run.wrong("capabilities", f"unknown of: {name!r}")
        found |= Capability[name]
    return found


def _read_calls(fields: _Fields, name: str) -> tuple[RecordedCall, ...]:
    found = list[RecordedCall]()
    for number, told in enumerate(fields.several(name), start=1):
        if not (isinstance(told, tuple) and len(told) == 4 and isinstance(told[3], bytes)):
            raise fields.wrong(f"{name}[{number}]", "no call with its outcome and check")
        if not _is_outcome(told[2]):
            raise fields.wrong(f"{name}[{number}]", "without an outcome")
        try:
            found.append(RecordedCall(call_of(told[:2]), told[2], told[3]))
        except BadHostCall as error:
            raise fields.wrong(f"{name}[{number}]", str(error)) from None
    return tuple(found)


def _is_hash(told: Plain) -> TypeGuard[tuple[int, bytes]]:
    """Whether a submission's outcome is that it was taken."""
    return isinstance(told, tuple) and told[0] == 0 and isinstance(told[1], bytes)


def _is_outcome(told: object) -> bool:
    if not isinstance(told, tuple) or not told:
        return False
    if told[0] == 0:
        return len(told) == 2
    return len(told) == 3 and told[0] == 1 and isinstance(told[1], str) and isinstance(told[2], tuple)


def _read_extrinsics(fields: _Fields) -> dict[Hash, bytes]:
    found = dict[Hash, bytes]()
    for key, extrinsic in fields.pairs("extrinsics").items():
        if not (isinstance(key, bytes) and len(key) == 32 and isinstance(extrinsic, bytes)):
            raise fields.wrong("extrinsics", "not by hash")
        found[Hash(key)] = extrinsic
    return found


def _read_logs(fields: _Fields) -> tuple[LogLine, ...]:
    found = list[LogLine]()
    for line in fields.several("logs"):
        if not (isinstance(line, tuple) and len(line) == 3):
            raise fields.wrong("logs", "not of level, logger and text")
        level, logger, text = line
        if not (isinstance(level, int) and isinstance(logger, str) and isinstance(text, str)):
            raise fields.wrong("logs", "not of level, logger and text")
        found.append(LogLine(level, logger, text))
    return tuple(found)


def _read_withheld(secrets: _Fields) -> tuple[Withheld, ...]:
    found = list[Withheld]()
    for told in secrets.several("withheld"):
        if not (isinstance(told, tuple) and len(told) in (3, 4)):
            raise secrets.wrong("withheld", "not of digest, length and what it is")
        digest, length, what, salt = (*told, b"")[:4]
        if not (isinstance(digest, bytes) and isinstance(length, int) and isinstance(what, str)):
            raise secrets.wrong("withheld", "not of digest, length and what it is")
        if not (isinstance(salt, bytes) and len(salt) in (0, SALT_LENGTH)):
            raise secrets.wrong("withheld", f"with a salt that has not {SALT_LENGTH} bytes")
        found.append(Withheld(digest, length, what, salt))
    return tuple(found)


def _read_data_secrets(data: _Fields, secrets: _Fields) -> tuple[int, ...]:
    found, withheld = data.several("secrets"), len(secrets.several("withheld"))
    if not all(isinstance(each, int) and 0 <= each < withheld for each in found):
        raise data.wrong("secrets", "of a secret that is not there")
    return found


def _read_holes(secrets: _Fields, calls: tuple[RecordedCall, ...]) -> tuple[Hole, ...]:
    found, withheld = list[Hole](), len(secrets.several("withheld"))
    for told in secrets.several("holes"):
        if not (isinstance(told, tuple) and len(told) == 3 and isinstance(told[1], tuple)):
            raise secrets.wrong("holes", "not of call, place and secret")
        call, place, secret = told
        if not all(isinstance(each, int) for each in (call, secret, *place)) or len(place) < 2:
            raise secrets.wrong("holes", "not of call, place and secret")
        if not (1 <= call <= len(calls) and 0 <= secret < withheld):
            raise secrets.wrong("holes", "of a call or a secret that is not there")
        found.append(Hole(call, place, secret))
    return tuple(found)
