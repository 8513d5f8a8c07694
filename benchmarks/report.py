"""A row as a line, as JSON, and the record of a whole run."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Goal, Row

_COLUMNS = (70, 12, 34, 9, 20)
"""Widths of what, figure, peer, ratio and goal; the verdict follows."""


def number_text(value: float) -> str:
    """Three significant digits, never an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    decimals = 2 if abs(value) >= 1 else 3
    return f"{value:.{decimals if abs(value) < 10 else 1}f}"


def goal_text(goal: Goal, unit: str) -> str:
    """The goal in words, as in "at least 25x"."""
    bound = f"{goal.bound:g}"
    return f"{goal.relation} {bound}{'×' if goal.subject == 'ratio' else ' ' + unit}"


def ratio_text(row: Row) -> str:
    """The ratio, or a dash."""
    return "-" if row.ratio is None else f"{number_text(row.ratio)}×"


def peer_text(row: Row) -> str:
    """The peer with its figure, or that it is unavailable."""
    if row.peer_figure is None:
        return f"{row.peer} -"
    return f"{row.peer} {number_text(row.peer_figure)} {row.unit}"


def verdict(row: Row) -> str:
    """Whether the goal is met, or why that cannot be told; never more than one sentence."""
    if row.met is None:
        return f"peer unavailable: {row.note}"
    return "met" if row.met else "not met"


def heading() -> str:
    """The line above the rows."""
    return _in_columns(("what", "figure", "peer", "ratio", "goal"), "")


def line_of(row: Row) -> str:
    """One row as one line."""
    cells = (
        f"{row.name} ({row.work})",
        f"{number_text(row.figure)} {row.unit}",
        peer_text(row),
        ratio_text(row),
        goal_text(row.goal, row.unit),
    )
    return _in_columns(cells, verdict(row))


def object_of(row: Row) -> dict[str, Any]:
    """One row as a JSON object."""
    return {**dataclasses.asdict(row), "ratio": row.ratio, "met": row.met}


def row_from(fields: Mapping[str, Any]) -> Row:
    """The row of a JSON object."""
    names = {field.name for field in dataclasses.fields(Row)} - {"goal"}
    return Row(**{name: fields[name] for name in names}, goal=Goal(**fields["goal"]))


def write_results(path: Path, rows: Sequence[Row], *, is_quick: bool) -> None:
    """Keep a run: where, when, and its rows."""
    record = {"where": place(), "is_quick": is_quick, "rows": [object_of(row) for row in rows]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def place() -> dict[str, str | int]:
    """The machine, its Python and the day."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else "unknown"


def _in_columns(cells: Sequence[str], last: str) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, _COLUMNS, strict=True))
    return " ".join((*padded, last)).rstrip()
