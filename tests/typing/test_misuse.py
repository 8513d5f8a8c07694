"""mypy --strict and pyright refuse what an author may get wrong, and nothing else.

Each `.txt` here is a module: a line that ends with `# wrong: …` must be refused by both, every other line by neither.
They are text so that the checkers of the repository let them pass. A generated pallet must pass as a whole.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from node_cli.pallet_template import rendered

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SNIPPETS = sorted(HERE.glob("*.txt"))
Lines = dict[str, set[int]]
"""By file name the lines that a checker refuses."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All snippets, and a generated pallet with its test, as modules."""
    folder = tmp_path_factory.mktemp("typing")
    for snippet in SNIPPETS:
        (folder / f"{snippet.stem}.py").write_text(snippet.read_text(encoding="utf-8"), encoding="utf-8")
    for name, text in rendered("price_forecast").items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def checked_by_mypy(folder: Path) -> Lines:
    # the repository's cache, which `make check` fills: without it, the kit is checked anew for each run of the tests
    command = ["--strict", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
    files = [path.name for path in sorted(folder.glob("*.py"))]
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *command, "--no-error-summary", *files],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"MYPYPATH": str(ROOT)},
    )
    assert not ran.stderr, ran.stderr
    found: Lines = {}
    for line in ran.stdout.splitlines():
        match = re.match(r"([^:]+):(\d+): error: ", line)
        if match is not None:
            found.setdefault(Path(match[1]).name, set()).add(int(match[2]))
    return found


def checked_by_pyright(folder: Path) -> Lines:
    settings = {"typeCheckingMode": "standard", "extraPaths": [str(ROOT)], "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    found: Lines = {}
    for problem in json.loads(ran.stdout)["generalDiagnostics"]:
        if problem["severity"] == "error":
            found.setdefault(Path(problem["file"]).name, set()).add(problem["range"]["start"]["line"] + 1)
    return found


@pytest.fixture(scope="module", params=[checked_by_mypy, checked_by_pyright], ids=["mypy", "pyright"])
def refused(request: pytest.FixtureRequest, folder: Path) -> Lines:
    """What one checker refuses, in one run over everything."""
    check: Callable[[Path], Lines] = request.param
    return check(folder)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[snippet.stem for snippet in SNIPPETS])
def test_what_is_wrong_is_refused_and_nothing_else(refused: Lines, snippet: Path) -> None:
    lines = snippet.read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if "# wrong: " in line}
    found = refused.get(f"{snippet.stem}.py", set())
    assert [lines[number - 1] for number in sorted(wrong - found)] == [], "passed unnoticed"
    assert [lines[number - 1] for number in sorted(found - wrong)] == [], "refused without a reason"


@pytest.mark.parametrize("name", ["price_forecast.py", "test_price_forecast.py"])
def test_a_generated_pallet_passes(refused: Lines, name: str) -> None:
    assert refused.get(name, set()) == set()
