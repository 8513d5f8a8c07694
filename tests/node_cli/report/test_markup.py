"""Plain strings never become markup."""

from __future__ import annotations

from html import unescape
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from node_cli.report.markup import Markup, element, joined, table

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))


@given(TEXT, TEXT)
def test_text_and_attributes_come_back_as_they_went_in(text: str, attribute: str) -> None:
    found = ElementTree.fromstring(element("p", text, title=attribute))
    assert (found.text or "") == text
    assert found.get("title") == attribute


def test_markup_inside_markup_is_not_escaped_again() -> None:
    assert element("p", element("b", "a & b"), " < c") == "<p><b>a &amp; b</b> &lt; c</p>"


def test_attributes_lose_a_trailing_underscore_get_hyphens_or_are_left_out() -> None:
    shown = element("text", "x", class_="of", text_anchor="end", x=1.50, y=2.0, width=3, id=None)
    assert shown == '<text class="of" text-anchor="end" x="1.5" y="2" width="3">x</text>'


def test_elements_without_content_have_no_end() -> None:
    assert element("line", x1=1) == '<line x1="1"/>'
    assert element("span") == "<span></span>"


@given(st.lists(TEXT))
def test_joined_strings_are_all_escaped(texts: list[str]) -> None:
    shown = joined(texts)
    assert isinstance(shown, Markup)
    assert unescape(shown) == "".join(texts)
    assert "<" not in shown


def test_the_first_cell_of_a_row_is_its_heading() -> None:
    shown = table(["who", "what"], [["<a>", "1"], ["b", "2"]])
    assert '<th scope="row">&lt;a&gt;</th><td>1</td>' in shown
    assert shown.count("<tr>") == 3
