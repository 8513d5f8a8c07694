"""Every command and option has its help; the exit codes are the documented ones."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from node_cli.main import COMMANDS, main, parser


def command_parsers() -> dict[str, argparse.ArgumentParser]:
    (action,) = (each for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
    return dict(action.choices)


def of_verbs(command: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parsers of a command's verbs; the command's own where it has none."""
    verbs = [each for each in command._actions if isinstance(each, argparse._SubParsersAction)]
    return [one for each in verbs for one in each.choices.values()] or [command]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help_and_every_command_speaks_json(name: str) -> None:
    for command in of_verbs(command_parsers()[name]):
        assert [action.dest for action in command._actions if not action.help] == []
        assert "--json" in [option for action in command._actions for option in action.option_strings]


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"    {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([name, "--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: palletlab {name} ")
    assert (COMMANDS[name].__doc__ or "no docstring").strip() in shown


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["replay"], ["demo", "--nonsense"]])
def test_a_wrong_command_line_is_exit_code_2_and_one_line(arguments: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-m", "node_cli", *arguments], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith("palletlab")
    assert "--help" in ran.stderr


def test_the_version_is_the_distributions() -> None:
    ran = subprocess.run([sys.executable, "-m", "node_cli", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("palletlab 0.")


def test_a_reader_that_goes_away_ends_the_command_in_silence() -> None:
    ran = subprocess.Popen(
        [sys.executable, "-m", "node_cli", "version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert ran.stdout is not None
    ran.stdout.close()  # before the command has begun to print
    assert ran.stderr is not None
    with ran.stderr:
        assert ran.stderr.read() == ""
    assert ran.wait() == 1


def test_an_interrupt_ends_the_command_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS["version"], "run", interrupted)
    assert main(["version"]) == 130
    assert capsys.readouterr().err == "palletlab version: interrupted\n"


def test_a_command_is_imported_without_the_others() -> None:
    probe = "import sys, node_cli.main; node_cli.main.main(['version']); print('rich' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "False"
