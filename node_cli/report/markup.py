"""Elements as text. Plain strings are escaped wherever they go; only what an element returned is markup already."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset({"br", "circle", "col", "hr", "line", "meta", "polyline", "rect"})
"""Elements that have no content here, and so no end tag."""


class Markup(str):
    """Text that is HTML."""

    __slots__ = ()


Content = str
"""A plain string, or Markup."""

Attribute = str | int | float | None


def element(name: str, *content: Content, **attributes: Attribute) -> Markup:
    """An element. A trailing underscore of an attribute falls away, others are hyphens; None leaves it out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_shown(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID and not content:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{joined(content)}</{name}>")


def joined(content: Iterable[Content]) -> Markup:
    """All content, one after the other; plain strings escaped."""
    return Markup("".join(each if isinstance(each, Markup) else escape(each) for each in content))


def table(headings: Iterable[Content], rows: Iterable[Iterable[Content]], *, class_: str | None = None) -> Markup:
    """A table in a box that scrolls where the page is too narrow; rows whose first cell is a heading of the row."""
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = joined(_row(list(cells)) for cells in rows)
    return element(
        "div", element("table", element("thead", head), element("tbody", body), class_=class_), class_="scrolls"
    )


def _row(cells: list[Content]) -> Markup:
    first = element("th", cells[0], scope="row")
    return element("tr", first, *(element("td", cell) for cell in cells[1:]))


def _shown(value: str | int | float) -> str:
    """Numbers with two decimals at most: more say nothing on a screen."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
