"""The main job: one seed gives one chain, which another process replays; bad input gives a sentence and no files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vectors import SHARED

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "fixtures"
SMALL = ("--rounds", "2", "--clients", "3")


def palletlab(*arguments: object, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own, with another order of sets."""
    command = [sys.executable, "-W", "error", "-m", "node_cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={"PYTHONHASHSEED": seed})


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A small play: its folder and its result."""
    folder = tmp_path_factory.mktemp("play")
    ran = palletlab("demo", *SMALL, "--json", "--out", folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    return folder, json.loads(ran.stdout)


def test_the_files_are_there_and_the_result_is_the_printed_one(played: tuple[Path, dict[str, Any]]) -> None:
    folder, result = played
    assert sorted(path.name for path in folder.iterdir()) == ["blocks.msgpack", "report.html", "result.json"]
    assert json.loads((folder / "result.json").read_text()) == result
    assert (result["format"], result["version"], result["scenario"]) == ("palletlab-demo", 1, "health")


def test_another_process_plays_the_same_chain_and_a_third_replays_it(
    played: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, result = played
    again = json.loads(palletlab("demo", *SMALL, "--json", "--out", tmp_path, seed="7").stdout)
    assert again["head"] == result["head"]
    assert (tmp_path / "blocks.msgpack").read_bytes() == (folder / "blocks.msgpack").read_bytes()
    replayed = json.loads(palletlab("replay", folder / "blocks.msgpack", "--json", seed="3").stdout)
    assert replayed["head"] == result["head"]


def test_another_seed_is_another_chain(played: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    other = json.loads(palletlab("demo", *SMALL, "--seed", 2, "--json", "--out", tmp_path).stdout)
    assert other["head"]["hash"] != played[1]["head"]["hash"]


def test_the_honest_earn_and_the_liar_pays(tmp_path: Path) -> None:
    ran = palletlab("demo", "--json", "--out", tmp_path)
    result = json.loads(ran.stdout)
    hospitals = [account for account in result["accounts"] if account["name"].startswith("Hospital")]
    liars = [account for account in hospitals if not account["honest"]]
    assert [account["earned"] for account in liars] == [0]
    assert all(account["slashed"] > 0 for account in liars)
    assert all(account["earned"] > 0 == account["slashed"] for account in hospitals if account["honest"])
    for model in result["models"]:
        assert all(model["shared"] > alone["by_round"][-1] for alone in model["alone"])
    vote = result["referendum"]
    thresholds = [each["threshold"] for each in result["models"][0]["rounds"]]
    assert thresholds[0] == vote["threshold_before"] > vote["threshold_after"] == thresholds[-1]


def test_money_is_where_the_result_says(played: tuple[Path, dict[str, Any]]) -> None:
    result = played[1]
    slashed = sum(account["slashed"] for account in result["accounts"])
    assert result["treasury"] >= slashed > 0
    for account in result["accounts"]:
        gained = account["earned"] - account["slashed"] - account["fees"] - account["pools"]
        assert account["end"] - account["start"] == gained


def test_people_get_a_table_for_each_question(tmp_path: Path) -> None:
    ran = palletlab("demo", *SMALL, "--out", tmp_path)
    assert ran.stderr == ""
    for question in ("How good is", "Who earned", "cost on chain", "cost off chain", "State root  0x"):
        assert question in ran.stdout


def test_the_shared_air_quality_models_beat_every_station_on_held_out_weeks(tmp_path: Path) -> None:
    csv = SHARED / "data" / "AirQualityUCI.csv"
    if not csv.exists():
        pytest.skip("the UCI readings are not beside this checkout")
    ran = palletlab("demo", "air-quality", "--csv", csv, "--rounds", 2, "--json", "--out", tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    for model in json.loads(ran.stdout)["models"]:
        assert all(model["shared"] < alone["by_round"][-1] for alone in model["alone"])  # errors: less is better


def test_readings_of_too_little_time_are_refused(tmp_path: Path) -> None:
    ran = palletlab("demo", "air-quality", "--csv", FIXTURES / "air_quality_small.csv", "--out", tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert ran.stderr.startswith("palletlab demo: ")
    assert list(tmp_path.iterdir()) == []


REFUSED = {
    "too many rounds": (("--rounds", "99"), 2, "'99' is not a whole number from 1 to "),
    "too few clients": (("--clients", "1"), 2, "--clients 1: health is for 3 to "),
    "a word as seed": (("--seed", "one"), 2, "'one' is not a whole number"),
    "an unknown scenario": (("weather",), 2, "invalid choice: 'weather'"),
    "no readings": (("air-quality",), 2, "air-quality needs --csv FILE"),
    "a missing file": (("air-quality", "--csv", "none.csv"), 1, "none.csv"),
    "readings for hospitals": (("--csv", "none.csv"), 2, "--csv and --target are for air-quality"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_gives_one_sentence_and_no_files(what: str, tmp_path: Path) -> None:
    options, code, sentence = REFUSED[what]
    ran = palletlab("demo", *options, "--out", tmp_path / "out")
    assert (ran.returncode, ran.stdout) == (code, "")
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.glob("out/*")) == []


def test_a_malformed_file_is_named_with_its_line(tmp_path: Path) -> None:
    csv = tmp_path / "air.csv"
    csv.write_text("Date;Time;CO(GT)\n10/03/2004;18.00.00;2,6\n")
    ran = palletlab("demo", "air-quality", "--csv", csv, "--out", tmp_path / "out")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"palletlab demo: {csv}")
    assert ran.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = palletlab("demo", "--out", tmp_path / "file" / "out")
    assert ran.returncode == 1
    assert ran.stderr == f"palletlab demo: {tmp_path / 'file'}: Not a directory\n"
