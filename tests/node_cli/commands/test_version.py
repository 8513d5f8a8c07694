"""Which palletlab this is."""

from __future__ import annotations

import json
import platform

import pytest

from node_cli.commands.version import UNKNOWN, installed_version
from node_cli.main import main
from runtime.dev import VERSION


def test_the_versions_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    expected = f"palletlab {installed_version()}, runtime palletlab-{VERSION.spec_version}, "
    assert capsys.readouterr().out == f"{expected}Python {platform.python_version()}\n"


def test_the_versions_are_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "palletlab": installed_version(),
        "spec_name": VERSION.spec_name,
        "spec_version": VERSION.spec_version,
        "python": platform.python_version(),
    }


def test_a_checkout_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])
    assert installed_version() == UNKNOWN
