"""Confusion as a picture: a row for each actual class, a column for each answer; the stronger, the more often."""

from __future__ import annotations

from collections.abc import Sequence

from node_cli.report.markup import Markup, element, joined
from node_cli.scenario.confusion import Confusion

CELL = 30
LETTER_WIDTH = 8
"""Of a class's name, about."""

TOP, GAP = 44, 8

PIXELS_A_REM = 13
"""At most: the drawing's letters grow no larger than those of the text."""

DARK_FROM = 0.55
"""The share from which a cell is so strong that its number needs the other colour."""


def confusion_picture(confusion: Confusion, class_names: Sequence[str], description: str) -> Markup:
    """The drawing of one model."""
    count = len(class_names)
    longest = LETTER_WIDTH * max(map(len, class_names))
    cell = max(CELL, longest + 2 * GAP)
    left = GAP + 20 + longest
    size = cell * count
    return element(
        "svg",
        element("title", description),
        element("text", "answered", x=left + size / 2, y=14, text_anchor="middle", class_="small"),
        element(
            "text",
            "actual",
            x=12,
            y=TOP + size / 2,
            text_anchor="middle",
            class_="small",
            transform=f"rotate(-90 12 {TOP + size // 2})",
        ),
        joined(_names(class_names, cell, left)),
        joined(_cell(confusion, row, column, cell, left) for row in range(count) for column in range(count)),
        viewBox=f"0 0 {left + size + 2} {TOP + size + 2}",
        class_="confusion",
        style=f"max-width:{(left + size) / PIXELS_A_REM:.1f}rem",
        role="img",
        aria_label=description,
    )


def _names(class_names: Sequence[str], cell: int, left: int) -> list[Markup]:
    drawn = []
    for place, name in enumerate(class_names):
        middle = place * cell + cell / 2
        drawn.append(element("text", name, x=left + middle, y=TOP - GAP, text_anchor="middle"))
        drawn.append(element("text", name, x=left - GAP, y=TOP + middle + 5, text_anchor="end"))
    return drawn


def _cell(confusion: Confusion, row: int, column: int, cell: int, left: int) -> Markup:
    share, count = confusion.share(row, column), confusion.counts[row][column]
    x, y = left + column * cell, TOP + row * cell
    kind = "right" if row == column else "wrong"
    square = element("rect", x=x, y=y, width=cell - 1, height=cell - 1, rx=3, class_="cell")
    if not count:
        return square
    filled = element(
        "rect", x=x, y=y, width=cell - 1, height=cell - 1, rx=3, class_=kind, fill_opacity=max(share, 0.08)
    )
    number = element(
        "text",
        str(count),
        x=x + cell / 2 - 0.5,
        y=y + cell / 2 + 5,
        text_anchor="middle",
        class_="on" if share >= DARK_FROM else "count",
    )
    return joined((square, filled, number))
