"""Reads the test vectors that others made, from the shared folder beside the project."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@cache
def load(name: str) -> Any:
    """The parsed JSON of one vector file, `name` as in "scale/values.json"; skips the test where it is absent."""
    path = SHARED / "vectors" / name
    if not path.exists():
        pytest.skip(f"vector file {name} is not beside this checkout", allow_module_level=True)
    return json.loads(path.read_text())


def files_of(folder: str) -> list[str]:
    """All vector files of a folder; empty where the vectors are not beside this checkout."""
    return sorted(f"{folder}/{path.name}" for path in (SHARED / "vectors" / folder).glob("*.json"))


def unhex(text: str) -> bytes:
    """Bytes of a 0x… string."""
    return bytes.fromhex(text.removeprefix("0x"))
