"""A recorded run for a person, and as JSON."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Final

from chain.crypto import ss58
from chain.offchain.host_call import REDACTED, Plain
from chain.offchain.recording import RecordedCall, Recording
from chain.offchain.withholding import needed, needs_text
from node_cli.units import hexadecimal, size

SHOWN_BYTES: Final = 32
"""Of a value, in the terminal; JSON has all."""


def recording_lines(recording: Recording) -> Iterator[str]:
    """What is in a recording, a line at a time."""
    run, runtime = recording.run, recording.runtime
    memory = "" if run.peak_memory is None else f", {size(run.peak_memory)} of memory at most"
    memory += "" if run.traced_memory is None else f", {size(run.traced_memory)} allocated at most"
    yield f"Run         {run.pallet or 'worker'} on {run.trigger} block {run.number}, {hexadecimal(run.block)}"
    yield f"Account     {ss58.encode(run.account)}"
    yield f"Runtime     {runtime.spec_name} {runtime.spec_version}{f', {runtime.source}' if runtime.source else ''}"
    yield f"Lent        {', '.join(str(each.name) for each in recording.capabilities) or 'nothing'}"
    yield f"Data        {_data(recording)}"
    yield (
        f"Took        {run.cpu_seconds * 1000:.1f} ms of processor time in {run.wall_seconds * 1000:.1f} ms{memory}; "
        f"{run.host_calls} host calls, {size(run.bytes_out)} out, {size(run.bytes_in)} in"
    )
    yield f"Ended       {'by itself' if run.failure is None else f'with {run.failure}'}"
    yield f"State       {len(recording.state)} questions"
    if recording.calls:
        yield "Host calls"
    for number, each in enumerate(recording.calls, start=1):
        yield f"  {number:>4}  {each.call!r} {_outcome(each)}{'' if each.is_untouched else '  EDITED OR DAMAGED'}"
    if recording.holes:
        yield f"Secrets     {len(recording.withheld)} left out; a replay needs {needs_text(recording)}"
    if recording.extrinsics:
        yield "Extrinsics"
    for transaction, extrinsic in recording.extrinsics.items():
        yield f"  {hexadecimal(transaction)}  {_shown(extrinsic)}"
    if recording.logs:
        yield "Log"
    for line in recording.logs:
        yield f"  {logging.getLevelName(line.level)} {line.logger}: {line.text}"


def recording_json(recording: Recording) -> Mapping[str, object]:
    """All of a recording but the private data; bytes are hexadecimal texts."""
    run, runtime, limits = recording.run, recording.runtime, recording.limits
    return {
        "account": hexadecimal(run.account),
        "block": {
            "number": run.number,
            "hash": hexadecimal(run.block),
            "header": hexadecimal(recording.header.encoded),
        },
        "pallet": run.pallet,
        "trigger": run.trigger.value,
        "overlap": recording.overlap.value,
        "capabilities": [each.name for each in recording.capabilities],
        "limits": {
            "wall_seconds": limits.wall_seconds,
            "host_calls": limits.host_calls,
            "bytes_out": limits.bytes_out,
            "submissions": limits.submissions,
        },
        "runtime": {
            "source": runtime.source,
            "spec_name": runtime.spec_name,
            "spec_version": runtime.spec_version,
            "state_root": hexadecimal(runtime.state_root),
        },
        "data": {
            "digest": None if recording.data_digest is None else hexadecimal(recording.data_digest),
            "is_recorded": recording.data is not None,
            "secrets": recording.data_secrets,
        },
        "costs": {
            "cpu_seconds": run.cpu_seconds,
            "wall_seconds": run.wall_seconds,
            "peak_memory": run.peak_memory,
            "traced_memory": run.traced_memory,
            "by_call": {
                name: {
                    "count": cost.count,
                    "failed": cost.failed,
                    "bytes_out": cost.bytes_out,
                    "bytes_in": cost.bytes_in,
                }
                for name, cost in run.calls.items()
            },
        },
        "state": [_call_json(each) for each in recording.state],
        "calls": [_call_json(each) for each in recording.calls],
        "extrinsics": {hexadecimal(each): hexadecimal(extrinsic) for each, extrinsic in recording.extrinsics.items()},
        "logs": [{"level": each.level, "logger": each.logger, "text": each.text} for each in recording.logs],
        "failure": run.failure,
        "secrets": {
            "vault": hexadecimal(recording.vault),
            "withheld": [
                {"what": each.what, "length": each.length, "digest": hexadecimal(each.digest)}
                for each in recording.withheld
            ],
            "needed": sorted(needed(recording)),
            "holes": [{"call": each.call, "place": each.place, "secret": each.secret} for each in recording.holes],
        },
    }


def _data(recording: Recording) -> str:
    if recording.data_digest is None:
        return "none"
    kept = "" if recording.data is None else f", {size(len(recording.data))} of them recorded"
    secrets = len(recording.data_secrets)
    kept += f" without {secrets} secret{'s' if secrets > 1 else ''}" if secrets else ""
    return f"private, with the digest {hexadecimal(recording.data_digest)}{kept}"


def _call_json(each: RecordedCall) -> Mapping[str, object]:
    outcome = each.outcome
    told: dict[str, object] = {"name": each.call.name, "arguments": _json(each.call.arguments)}
    if isinstance(outcome, tuple) and outcome[0] == 0:
        told["value"] = _json(outcome[1])
    elif isinstance(outcome, tuple):
        told["error"], told["details"] = outcome[1], _json(outcome[2])
    return {**told, "is_untouched": each.is_untouched}


def _json(value: Plain) -> object:
    if isinstance(value, bytes):
        return hexadecimal(value)
    if isinstance(value, tuple | list):
        return [_json(each) for each in value]
    return value


def _outcome(each: RecordedCall) -> str:
    outcome = each.outcome
    if not isinstance(outcome, tuple):
        return ""
    if outcome[0] == 0:
        return "" if outcome[1] is None and _is_command(each.call.name) else f"= {_shown(outcome[1])}"
    details = outcome[2]
    return f"raised {outcome[1]}: {', '.join(map(str, details)) if isinstance(details, tuple) else ''}"


def _is_command(name: str) -> bool:
    """Whether the host call of that name is answered with nothing."""
    return name in ("sleep_until", "local_set", "local_clear", "http_add_header", "http_write_body")


def _shown(value: Plain) -> str:
    if value == REDACTED.encode():
        return REDACTED
    if isinstance(value, bytes):
        more = f"… ({size(len(value))})" if len(value) > SHOWN_BYTES else ""
        return f"{hexadecimal(value[:SHOWN_BYTES])}{more}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value)
