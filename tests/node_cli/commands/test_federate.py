from __future__ import annotations

import json

import pytest

from node_cli.main import main

SMALL = ["federate", "--data", "breast_cancer", "--clients", "30", "--rounds", "2", "--seats", "4", "--jobs", "1"]
HERE = [*SMALL, "--backend", "sequential"]


def test_the_same_seed_gives_the_same_json(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--partition", "dirichlet:0.3", "--attack", "label-flip", "--attackers", "20", "--json"]
    assert main([*HERE, *options]) == 0
    first = capsys.readouterr().out
    assert main([*SMALL, "--backend", "threading", *options]) == 0
    assert capsys.readouterr().out == first
    found = json.loads(first)
    assert [each["number"] for each in found["rounds"]] == [0, 1]
    assert found["lottery"]["draws"] == 200


def test_a_person_reads_rounds_earnings_and_the_bias(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*HERE, "--strategy", "forest"]) == 0
    told = capsys.readouterr().out
    assert "An honest client that was drawn earned" in told
    assert "the richest" in told


@pytest.mark.parametrize("strategy", ["fedprox", "scaffold", "qfedavg"])
def test_strategies_with_a_part_at_the_client_are_played(strategy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*HERE, "--strategy", strategy, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["rounds"]
    assert first["before"] < first["after"]
    assert second["number"] == 1


def test_wrong_usage_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*HERE, "--strategy", "fedmax"]) == 2
    assert main([*HERE, "--strategy", "fedavg", "--attack", "seed-grinding"]) == 2
    assert "cannot be done to fedavg" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*HERE, "--partition", "iid"])
    assert main([*HERE, "--partition", "shards:900"]) == 1
