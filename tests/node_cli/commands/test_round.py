"""`palletlab round audit`: every payout with its reason, from any source; whatever was tampered with is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chain.primitives import AccountId
from node_cli.main import main
from pallets.federated_round import Drawn, Outcome, Reason, phases
from pallets.federated_round import ending as round_ending
from pallets.federated_round.drawing import draw_roles
from pallets.federated_round.ending import Ending, end_round
from pallets.federated_round.rules import Momentum
from pallets.federated_round.settlement import Award, Facts, awards_of
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Enrolment
from pallets.federated_round.worth import SampledShapley
from pallets.frame.traits import Preservation
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry import Artifact
from runtime.dev import DevRuntime
from tests.node_cli.round_audit.played import Made, make
from tests.pallets.federated_round.dev_learners import OWNER, TERMS, clients_of

RICH = replace(TERMS, rule=Momentum(ONE, ONE // 2), worth=SampledShapley(5, 0))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two rounds with a server state between them, paid by sampled contributions."""
    return make(tmp_path_factory.mktemp("honest"), RICH, rounds=2)


def audit(source: object, content: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit code, and what was printed as JSON."""
    code = main(["round", "audit", str(source), "--content", content, "--json"])
    return code, json.loads(capsys.readouterr().out)


def parts(found: dict[str, Any]) -> list[str]:
    """What does not fit in the first round, by the names of its parts."""
    return [finding["part"] for finding in found["rounds"][0]["findings"]]


@pytest.mark.parametrize("source", ["base_path", "export"])
def test_an_honest_chain_fits_from_whatever_source(
    source: str, honest: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = audit(getattr(honest, source), honest.content, capsys)
    assert (code, found["fits"], found["broken"]) == (0, True, None)
    first, second = found["rounds"]
    assert (first["round"], second["round"]) == (0, 1)
    judges = [[each["drawn"] for each in told["validators"]] for told in (first, second, found)]
    assert sum(judges[2]) == sum(judges[0]) + sum(judges[1]) == 2 * TERMS.seats.validators
    assert first["outcome"] == Outcome.PUBLISHED.name
    assert sum(each["paid"] for each in first["payouts"]) == first["paid"]
    assert first["paid"] + first["refunded"] == first["reward"] == TERMS.round_reward
    attacker = next(each for each in first["payouts"] if each["account"] == f"0x{clients_of(7)[6].account.hex()}")
    assert (attacker["verdict"], attacker["reason"]) == ("slashed", Reason.HARMFUL.name)
    assert attacker["because"].startswith("its update alone is worse than a constant answer")


def test_people_read_each_payout_and_that_all_fits(honest: Made, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["round", "audit", str(honest.export), "--task", "0", "--round", "0", "--content", honest.content]
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "Task 0, round 0: published" in shown
    assert "earned" in shown
    assert "slashed" in shown
    assert "✓ Draw, aggregate, metric, contributions and payouts are what the rules give." in shown


# One thing tampered with


@pytest.mark.parametrize(
    ("which", "part", "named"),
    [("update", "update", "of 0x"), ("model", "aggregate", "the model"), ("test", "test set", "artifact")],
)
def test_an_artifact_that_was_changed_is_named(
    which: str, part: str, named: str, honest: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Made(tmp_path / "copy")
    shutil.copytree(honest.folder, copy.folder)
    artifact = artifact_in(copy, which)
    [file] = [path for path in (copy.folder / "content").rglob("*") if path.is_file() and holds(path, copy, artifact)]
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    code, found = audit(copy.export, copy.content, capsys)
    assert code == 1
    told = [finding["text"] for finding in found["rounds"][0]["findings"] if finding["part"] == part]
    assert any(named in text and artifact.cid.decode() in text for text in told)


def test_a_missing_store_leaves_nothing_to_compute_with(honest: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["round", "audit", str(honest.export), "--json"]) == 1
    assert parts(json.loads(capsys.readouterr().out)) == ["settings"]


def test_a_payout_that_is_not_what_the_rules_give_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    friend = clients_of(7)[2].account

    def generous(facts: Facts) -> list[Award]:
        return [replace(each, payment=each.payment + 7 * (each.account == friend)) for each in awards_of(facts)]

    monkeypatch.setattr(round_ending, "awards_of", generous)
    made = make(tmp_path)
    monkeypatch.undo()
    code, found = audit(made.base_path, made.content, capsys)
    assert code == 1
    assert set(parts(found)) == {"payout", "pool"}
    told = [finding["text"] for finding in found["rounds"][0]["findings"]]
    assert any(f"client 0x{friend.hex()}: the chain has CONTRIBUTED" in text for text in told)
    assert any(f"client 0x{friend.hex()}: settled CONTRIBUTED" in text for text in told)


def test_money_that_moved_beside_a_right_settlement_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    friend = clients_of(7)[2].account

    def thieving(rounds: RoundStorage, ending: Ending) -> None:
        end_round(rounds, ending)
        rounds.config.currency.transfer(OWNER.account, friend, 7, Preservation.PRESERVE)

    monkeypatch.setattr(phases, "end_round", thieving)
    made = make(tmp_path)
    monkeypatch.undo()
    code, found = audit(made.base_path, made.content, capsys)
    assert code == 1
    assert f"0x{friend.hex()}: its balance is" in found["rounds"][0]["findings"][0]["text"]


def test_a_draw_that_is_not_the_lotterys_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def chosen(enrolments: dict[AccountId, Enrolment], weights: dict[AccountId, int], seats: Any, seed: Any) -> Drawn:
        drawn = draw_roles(enrolments, weights, seats, seed)
        others = sorted(who for who, each in enrolments.items() if each.duties and who not in drawn.validators)
        return replace(drawn, validators=(others[0], *drawn.validators[1:]))

    monkeypatch.setattr(phases, "draw_roles", chosen)
    made = make(tmp_path)
    monkeypatch.undo()
    code, found = audit(made.base_path, made.content, capsys)
    assert code == 1
    assert parts(found) == ["draw"]
    assert "of validators: the chain has 0x" in found["rounds"][0]["findings"][0]["text"]
    # a file has no states of its own: it is executed up to the block that does not come out
    code, found = audit(made.export, made.content, capsys)
    assert (code, found["rounds"]) == (1, [])
    assert "is not what execution gives" in found["broken"]


# What cannot be audited


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--task", "0", "--round", "9"], "round 9 of task 0 is not in the chain"),
        (["--task", "3", "--round", "0"], "round 0 of task 3 is not in the chain"),
    ],
)
def test_a_round_that_is_not_there_is_told_in_a_sentence(
    arguments: Sequence[str], sentence: str, honest: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["round", "audit", str(honest.export), *arguments]) == 1
    assert sentence in capsys.readouterr().err


def test_sources_that_are_none_are_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no chain")
    for source in (tmp_path / "empty", tmp_path / "text", tmp_path / "missing", "ws://127.0.0.1:1"):
        assert main(["round", "audit", str(source)]) == 1
        shown = capsys.readouterr()
        assert (shown.out, shown.err.count("\n")) == ("", 1)


def test_a_round_without_its_task_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["round", "audit", "x", "--round", "1"]) == 2
    assert "--round needs --task" in capsys.readouterr().err


# Parts


def artifact_in(made: Made, which: str) -> Artifact:
    """One of the first round's artifacts."""
    from node_cli.round_audit.recorded import of_file
    from node_cli.round_audit.replaying import runtime_after
    from runtime.dev import runtime_factory

    chain = of_file(made.export, runtime_factory())
    runtime: DevRuntime = runtime_after(chain, chain.head)
    rounds = runtime.federated_round
    found = {
        "update": rounds.updates.get((0, 0, clients_of(7)[0].account)),
        "model": getattr(rounds.agreed_aggregate.get((0, 0)), "model", None),
        "test": rounds.test_sets.get((0, 0)),
    }[which]
    assert isinstance(found, Artifact)
    return found


def holds(path: Path, made: Made, artifact: Artifact) -> bool:
    """Whether a file has exactly the artifact's bytes."""
    return path.stat().st_size == artifact.size and path.read_bytes() == made.store().get(artifact.cid.decode())
