"""The terminal gets what the outcome holds, question by question."""

from __future__ import annotations

from pathlib import Path

import pytest

from node_cli.scenario.telling import Run
from node_cli.tables import WIDTH, answers, print_outcome
from tests.node_cli.report.outcomes import outcome

FILES = [Path("out/report.html"), Path("out/result.json"), Path("out/blocks.msgpack")]


def test_there_is_a_table_with_a_sentence_for_each_question(played: Run) -> None:
    for answer in answers(played.outcome):
        assert answer.question.partition("?")[1] == "?"
        assert all(table.row_count > 0 for table in answer.tables)
        assert answer.tables
        assert answer.sentences


def test_everybody_stands_in_the_tables(played: Run, capsys: pytest.CaptureFixture[str]) -> None:
    print_outcome(played.outcome, FILES)
    shown = capsys.readouterr().out
    for account in played.outcome.accounts:
        assert account.name in shown
    for call in played.outcome.chain.calls:
        assert call.call in shown
    assert f"palletlab replay out/blocks.msgpack --expect 0x{played.outcome.head.hash.hex()}" in shown


def test_names_are_text_and_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    print_outcome(outcome(), FILES)
    shown = capsys.readouterr().out
    assert "Station <b>Gamma</b> & sons" in shown
    assert "No averaged line was published." in shown


def test_tables_fit_the_width_of_a_file(played: Run, capsys: pytest.CaptureFixture[str]) -> None:
    print_outcome(played.outcome, FILES)
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(("Replay", "Files"))]
    assert max(map(len, lines)) <= WIDTH
