"""The house stands: imports point left, heavy libraries stay out, files and functions stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("chain", "pallets", "runtime", "node_cli")
"""Each package may import itself and what stands left of it."""

HEAVY = {"numpy", "sklearn", "scipy", "joblib", "matplotlib", "substrateinterface", "wasmtime"}

# Longer than they should be, each with its reason.
LONG_FILES: dict[str, str] = {}
MAX_FILE_LINES, MAX_FUNCTION_LINES = 450, 70
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}


def sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def imported_modules(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


@pytest.mark.parametrize("package", ORDER)
def test_imports_point_left(package: str) -> None:
    forbidden = {*ORDER[ORDER.index(package) + 1 :], "tests", "benchmarks"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources(package)
        for module, line in imported_modules(path)
        if module.split(".")[0] in forbidden
    ]
    assert wrong == []


def test_the_learning_core_knows_no_chain() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources("pallets/learning")
        for module, line in imported_modules(path)
        if module.split(".")[0] == "chain" or (module.startswith("pallets.") and "learning" not in module)
    ]
    assert wrong == []


def test_the_kit_knows_no_pallet_but_system_in_its_test_runtime() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources("pallets/frame")
        for module, line in imported_modules(path)
        if module.split(".")[0] == "pallets" and not module.startswith("pallets.frame")
        if path.parent.name != "testing"
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "module", ["chain.node.service", "runtime.dev", "pallets.federated_round", "node_cli.commands.demo"]
)
def test_importing_needs_neither_numpy_nor_scikit_learn(module: str) -> None:
    probe = f"import sys, {module}; print(sorted({HEAVY!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_files_and_functions_stay_small() -> None:
    long = []
    for path in sources(*ORDER, "benchmarks"):
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        if text.count("\n") > MAX_FILE_LINES and name not in LONG_FILES:
            long.append(f"{name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno
                if lines > MAX_FUNCTION_LINES:
                    long.append(f"{name}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_every_module_has_a_docstring_and_a_telling_name() -> None:
    wrong = []
    for path in sources(*ORDER, "benchmarks"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and not ast.get_docstring(tree):
            wrong.append(f"{path.relative_to(ROOT)} has no docstring")
        if path.stem in VAGUE_NAMES:
            wrong.append(f"{path.relative_to(ROOT)} says nothing by its name")
    assert wrong == []
