"""Programs for Node that tests run, with the libraries that `make peers` installs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "node"

LIBRARIES = FOLDER / "node_modules"


def run_node(*arguments: str, cwd: Path = FOLDER, timeout: float = 120) -> str:
    """What a program prints; skips where there is no Node, or the libraries are not installed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no `node` on this machine")
    if not (LIBRARIES / "peer.stamp").exists():
        pytest.skip("the Node libraries are not installed; `make peers` does it")
    done = subprocess.run(
        [node, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=timeout, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def findings_of(program: str, *arguments: str) -> dict[str, Any]:
    """What a client found, by step."""
    found: dict[str, Any] = json.loads(run_node(str(FOLDER / program), *arguments))
    return found


def step(findings: dict[str, Any], name: str) -> dict[str, Any]:
    """What one step found; fails as the step did."""
    found: dict[str, Any] = findings[name]
    assert "failed" not in found, found["failed"]
    return found
