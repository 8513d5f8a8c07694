"""The command: measures subject after subject and prints a line a row as soon as it is known."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks import readme_table
from benchmarks.measure import Row, WorkDiffers
from benchmarks.report import heading, line_of, object_of, write_results
from benchmarks.subject import SubjectFailed, measured

SUBJECTS: Final = {
    "trie": "benchmarks.bench_trie",
    "codec": "benchmarks.bench_codec",
    "metadata": "benchmarks.bench_metadata",
    "transfer": "benchmarks.bench_transfer",
    "durability": "benchmarks.bench_durability",
    "cold_start": "benchmarks.bench_cold_start",
    "edit_test": "benchmarks.bench_edit_test",
    "own_chain": "benchmarks.bench_own_chain",
    "snapshot": "benchmarks.bench_snapshot",
    "genesis": "benchmarks.bench_genesis",
    "rpc": "benchmarks.bench_rpc",
    "node_start": "benchmarks.bench_node_start",
    "workers": "benchmarks.bench_workers",
    "content": "benchmarks.bench_content",
    "forest": "benchmarks.bench_forest",
    "aggregation": "benchmarks.bench_aggregation",
    "secure_aggregation": "benchmarks.bench_secure_aggregation",
    "rounds": "benchmarks.bench_rounds",
}
"""Each subject's module; its `rows` takes a `Run` and yields rows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 whatever the figures are, 1 where a side did not do its work."""
    options = _parser().parse_args(arguments)
    names = list(dict.fromkeys(options.only)) or list(SUBJECTS)
    rows: list[Row] = []
    if not options.json:
        print(heading(), flush=True)
    try:
        with _progress(len(names)) as progress:
            for row in _measured(names, progress, is_quick=options.quick):
                rows.append(row)
                if not options.json:
                    progress.print_line(line_of(row))
    except WorkDiffers as problem:
        print(f"no figure, because the work is not equal: {problem}", file=sys.stderr)
        return 1
    except SubjectFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.json:
        objects = ",\n".join(json.dumps(object_of(row), ensure_ascii=False) for row in rows)
        print(f"[\n{objects}\n]")
    _keep(rows, options, is_whole=names == list(SUBJECTS))
    return 0


def alone(name: str) -> int:
    """Run one subject's module as a command, with the options of the whole."""
    return main(["--only", name, *sys.argv[1:]])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure this project beside its peers.")
    parser.add_argument(
        "--only", action="append", default=[], choices=SUBJECTS, metavar="NAME", help=", ".join(SUBJECTS)
    )
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: the figures prove nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON array, one row a line")
    parser.add_argument(
        "--out",
        type=Path,
        help="where to keep the rows; a whole run without a gap keeps them in benchmarks/results.json and the README",
    )
    return parser


def _keep(rows: Sequence[Row], options: argparse.Namespace, *, is_whole: bool) -> None:
    """Write the results where they were asked for; a whole run also renews the README's table."""
    if options.out is not None:
        write_results(options.out, rows, is_quick=options.quick)
    elif is_whole and not options.quick and all(row.met is not None for row in rows):
        write_results(readme_table.RESULTS, rows, is_quick=False)
        readme_table.renew()


class _Shown:
    """Progress on standard error: a live bar on a terminal, else a line a phrase."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._is_live = bar.console.is_terminal
        self._task = bar.add_task("", total=total)

    def say(self, phrase: str) -> None:
        """Show what is being done now."""
        self._bar.update(self._task, description=phrase)
        if not self._is_live:
            print(phrase, file=sys.stderr, flush=True)

    def advance(self) -> None:
        """One subject is done."""
        self._bar.advance(self._task)

    def print_line(self, line: str) -> None:
        """A line on standard output, not mixed up with the bar."""
        if self._is_live:
            self._bar.stop()
        print(line, flush=True)
        if self._is_live:
            self._bar.start()


@contextmanager
def _progress(total: int) -> Iterator[_Shown]:
    bar = Progress(
        SpinnerColumn(),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    shown = _Shown(bar, total)
    if bar.console.is_terminal:
        bar.start()
    try:
        yield shown
    finally:
        if bar.console.is_terminal:
            bar.stop()


def _measured(names: Sequence[str], progress: _Shown, *, is_quick: bool) -> Iterator[Row]:
    for name in names:

        def say(phrase: str, name: str = name) -> None:
            progress.say(f"{name}: {phrase}")

        yield from measured(SUBJECTS[name], say, is_quick=is_quick)
        progress.advance()
