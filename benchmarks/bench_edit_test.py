"""The author's loop: a pallet is edited and one of its tests is run, from the start of the process to its end.

The pallet is the one that `palletlab new` writes; every round changes its source. Peer: the same pytest with an empty
test, which is what no framework can be below.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from benchmarks.bench_cold_start import ProcessFailed, timed_process
from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, row_of
from benchmarks.peers import CHECKOUT, variables
from benchmarks.run import alone
from node_cli.pallet_template import rendered

NAME = "price_forecast"
TEST = f"test_{NAME}.py::test_a_report_is_kept_counted_and_told"
EMPTY = "test_empty.py::test_nothing"


def rows(run: Run) -> Iterator[Row]:
    """Wall time of an edit and the run of one test, beside an empty test's."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, text in rendered(NAME).items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "test_empty.py").write_text("def test_nothing() -> None:\n    pass\n", encoding="utf-8")
        environment = loop_variables(folder)

        def ours() -> float:
            edit(folder / f"{NAME}.py")
            return one_test(folder, TEST, environment)

        def theirs() -> float:
            edit(folder / "test_empty.py")
            return one_test(folder, EMPTY, environment)

        run.say("editing and testing")
        yield row_of(
            compare(run.rounds, ours, theirs),
            1e3,
            name="edit a pallet and run its one test",
            work="whole process",
            unit="ms",
            peer=f"pytest {pytest.__version__}, empty test",
            goal=Goal("at most", 1000, "figure"),
        )


def loop_variables(folder: Path) -> Mapping[str, str]:
    """The environment of the runs: bytecode is kept, as on an author's machine, and in the folder."""
    inherited = variables()
    paths = [str(CHECKOUT), *filter(None, [inherited.get("PYTHONPATH")])]
    return {**inherited, "PYTHONPATH": os.pathsep.join(paths), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def edit(source: Path) -> None:
    """Change a source, so that it is compiled anew."""
    with source.open("a", encoding="utf-8") as file:
        file.write("# another thought\n")


def one_test(folder: Path, test: str, environment: Mapping[str, str]) -> float:
    """Wall seconds of a pytest process that runs one test; raises WorkDiffers unless that passes."""
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(folder), str(folder / test)]
    try:
        seconds, printed = timed_process(command, environment)
    except ProcessFailed as problem:
        raise WorkDiffers(f"pytest failed: {problem}") from problem
    if "1 passed" not in printed:
        raise WorkDiffers(f"one test was to pass: {printed.strip().splitlines()[-1]}")
    return seconds


if __name__ == "__main__":
    raise SystemExit(alone("edit_test"))
