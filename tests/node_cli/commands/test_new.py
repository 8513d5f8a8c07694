"""A new pallet is there in a second, its test is green, and nothing that was there is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from node_cli.main import main
from node_cli.pallet_template import rendered


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not the repository."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_generated_test_is_green_and_the_generated_code_clean(outside: Path) -> None:
    assert main(["new", "price_forecast"]) == 0
    tests = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    ran = subprocess.run(tests, capture_output=True, text=True, cwd=outside)
    assert ran.returncode == 0, ran.stdout
    assert "5 passed" in ran.stdout
    for check in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *check, "--isolated", "--no-cache", "."]
        ran = subprocess.run(command, capture_output=True, text=True, cwd=outside)
        assert ran.returncode == 0, ran.stdout


def test_it_says_what_to_do_next(outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "price_forecast"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Wrote price_forecast.py and test_price_forecast.py.",
        "Test it     python -m pytest test_price_forecast.py",
        "Edit it     price_forecast.py: storage, calls, events and errors are declared there, and nowhere else",
        "Compose it  self.price_forecast = price_forecast.PriceForecast(self, price_forecast.Config(), index=30), "
        "in your runtime's __init__",
    ]
    assert {path.name: path.read_text(encoding="utf-8") for path in outside.iterdir()} == rendered("price_forecast")


def test_the_folder_is_made_and_json_names_the_files(outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "price_forecast", "--folder", "my pallets/prices", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["pallet"] == "PriceForecast"
    assert [Path(path).name for path in said["files"].values()] == ["price_forecast.py", "test_price_forecast.py"]
    assert all((outside / path).is_file() for path in said["files"].values())
    assert said["next"]["test"] == "python -m pytest 'my pallets/prices/test_price_forecast.py'"


@pytest.mark.parametrize("name", ["price_forecast.py", "test_price_forecast.py"])
def test_what_is_there_is_not_overwritten(outside: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (outside / name).write_text("mine")
    assert main(["new", "price_forecast"]) == 1
    sentence = f"{name} is there already and stays as it is: choose another name, or another --folder"
    assert capsys.readouterr().err == f"palletlab new: {sentence}\n"
    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [(name, "mine")]


def test_a_folder_that_cannot_be_written_is_named(outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (outside / "file").touch()
    assert main(["new", "price_forecast", "--folder", "file"]) == 1
    assert capsys.readouterr().err == "palletlab new: nothing was written: file: Not a directory\n"


def test_a_wrong_name_is_wrong_usage(outside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["new", "Price"])
    assert ended.value.code == 2
    assert "'Price' is no name for a pallet" in capsys.readouterr().err
    assert list(outside.iterdir()) == []
