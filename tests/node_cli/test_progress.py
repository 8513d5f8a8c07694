"""Bars for people at a terminal, silence for everybody else."""

from __future__ import annotations

import pytest

from node_cli.progress import progress_bars
from node_cli.scenario.play import Progress


@pytest.mark.parametrize("is_silent", [True, False])
def test_nothing_is_printed_where_stderr_is_no_terminal(is_silent: bool, capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bars(is_silent) as new_bar:
        new_bar("play")(Progress("round 1", 1, 2))
    assert capfd.readouterr() == ("", "")


def test_a_terminal_sees_a_bar(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    with progress_bars(False) as new_bar:
        new_bar("play")(Progress("round 1", 1, 2))
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "play" in printed.err
    assert "50" in printed.err


def test_with_json_a_terminal_sees_nothing(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bars(True) as new_bar:
        new_bar("play")(Progress("round 1", 1, 2))
    assert capfd.readouterr() == ("", "")
