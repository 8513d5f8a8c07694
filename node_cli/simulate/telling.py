"""What `palletlab simulate` prints, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chain.offchain.adversary.fault import Fault
from node_cli.simulate.history import History
from node_cli.simulate.task import Attack, Task
from node_cli.units import hexadecimal
from runtime.simulation.verdict import Verdict

SHOWN: Final = 20
"""Seeds that are named for each property that they break; `--json` has them all."""


@dataclass(slots=True)
class Summary:
    """Seeds of a task that were played, added up.

    faults: by kind; failed: seeds with what they broke; missing: seeds that were not played, for somebody interrupted
    """

    task: Task
    attack: Attack
    seeds: int = 0
    blocks: int = 0
    executions: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)
    missing: int = 0

    def add(self, seed: int, verdict: Verdict) -> None:
        """Count a seed."""
        self.seeds += 1
        self.blocks += verdict.blocks
        self.executions += verdict.executions
        self.faults.update(fault.kind.value for fault in verdict.faults)
        if verdict.broken is not None:
            self.failed[seed] = verdict.broken.name

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "task": self.task.plain(),
            "attack": self.attack.plain(),
            "seeds": self.seeds,
            "blocks": self.blocks,
            "executions": self.executions,
            "faults": dict(sorted(self.faults.items())),
            "failed": {str(seed): name for seed, name in self.failed.items()},
            "missing": self.missing,
        }

    def text(self) -> str:
        """A few lines; one for each property that does not hold, with the seeds that break it."""
        task = self.task
        on = task.scenario if task.runtime is None else f"{task.scenario} on {task.runtime}"
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(self.faults.items())) or "none"
        lines = [
            f"{_counted(self.seeds, 'seed')}, {_counted(self.blocks, 'block')}, "
            f"{_counted(self.executions, 'run')} of workers: {on}, {_counted(task.validators, 'validator')}",
            f"Faults      {sum(self.faults.values())}: {faults}",
        ]
        if self.missing:
            lines.append(f"Interrupted {_counted(self.missing, 'seed')} were not played")
        for name in dict.fromkeys(self.failed.values()):
            seeds = [seed for seed, broken in self.failed.items() if broken == name]
            shown = ", ".join(map(str, seeds[:SHOWN])) + (", …" if len(seeds) > SHOWN else "")
            lines.append(f"Broken      {name!r} by {_counted(len(seeds), 'seed')}: {shown}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that was shrunk and written down.

    struck_at: the host calls of its faults, as `Verdict` has them
    drawn: faults that the seed had; tries: plays to shrink them
    """

    history: History
    struck_at: tuple[str, ...]
    drawn: int
    tries: int
    is_minimal: bool
    file: Path

    @property
    def command(self) -> str:
        """What plays it again."""
        return f"palletlab simulate --replay {self.file}"

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            **self.history.plain(),
            "struck_at": list(self.struck_at),
            "drawn": self.drawn,
            "tries": self.tries,
            "is_minimal": self.is_minimal,
            "file": str(self.file),
            "replay": self.command,
        }

    def text(self) -> str:
        """What is wrong, and how to see it again."""
        history = self.history
        return "\n".join(
            (
                f"Seed {history.seed} breaks {history.broken.name!r}: {history.broken.why}",
                *self._faults(),
                f"Schedule    {self.file}",
                f"Again by    {self.command}",
            )
        )

    def _faults(self) -> Iterator[str]:
        faults, tries = self.history.schedule.faults, _counted(self.tries, "history", "histories")
        if not faults:
            yield f"It does so without any of its {_counted(self.drawn, 'fault')} ({tries} played)."
            return
        rest = "it takes each of them" if self.is_minimal else "fewer may do"
        yield f"Of its {_counted(self.drawn, 'fault')} {len(faults)} will do ({tries} played; {rest}):"
        yield from map(_fault, faults, self.struck_at)


def replay_text(history: History, verdict: Verdict, block_zero: str) -> str:
    """What came of a history that was played again; block_zero: the state root of its block zero by now."""
    struck_at = dict(zip(verdict.faults, verdict.struck_at, strict=True))
    lines = [f"{_counted(len(history.schedule), 'fault')}:"]
    lines += [
        _fault(fault, struck_at[fault]) if fault in struck_at else f"  {fault}, which did not happen"
        for fault in history.schedule.faults
    ]
    if history.is_of_another_genesis(block_zero):
        lines.append(
            f"The state of block zero is {block_zero}, and was {history.block_zero} when the history was written down: "
            "the runtime, or what it begins with, is another by now."
        )
    if verdict.broken is None:
        lines.append(f"All properties hold; {history.broken.name!r} did not: {history.broken.why}")
    else:
        same = "as it was written down" if history.is_same(verdict) else "but the history is another by now"
        lines.append(f"{verdict.broken.name!r} does not hold, {same}: {verdict.broken.why}")
    lines += [f"Head        {hexadecimal(verdict.head)}", f"Log         {hexadecimal(verdict.log)}"]
    return "\n".join(lines)


def replay_plain(history: History, verdict: Verdict, block_zero: str) -> dict[str, object]:
    """The same, as JSON has it."""
    found = verdict.broken
    return {
        "schedule": history.schedule.plain(),
        "happened": [fault.plain() for fault in verdict.faults],
        "struck_at": list(verdict.struck_at),
        "broken": None if found is None else {"name": found.name, "why": found.why},
        "head": hexadecimal(verdict.head),
        "log": hexadecimal(verdict.log),
        "is_same": history.is_same(verdict),
        "is_same_genesis": not history.is_of_another_genesis(block_zero),
    }


def _fault(fault: Fault, struck_at: str) -> str:
    return f"  {fault} ({struck_at})" if struck_at else f"  {fault}"


def _counted(count: int, one: str, several: str | None = None) -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
