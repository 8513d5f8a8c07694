"""What the README says is true: its code runs, its commands exist, its map is the tree, its figures are measured."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]
SHELL = [line for language, code in BLOCKS if language == "sh" for line in code.splitlines()]


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_a_python_block_runs(code: str) -> None:
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_the_example_is_short() -> None:
    assert len([line for line in PYTHON[0].splitlines() if line.strip()]) <= 12


def test_make_targets_and_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {line.split()[1] for line in SHELL if line.startswith("make ")}
    assert {"demo", "test"} <= targets
    assert targets <= set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    for verb in {line.split()[1] for line in SHELL if line.startswith("palletlab ")}:
        ran = subprocess.run([sys.executable, "-m", "node_cli", verb, "--help"], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr


def test_the_folder_map_names_what_there_is() -> None:
    named = set(re.findall(r"^\| `([\w/]+)/` \|", README, flags=re.MULTILINE))
    packages = {"chain", "pallets", "runtime", "node_cli"}
    there = {
        path.parent.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).glob("*/__init__.py")
    }
    assert {name for name in named if not (ROOT / name).is_dir()} == set()
    assert there - named == set(), "folders that the map leaves out"


def test_every_core_dependency_is_explained() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project.split("dependencies = [")[1].split("]")[0]
    for name in re.findall(r'"([\w-]+)', listed):
        assert f"`{name}`" in README, f"the README does not say what {name} is for"


def test_packages_tell_their_modules() -> None:
    """A package's docstring names every module and folder in it."""
    untold = []
    for init in sorted(
        path
        for package in ("chain", "pallets", "runtime", "node_cli")
        for path in (ROOT / package).rglob("__init__.py")
    ):
        text = init.read_text(encoding="utf-8")
        for module in sorted(init.parent.iterdir()):
            name = module.stem
            is_told = module.suffix == ".py" or (module / "__init__.py").exists()
            if is_told and not name.startswith("__") and not re.search(rf"\b{name}\b", text):
                untold.append(f"{init.parent.relative_to(ROOT)}: {name}")
    assert untold == []
