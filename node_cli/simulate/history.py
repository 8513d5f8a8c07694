"""The file of a history that failed: all that is needed to play it again, as JSON or MessagePack.

{"version": 1, "task": {"scenario": …, "validators": …, …}, "seed": 7, "schedule": {"version": 1, "faults": […]},
 "broken": {"name": …, "why": …}, "head": "0x…", "log": "0x…", "block_zero": "0x…"}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from chain.offchain.adversary.schedule import Schedule, ScheduleError
from chain.offchain.errors import BadHostCall
from chain.offchain.host_call import unpacked
from chain.record import record
from node_cli.simulate.task import BLOCKS, VALIDATORS, Task
from node_cli.units import hexadecimal
from runtime.simulation.properties import Broken
from runtime.simulation.verdict import Verdict

VERSION: Final = 1
"""Of the file."""

LARGEST: Final = 64 * 2**20
"""Bytes that a file may have: those of a schedule with half a million faults."""

MESSAGE_PACK: Final = ".msgpack"
"""A name that ends so; any other is JSON."""


class HistoryError(ValueError):
    """A file that is no history; the message is one sentence."""


@record
class History:
    """A schedule, what it was played on, and what came of it.

    seed: that drew it, before it was shrunk; block_zero: the root of the state that it begins with, empty in files of
        older versions
    """

    task: Task
    seed: int
    schedule: Schedule
    broken: Broken
    head: str
    log: str
    block_zero: str = ""

    @staticmethod
    def of_verdict(task: Task, seed: int, verdict: Verdict, block_zero: str = "") -> History:
        """The history of a verdict that is bad."""
        if verdict.broken is None:
            raise ValueError("nothing failed")
        head, log = hexadecimal(verdict.head), hexadecimal(verdict.log)
        return History(task, seed, Schedule(verdict.faults), verdict.broken, head, log, block_zero)

    def is_same(self, verdict: Verdict) -> bool:
        """Whether a verdict is that of the file, to the last bit."""
        told = verdict.broken, hexadecimal(verdict.head), hexadecimal(verdict.log)
        return told == (self.broken, self.head, self.log)

    def is_of_another_genesis(self, block_zero: str) -> bool:
        """Whether it is known to begin with another state than this one."""
        return self.block_zero not in ("", block_zero)

    def plain(self) -> dict[str, object]:
        """As JSON and MessagePack have it."""
        return {
            "version": VERSION,
            "task": self.task.plain(),
            "seed": self.seed,
            "schedule": self.schedule.plain(),
            "broken": {"name": self.broken.name, "why": self.broken.why},
            "head": self.head,
            "log": self.log,
            "block_zero": self.block_zero,
        }

    def write(self, file: Path) -> None:
        """Write the file; raises OSError."""
        if file.suffix == MESSAGE_PACK:
            import msgpack  # few histories are kept so

            file.write_bytes(msgpack.Packer().pack(self.plain()))
        else:
            file.write_text(json.dumps(self.plain(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_history(file: Path) -> History:
    """The history of a file; raises HistoryError, OSError."""
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    try:
        return history_of(data)
    except HistoryError as error:
        raise HistoryError(f"{file} is no history of palletlab simulate: {error}") from None


def history_of(data: bytes) -> History:
    """The history that a file's content is; raises HistoryError."""
    if len(data) > LARGEST:
        raise HistoryError(f"it has more than {LARGEST} bytes")
    try:
        return _history(json.loads(data) if data.lstrip()[:1] == b"{" else unpacked(data))
    except (ScheduleError, BadHostCall, ValueError, RecursionError) as error:
        raise HistoryError(str(error)) from None


def _history(told: object) -> History:
    if not isinstance(told, dict):
        raise HistoryError("it is no table")
    if told.get("version") != VERSION:
        raise HistoryError(f"its version is {told.get('version')!r}; this program reads {VERSION}")
    if "faults" in told and "task" not in told:
        raise HistoryError("it is a schedule alone, which does not say what it was played on")
    broken = _table(told, "broken")
    return History(
        _task(_table(told, "task")),
        _number(told, "seed", range(2**64)),
        Schedule.of(told.get("schedule")),
        Broken(_text(broken, "name"), _text(broken, "why")),
        _text(told, "head"),
        _text(told, "log"),
        _text(told, "block_zero") if "block_zero" in told else "",
    )


def _task(told: Mapping[str, Any]) -> Task:
    properties = told.get("properties")
    if not isinstance(properties, list | tuple) or not all(isinstance(each, str) for each in properties):
        raise HistoryError("properties is a list of texts")
    return Task(
        scenario=_text(told, "scenario"),
        runtime=None if told.get("runtime") is None else _text(told, "runtime"),
        validators=_number(told, "validators", VALIDATORS),
        blocks=None if told.get("blocks") is None else _number(told, "blocks", BLOCKS),
        properties=tuple(properties),
    )


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    if not isinstance(found, dict):
        raise HistoryError(f"{name} is a table")
    return found


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str):
        raise HistoryError(f"{name} is a text")
    return found


def _number(told: Mapping[str, Any], name: str, allowed: range) -> int:
    found = told.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found not in allowed:
        raise HistoryError(f"{name} is a whole number from {allowed[0]} to {allowed[-1]}")
    return found
