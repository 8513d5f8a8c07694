"""What `palletlab simulate` prints, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from node_cli.simulate.history import History
from node_cli.units import hexadecimal
from runtime.simulation.verdict import Verdict


@dataclass(slots=True)
class Summary:
    """Seeds that were played, added up; faults: by kind; failed: seeds with what they broke."""

    seeds: int = 0
    blocks: int = 0
    executions: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)

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
            "seeds": self.seeds,
            "blocks": self.blocks,
            "executions": self.executions,
            "faults": dict(sorted(self.faults.items())),
            "failed": {str(seed): name for seed, name in self.failed.items()},
        }

    def text(self) -> str:
        """A line or two."""
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(self.faults.items())) or "none"
        return (
            f"{self.seeds} seeds, {self.blocks} blocks, {self.executions} runs of workers\n"
            f"Faults      {sum(self.faults.values())}: {faults}"
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that was shrunk and written down; drawn: faults that the seed had; tries: plays to shrink them."""

    history: History
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
            "drawn": self.drawn,
            "tries": self.tries,
            "is_minimal": self.is_minimal,
            "file": str(self.file),
            "replay": self.command,
        }

    def text(self) -> str:
        """What is wrong, and how to see it again."""
        history, left = self.history, len(self.history.schedule)
        rest = "each of them is needed" if self.is_minimal else "there may be fewer"
        lines = [
            f"Seed {history.seed} breaks {history.broken.name!r}: {history.broken.why}",
            f"Of its {self.drawn} faults {left} do ({self.tries} histories were played; {rest}):",
            *(f"  {fault}" for fault in history.schedule.faults),
            f"Schedule    {self.file}",
            f"Again by    {self.command}",
        ]
        return "\n".join(lines)


def replay_text(history: History, verdict: Verdict) -> str:
    """What came of a history that was played again."""
    lines = [f"{len(history.schedule)} faults:", *(f"  {fault}" for fault in history.schedule.faults)]
    if verdict.broken is None:
        lines.append(f"All properties hold; {history.broken.name!r} did not: {history.broken.why}")
    else:
        same = "as it was written down" if history.is_same(verdict) else "but the history is another by now"
        lines.append(f"{verdict.broken.name!r} does not hold, {same}: {verdict.broken.why}")
    lines += [f"Head        {hexadecimal(verdict.head)}", f"Log         {hexadecimal(verdict.log)}"]
    return "\n".join(lines)


def replay_plain(history: History, verdict: Verdict) -> dict[str, object]:
    """The same, as JSON has it."""
    found = verdict.broken
    return {
        "schedule": history.schedule.plain(),
        "broken": None if found is None else {"name": found.name, "why": found.why},
        "head": hexadecimal(verdict.head),
        "log": hexadecimal(verdict.log),
        "is_same": history.is_same(verdict),
    }
