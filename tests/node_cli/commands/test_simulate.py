"""`palletlab simulate` finds a planted bug, shrinks it, writes it down and plays it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgpack
import pytest

from chain.offchain.adversary.draw import Drawn
from chain.offchain.adversary.schedule import Schedule
from node_cli.command import INTERRUPTED
from node_cli.main import main
from node_cli.simulate import seeds
from node_cli.simulate.choice import scenario_of
from node_cli.simulate.history import History, read_history
from node_cli.simulate.task import Attack, Task
from runtime.simulation.properties import Broken
from runtime.simulation.simulation import Simulation
from runtime.simulation.verdict import Verdict, play

CLAIMS = "tests.runtime.simulation.claims"
BUG = (
    *("--runtime", f"{CLAIMS}:LockingRuntime", "--property", f"{CLAIMS}:AT_ALL", "--validators", "2"),
    *("--blocks", "22", "--crash", "100", "--seeds", "0..6"),
)
SOUND = ("--runtime", f"{CLAIMS}:CarefulRuntime", "--validators", "2", "--blocks", "4")


def printed(capsys: pytest.CaptureFixture[str], code: int, *options: str) -> str:
    assert main(["simulate", *options]) == code
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def refusal(capsys: pytest.CaptureFixture[str], code: int, *options: str) -> str:
    assert main(["simulate", *options]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err.removeprefix("palletlab simulate: ").rstrip()


def test_a_planted_bug_is_found_shrunk_and_played_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "failed.json"
    lines = printed(capsys, 1, *BUG, "--out", str(file)).splitlines()
    history = read_history(file)
    assert lines[2] == f"Broken      'at all' by 1 seed: {history.seed}"
    assert f"Seed {history.seed} breaks 'at all': " in lines[3]
    assert len(history.schedule) == 1
    assert lines[5] == f"  {history.schedule.faults[0]} (local_clear)"  # the lock that it does not release
    assert lines[-2:] == [f"Schedule    {file}", f"Again by    palletlab simulate --replay {file}"]
    again = printed(capsys, 1, "--replay", str(file))
    assert "'at all' does not hold, as it was written down: " in again
    assert f"Head        {history.head}\nLog         {history.log}\n" in again
    told = json.loads(printed(capsys, 1, "--replay", str(file), "--json"))
    assert (told["is_same"], told["head"], told["schedule"]) == (True, history.head, history.schedule.plain())


def test_a_schedule_that_no_longer_fails_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "failed.msgpack"
    found = json.loads(printed(capsys, 1, *BUG, "--out", str(file), "--json"))["failure"]
    content = msgpack.unpackb(file.read_bytes())
    assert {name: found[name] for name in content} == content
    content["task"]["runtime"] = f"{CLAIMS}:CarefulRuntime"  # the bug was mended
    file.write_bytes(msgpack.Packer().pack(content))
    assert "All properties hold; 'at all' did not: 0x" in printed(capsys, 0, "--replay", str(file))


def test_a_history_of_another_runtime_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "failed.json"
    found = json.loads(printed(capsys, 1, *BUG, "--out", str(file), "--json"))["failure"]
    file.write_text(json.dumps({**found, "block_zero": "0x00"}))
    told = printed(capsys, 1, "--replay", str(file))
    assert f"The state of block zero is {found['block_zero']}, and was 0x00 when" in told
    assert json.loads(printed(capsys, 1, "--replay", str(file), "--json"))["is_same_genesis"] is False


def test_a_history_of_what_is_not_here_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "failed.json"
    history = History(Task(runtime="no.such:Runtime"), 7, Schedule(), Broken("blocks", "why"), "0x00", "0x00")
    history.write(file)
    told = refusal(capsys, 1, "--replay", str(file))
    assert told == f"{file} was played on what is not here: ModuleNotFoundError: No module named 'no'"


def test_who_interrupts_sees_what_was_played(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    played = list[int]()

    def verdict_of(task: Task, attack: Attack, seed: int) -> Verdict:
        if len(played) == 2:
            raise KeyboardInterrupt
        played.append(seed)
        return play(scenario_of(task), Drawn(seed, attack.rates))

    monkeypatch.setattr(seeds, "verdict_of", verdict_of)
    assert main(["simulate", *SOUND, "--seeds", "0..9"]) == INTERRUPTED
    assert "2 seeds, 8 blocks" in (told := capsys.readouterr().out)
    assert "Interrupted 7 seeds were not played\nAll properties hold" in told


def test_all_seeds_of_a_sound_worker_hold(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, 0, *SOUND, "--seeds", "3..6", "--json"))
    assert (told["seeds"], told["blocks"], told["failed"], told["failure"]) == (3, 12, {}, None)
    assert printed(capsys, 0, *SOUND, "--seeds", "3").endswith("All properties hold: blocks, states, workers.\n")


def test_going_on_plays_all_seeds_and_shrinks_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "failed.json"
    told: dict[str, Any] = json.loads(printed(capsys, 1, *BUG, "--keep-going", "--out", str(file), "--json"))
    assert told["seeds"] == 6
    assert told["failure"]["seed"] == min(map(int, told["failed"]))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--seeds", "9..9"), "'9..9' has no seeds"),
        (("--seeds", "-1"), "'-1' is not a whole number from 0"),
        (("--loss", "1001"), "not a whole number from 0 to 1000"),
        (("--backend", "dask"), "invalid choice"),
    ],
)
def test_wrong_options_are_refused(options: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *options])
    assert ended.value.code == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            ("--out", "no/such/folder/failed.json"),
            "--out no/such/folder/failed.json: there is no folder no/such/folder",
        ),
        (("--out", "/"), "--out /: it is a folder"),
        (("--scenario", "flood"), "'flood' is no scenario: write federated-round, workers or module:Class"),
        (("--property", "flood"), "'flood' is no property"),
        (("--validators", "2"), "FederatedRounds takes at least 5 validators, not 2"),
        (("--replay", "no/such/file"), "no/such/file: No such file or directory"),
        (("--replay", __file__), "is no history of palletlab simulate"),
        ((*SOUND, "--property", f"{CLAIMS}:PERIOD"), "is no property: a function of a simulation"),
        ((*SOUND, "--property", f"{__name__}:fails"), "ZeroDivisionError: no property"),
        ((*SOUND, "--property", f"{__name__}:changes_its_mind"), "seed 0 is not repeatable"),
    ],
)
def test_what_cannot_be_played_is_a_sentence(
    options: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(capsys, 1, *options)
    assert why in told
    assert "\n" not in told


def fails(_simulation: Simulation) -> str | None:
    """A property of an author, with a bug."""
    raise ZeroDivisionError("no property")


ASKED = list[int]()


def changes_its_mind(_simulation: Simulation) -> str | None:
    """A property that depends on what was before."""
    ASKED.append(1)
    return "the first time" if len(ASKED) == 1 else None
