"""A page holds all that the outcome holds, escaped, well formed, and without anything from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from node_cli.report.page import page
from tests.node_cli.report.outcomes import outcome

VOID = {"meta", "br", "hr", "col", "wbr", "img", "link"}


class Reader(HTMLParser):
    """Collects the text that a person sees, and checks that every element ends where it must."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)


def text_of(document: str) -> str:
    reader = Reader()
    reader.feed(document)
    reader.close()
    assert reader.open == []
    return " ".join(reader.texts)


@pytest.fixture(scope="module")
def document() -> str:
    return page(outcome(), "blocks.msgpack")


def test_every_name_and_figure_that_matters_stands_there(document: str) -> None:
    shown, text = outcome(), text_of(document)
    for account in shown.accounts:
        assert account.name in text
    for lesson in shown.lessons:
        assert lesson.title in text
    for call in shown.chain.calls:
        assert call.call in text
    assert shown.head.hash.hex() in text
    assert shown.head.state_root.hex() in text
    assert str(shown.seed) in text


def test_the_drawings_are_well_formed(document: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", document, re.DOTALL)
    assert len(drawings) >= len(outcome().lessons)
    for drawing in drawings:
        ElementTree.fromstring(drawing)


def test_nothing_is_fetched_and_nothing_runs(document: str) -> None:
    assert not re.search(r"<script|javascript:|@import|\bon\w+=|<link|<img|<iframe", document)
    assert not re.search(r"(src|href)=[\"'](?!#)(https?:|//)", document)
    assert "url(http" not in document


def test_a_hostile_name_is_text() -> None:
    hostile = "<script>alert(1)</script>"
    shown = outcome()
    accounts = (replace(shown.accounts[0], name=hostile), *shown.accounts[1:])
    document = page(replace(shown, accounts=accounts, title=hostile), "blocks.msgpack")
    assert hostile not in document
    assert hostile in text_of(document)


def test_the_same_outcome_gives_the_same_page(document: str) -> None:
    assert page(outcome(), "blocks.msgpack") == document
