"""One subject in a process of its own, so that what another left in memory does not slow it.

`measured` starts `python -m benchmarks.subject MODULE`, which writes a JSON object a line: {"say": phrase},
{"row": fields}, or {"differs": sentence} as its last.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any, TextIO

from benchmarks.measure import Row, Run, Say, WorkDiffers
from benchmarks.report import object_of, row_from


class SubjectFailed(Exception):
    """A subject's process ended before it was done; its standard error says why."""


def measured(module: str, say: Say, *, is_quick: bool) -> Iterator[Row]:
    """The rows of a subject as they come; raises WorkDiffers, SubjectFailed."""
    command = [sys.executable, "-m", "benchmarks.subject", module, *(["--quick"] if is_quick else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                told: dict[str, Any] = json.loads(line)
                if "row" in told:
                    yield row_from(told["row"])
                elif "say" in told:
                    say(told["say"])
                else:
                    raise WorkDiffers(told["differs"])
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise SubjectFailed(f"{module} ended with exit code {process.returncode}")


def main() -> int:
    """Run the process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.subject", description="Measure one subject.")
    parser.add_argument("module")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    out = sys.stdout
    with redirect_stdout(sys.stderr):
        run = Run(lambda phrase: _tell(out, say=phrase), options.quick)
        try:
            for row in importlib.import_module(options.module).rows(run):
                _tell(out, row=object_of(row))
        except WorkDiffers as problem:
            _tell(out, differs=str(problem))
    return 0


def _tell(out: TextIO, **told: object) -> None:
    print(json.dumps(told), file=out, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
