"""What came of the acts besides the rounds: one section each."""

from __future__ import annotations

from node_cli.report.drawings import bisection, spent
from node_cli.report.markup import Content, Markup, element, joined, table
from node_cli.report.parts import section
from node_cli.scenario.outcome import Exhibit, Outcome, Sheet


def exhibits(outcome: Outcome) -> Markup:
    """The sections, in the order of the acts."""
    return joined(map(_exhibit, outcome.exhibits))


def _exhibit(exhibit: Exhibit) -> Markup:
    sentences = (element("p", sentence) for sentence in exhibit.sentences)
    drawings = [element("figure", element("h3", each.title), bisection(each)) for each in exhibit.disputes]
    if exhibit.spendings:
        drawings.append(element("figure", spent(exhibit.spendings)))
    drawn = element("div", *drawings, class_="pair") if drawings else Markup()
    return section(exhibit.question, *sentences, drawn, *map(_sheet, exhibit.sheets))


def _sheet(sheet: Sheet) -> Markup:
    headings = [sheet.headings[0], *map(_words, sheet.headings[1:])]
    drawn = table(headings, ([row[0], *map(_words, row[1:])] for row in sheet.rows), class_="acts")
    return joined((element("h3", sheet.caption), drawn)) if sheet.caption else drawn


def _words(text: str) -> Content:
    """A cell that stands at its left; hashes and identifiers break wherever they must."""
    return element("span", text, class_="words")
