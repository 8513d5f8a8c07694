"""The main job: one seed gives one chain, which another process replays; bad input gives a sentence and no files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from node_cli.main import main
from node_cli.scenario.telling import Run
from node_cli.units import hexadecimal
from tests.vectors import SHARED

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "air_quality_small.csv"
HEADER, ROW = FIXTURE.read_text().splitlines()[:2]
FILES = ["blocks.msgpack", "report.html", "result.json"]
SMALL = ("--rounds", "2", "--clients", "4")


def palletlab(*arguments: object, hash_seed: int = 0) -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own, with another order of sets."""
    command = [sys.executable, "-W", "error", "-m", "node_cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={"PYTHONHASHSEED": str(hash_seed)})


def result_of(*arguments: object, hash_seed: int = 0) -> dict[str, Any]:
    """What a command that succeeds prints with --json."""
    ran = palletlab(*arguments, "--json", hash_seed=hash_seed)
    assert (ran.returncode, ran.stderr) == (0, "")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A small play: its folder and its result."""
    folder = tmp_path_factory.mktemp("play")
    return folder, result_of("demo", *SMALL, "--out", folder)


def test_the_files_are_there_and_the_result_is_the_printed_one(played: tuple[Path, dict[str, Any]]) -> None:
    folder, result = played
    assert names_in(folder) == FILES
    assert json.loads((folder / "result.json").read_text()) == result


def test_another_process_plays_the_same_chain_and_a_third_replays_it(
    played: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, result = played
    again = result_of("demo", *SMALL, "--out", tmp_path, hash_seed=7)
    assert again["head"] == result["head"]
    assert (tmp_path / "blocks.msgpack").read_bytes() == (folder / "blocks.msgpack").read_bytes()
    for each in (again, result):
        assert each.pop("seconds") > 0
        assert [worker.pop("cpu_seconds") >= 0 for worker in each["off_chain"]]
    assert again == result
    replayed = result_of("replay", folder / "blocks.msgpack", "--expect", result["head"]["hash"], hash_seed=3)
    assert replayed["head"] == result["head"]


@pytest.mark.parametrize(("name", "fixture", "seed"), [("digits", "readers", 9), ("air-quality", "couriers", 10)])
def test_every_scenario_is_played_and_replayed_alike_by_other_processes(
    name: str, fixture: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    here: Run = request.getfixturevalue(fixture)
    options = ("--clients", 4, "--rounds", 1, "--seed", seed, "--out", tmp_path)
    result = result_of("demo", name, *options, hash_seed=5)
    head = {"number": here.outcome.head.number, "hash": hexadecimal(here.outcome.head.hash)}
    assert result["head"] == head | {"state_root": hexadecimal(here.outcome.head.state_root)}
    replayed = result_of("replay", tmp_path / "blocks.msgpack", "--expect", head["hash"], hash_seed=3)
    assert replayed["head"] == result["head"]


def test_another_seed_is_another_chain(couriers: Run, tmp_path: Path) -> None:
    options = ("--clients", 4, "--rounds", 1, "--seed", 11, "--out", tmp_path)
    assert result_of("demo", "air-quality", *options)["head"]["hash"] != hexadecimal(couriers.outcome.head.hash)


def test_the_honest_earn_the_liar_pays_and_the_shared_models_are_the_best(tmp_path: Path) -> None:
    result = result_of("demo", "--out", tmp_path)
    hospitals = [account for account in result["accounts"] if account["name"].startswith("Hospital")]
    liars = [account for account in hospitals if not account["honest"]]
    assert [account["earned"] for account in liars] == [0]
    assert all(account["slashed"] > 0 for account in liars)
    assert all(account["earned"] > 0 == account["slashed"] for account in hospitals if account["honest"])
    *models, private = result["models"]
    for model in models:
        assert model["better_than_alone"] == model["parties"] == 6
        assert all(model["shared"] > alone["by_round"][-1] for alone in model["alone"])
    assert private["shared"] > private["constant"]  # its noise costs more than some parties lose by being alone
    vote = result["referendum"]
    thresholds = [each["threshold"] for each in result["models"][0]["rounds"]]
    before, after = vote["threshold_before"], vote["threshold_after"]
    assert before > after
    assert thresholds == [before, before, after, after]


def test_digits_are_read_best_together_and_the_attacker_is_not_paid(tmp_path: Path) -> None:
    result = result_of("demo", "digits", "--rounds", 2, "--out", tmp_path)
    forest, linear, network = result["models"]
    for model in (forest, linear):
        assert model["better_than_alone"] == model["parties"] == 5
        assert [sum(row) for row in model["confusion"]["shared"]] == [
            sum(row) for row in model["confusion"]["alone"]["counts"]
        ]
    assert network["shared"] > network["constant"] + 30  # held back by the attacker, and not by more than its share
    assert forest["by_the_plain_mean"] is network["by_the_plain_mean"] is None
    assert linear["by_the_plain_mean"]["by_round"][-1] < linear["shared"] - 30
    attackers = [account for account in result["accounts"] if not account["honest"]]
    assert [(account["name"], account["earned"]) for account in attackers] == [("Client 5", 0)]
    assert attackers[0]["slashed"] > 0


def test_the_hospitals_show_privacy_a_dispute_and_an_erasure(played: tuple[Path, dict[str, Any]]) -> None:
    acts = played[1]["acts"]
    assert list(acts) == ["data", "erasure", "disputes", "privacy"]
    assert acts["data"]["refuted"] == []
    assert acts["erasure"]["blob_deleted"]
    assert acts["erasure"]["key_and_salt_shredded"]
    assert acts["erasure"]["bytes_differ"] == []
    assert acts["disputes"]["challenged"]
    assert len(acts["disputes"]["executed_in_block"]) == len(acts["disputes"]["challenged"])
    epsilons = acts["privacy"]["epsilon_by_round"]["Hospital 1"]
    assert epsilons == sorted(epsilons)
    assert epsilons[0] > 0


def test_people_get_a_table_for_each_question_and_the_head_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"
    assert main(["demo", *SMALL, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for question in ("How good is", "What happened", "Who earned", "cost on chain", "cost off chain"):
        assert question in printed.out
    head = json.loads((out / "result.json").read_text())["head"]
    assert printed.out.splitlines()[-3:] == [
        f"Head        {head['number']}",
        f"Hash        {head['hash']}",
        f"State root  {head['state_root']}",
    ]


def test_the_shared_air_quality_models_beat_every_station_on_held_out_weeks(tmp_path: Path) -> None:
    csv = SHARED / "data" / "AirQualityUCI.csv"
    if not csv.exists():
        pytest.skip("the UCI readings are not beside this checkout")
    result = result_of("demo", "air-quality", "--csv", csv, "--rounds", 2, "--out", tmp_path)
    for model in result["models"]:
        assert all(model["shared"] < alone["by_round"][-1] for alone in model["alone"])  # errors: less is better


def test_a_short_file_is_divided_by_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["air-quality", "--csv", str(FIXTURE), "--target", "NO2", "--rounds", "1", "--clients", "2"]
    assert main(["demo", *arguments, "--out", str(tmp_path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["scenario"], result["measure"]["unit"]) == ("air-quality", "µg/m³")
    assert "3 days at a time" in result["split"][0]
    assert names_in(tmp_path) == FILES


WRONG_OPTIONS = {
    "no rounds": (("--rounds", "0"), "argument --rounds: '0' is not a whole number from 1 to 12 "),
    "a word as seed": (("--seed", "one"), "argument --seed: 'one' is not a whole number from 0 to 4294967295 "),
    "an unknown scenario": (("weather",), "argument SCENARIO: invalid choice: 'weather' "),
    "an unknown gas": (("air-quality", "--target", "O3"), "argument --target: invalid choice: 'O3' "),
    "too few clients": (("--clients", "3"), "--clients 3: health is for 4 to 8 parties "),
    "too many clients": (
        ("air-quality", "--clients", "11", "--csv", "x"),
        "--clients 11: air-quality with a CSV file is for 2 to 10 ",
    ),
    "a gas of no file": (("air-quality", "--target", "CO"), "--target is for readings in a file: it needs --csv FILE "),
    "too few trackers": (("air-quality", "--clients", "3"), "--clients 3: air-quality is for 4 to 8 parties "),
    "too few to outvote an attacker": (("digits", "--clients", "3"), "--clients 3: digits is for 4 to 8 parties "),
    "readings for digits": (("digits", "--csv", "x"), "--csv and --target are for air-quality "),
    "readings for hospitals": (("--csv", "x"), "--csv and --target are for air-quality "),
    "a gas for hospitals": (("health", "--target", "CO"), "--csv and --target are for air-quality "),
}


@pytest.mark.parametrize("what", WRONG_OPTIONS)
def test_a_wrong_option_is_one_sentence_and_exit_code_2(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options, sentence = WRONG_OPTIONS[what]
    try:
        code: object = main(["demo", *options, "--out", str(tmp_path / "out")])
    except SystemExit as stopped:
        code = stopped.code
    printed = capsys.readouterr()
    assert (code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert printed.err.startswith(f"palletlab demo: {sentence}")
    assert names_in(tmp_path) == []


BAD_FILES = {
    "absent": (None, "No such file or directory"),
    "empty": (b"", "line 1: the header is not Date,Time,"),
    "the original's separators": (b"Date;Time;CO(GT)\n10/03/2004;18.00.00;2,6\n", "line 1: the header is not Date,"),
    "too few columns": (f"{HEADER}\n1,2\n".encode(), "line 2: 2 columns, not 15"),
    "no such day": (f"{HEADER}\n{ROW.replace('01/01', '31/02')}\n".encode(), "line 2, column Date: '31/02/2001'"),
    "letters": (f"{HEADER}\n{ROW.rpartition(',')[0]},much\n".encode(), "line 2, column AH: 'much' is not a number"),
    "an hour twice": (f"{HEADER}\n{ROW}\n{ROW}\n".encode(), "line 3: not later than the line before"),
    "no row": (f"{HEADER}\n".encode(), "no row has CO_GT and all features"),
    "too little time": (f"{HEADER}\n{ROW}\n".encode(), "fewer than 10: take a longer file, fewer clients or fewer"),
    "another encoding": (HEADER.encode("utf-16"), "not UTF-8"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_is_one_sentence_and_nothing_is_written(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, sentence = BAD_FILES[what]
    file = tmp_path / "readings.csv"
    if content is not None:
        file.write_bytes(content)
    before = names_in(tmp_path)
    assert main(["demo", "air-quality", "--csv", str(file), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert printed.err.startswith(f"palletlab demo: {file}")
    assert sentence in printed.err
    assert names_in(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["demo", "--out", str(tmp_path / "file" / "out")]) == 1
    assert capsys.readouterr() == ("", f"palletlab demo: {tmp_path / 'file'}: Not a directory\n")
    assert (tmp_path / "file").read_text() == "mine"


def test_without_numpy_the_demo_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("node_cli.commands.demo.find_spec", lambda _: None)
    assert main(["demo", "--out", str(tmp_path / "out")]) == 1
    assert "pip install 'palletlab[learning]'" in capsys.readouterr().err
    assert names_in(tmp_path) == []
