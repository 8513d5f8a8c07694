"""Acts have sections of their own, whose cells are text."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from node_cli.report.exhibits import exhibits
from tests.node_cli.report.outcomes import LIAR, outcome

SHOWN = ElementTree.fromstring(f"<body>{exhibits(outcome())}</body>")


def test_an_act_is_a_section_with_its_question_its_answer_and_its_tables() -> None:
    (section,) = SHOWN.iter("section")
    assert [heading.text for heading in section.iter("h2")] == ["Who broke the <barometer>?"]
    assert [paragraph.text for paragraph in section.iter("p")] == ["Nobody & everybody."]
    assert [heading.text for heading in section.iter("h3")] == ["Round 1, <b>", "How it went"]
    assert len(list(section.iter("svg"))) == 2


def test_every_cell_stands_in_its_row() -> None:
    rows = [["".join(cell.itertext()) for cell in row] for row in SHOWN.iter("tr")]
    assert rows == [["block", "who", "what"], ["3", LIAR, "fell"], ["4", "Beta", "saw"]]


def test_where_nothing_else_was_played_there_is_no_section() -> None:
    assert exhibits(replace(outcome(), exhibits=())) == ""
