from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from node_cli import lottery_figures
from node_cli.commands.attacks import DOCUMENT_SEEDS
from node_cli.main import main
from pallets.learning.attacks import Attack
from pallets.learning.simulation.attack_document import FLAG, HEAD, document
from pallets.learning.simulation.attack_figures import decode_figures
from pallets.learning.simulation.attack_runs import CLIENTS, ROUNDS, is_possible
from pallets.learning.simulation.attack_table import entries
from pallets.learning.simulation.backends import Backend, running_on
from pallets.learning.simulation.federation import COMPARED
from pallets.learning.simulation.selection import Bias, GroupBias

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "ATTACKS.md"


def table_under(heading: str) -> dict[str, dict[str, str]]:
    """The figures of a table of the document, by attack and strategy."""
    text = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    names, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows}


def test_the_document_is_generated_and_whole() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    told = ", ".join(f"{count} times for {data}" for data, count in DOCUMENT_SEEDS.items())
    figures = sum(is_possible(name, attack) for name in COMPARED for attack in Attack) * len(DOCUMENT_SEEDS)
    held = f"It held for all {figures} figures."
    assert text.startswith(HEAD.format(clients=CLIENTS, rounds=ROUNDS, seeds=told, held=held))
    for data in DOCUMENT_SEEDS:
        for heading in (f"{data}: what an attacker earned", f"{data}: what the model lost"):
            found = table_under(heading)
            assert list(found) == [attack.value for attack in Attack]
            for attack in Attack:
                assert tuple(found[attack.value]) == COMPARED
                for strategy, cell in found[attack.value].items():
                    assert bool(re.fullmatch(r"-?\d+(\.\d)?", cell)) == is_possible(strategy, attack), cell


def test_the_document_is_what_its_figures_give() -> None:
    """But for the lottery, which takes a while."""
    figures = decode_figures(DOCUMENT.with_suffix(".json").read_text(encoding="utf-8"))
    told = ", ".join(f"{count} times for {data}" for data, count in DOCUMENT_SEEDS.items())
    bias = Bias(1, (GroupBias(1, 1, 1),) * 4, 0, 0, 0)
    made = document(figures.tables, figures.comparisons, bias, (), told).split("## The lottery")[0]
    assert DOCUMENT.read_text(encoding="utf-8").split("## The lottery")[0] == made


def test_a_part_is_played_again_and_the_rest_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lottery_figures, "DRAWS", 2)
    kept, path = DOCUMENT.with_suffix(".json").read_text(encoding="utf-8"), tmp_path / "A.md"
    part = ["--strategy", "fedavg", "--data", "breast_cancer", "--attack", "label-flip"]
    options = ["attacks", "--out", str(path), "--backend", "sequential", "--jobs", "1"]
    assert main([*options, *part]) == 1  # nothing was kept
    beside = path.with_suffix(".json")
    beside.write_text(kept.replace('"earned_percent": 0,', '"earned_percent": 999,'), encoding="utf-8")
    assert main([*options, *part]) == 0
    changed = [old for old, new in zip(kept.splitlines(), beside.read_text().splitlines(), strict=True) if old != new]
    assert all('"earned_percent": 0,' in line for line in changed)
    again = '{"data": "breast_cancer", "strategy": "fedavg", "attack": "label-flip"'
    assert not any(line.strip().startswith(again) for line in changed)
    assert any(line.strip().startswith(again) for line in kept.splitlines())
    assert "| label-flip | 999 |" in path.read_text(encoding="utf-8")
    beside.write_text(kept, encoding="utf-8")
    assert main(["attacks", "--out", str(path), "--no-play"]) == 0
    made, whole = (each.read_text(encoding="utf-8").split("## The lottery")[0] for each in (path, DOCUMENT))
    assert made == whole
    beside.write_text("{}", encoding="utf-8")
    assert main(["attacks", "--out", str(path), "--no-play"]) == 1


def test_no_attacker_of_the_document_was_above_the_best_paid_honest_client() -> None:
    assert f"{FLAG} |" not in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("strategy", "attack"),
    [("fedavg", Attack.LABEL_FLIP), ("median", Attack.RANDOM_WEIGHTS), ("boosting", Attack.SIGN_FLIP)],
)
def test_figures_of_the_document_come_out_again(strategy: str, attack: Attack) -> None:
    with running_on(Backend.SEQUENTIAL, 1):
        seeds = DOCUMENT_SEEDS["breast_cancer"]
        (entry,) = entries(["breast_cancer"], [strategy], [attack], seeds, lambda _done, _all: None)
    assert table_under("breast_cancer: what an attacker earned")[attack.value][strategy] == str(entry.earned_percent)
    assert table_under("breast_cancer: what the model lost")[attack.value][strategy] == f"{entry.lost_points:.1f}"


def test_json_has_an_entry_for_each_run(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--strategy", "fedavg", "--attack", "sign-flip", "--attack", "seed-grinding", "--seeds", "1"]
    assert main(["attacks", *options, "--backend", "sequential", "--jobs", "1", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert (entry["strategy"], entry["attack"], entry["is_within_bound"]) == ("fedavg", "sign-flip", True)


def test_wrong_usage_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attacks", "--strategy", "fedmax"]) == 2
    assert "no strategy fedmax" in capsys.readouterr().err
    assert main(["attacks", "--out", "a.md", "--json"]) == 2
    assert main(["attacks", "--no-play"]) == 2
    assert main(["attacks", "--no-play", "--out", "a.md", "--strategy", "fedavg"]) == 2
    assert main(["attacks", "--out", str(DOCUMENT), "--strategy", "scaffold"]) == 2
    assert "scaffold is not in the document" in capsys.readouterr().err
