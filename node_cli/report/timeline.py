"""The course of the play along its blocks: chapters, and the end of each round of each model."""

from __future__ import annotations

from node_cli.report.markup import Markup, element, joined
from node_cli.report.scale import Scale, ticks
from node_cli.scenario.outcome import Outcome
from node_cli.scenario.stage import Chapter

WIDTH = 1000
BAND_TOP, BAND_HEIGHT = 24, 40
LANE_HEIGHT = 26
LEFT, RIGHT = 70, 10
LETTER_WIDTH = 7
"""Of a label, about."""

SHORTER = {"Referendum": "Vote"}


def timeline(outcome: Outcome) -> Markup:
    """The drawing."""
    across = Scale(1, outcome.head.number + 1, LEFT, WIDTH - RIGHT)
    lanes = BAND_TOP + BAND_HEIGHT + 10
    bottom = lanes + LANE_HEIGHT * len(outcome.lessons)
    return element(
        "svg",
        element("title", "Chapters of the play by block"),
        joined(_chapter(chapter, across) for chapter in outcome.chapters),
        joined(_lane(outcome, place, across, lanes) for place in range(len(outcome.lessons))),
        _blocks(across, bottom),
        viewBox=f"0 0 {WIDTH} {bottom + 26}",
        class_="wide",
        role="img",
        aria_label="Chapters of the play by block",
    )


def _chapter(chapter: Chapter, across: Scale) -> Markup:
    start, end = across.place(chapter.first), across.place(chapter.last + 1)
    kind = chapter.title.split()[0].lower()
    drawn = element(
        "rect",
        element("title", f"{chapter.title}, blocks {chapter.first} to {chapter.last}. {chapter.text}"),
        x=start,
        y=BAND_TOP,
        width=max(end - start - 2, 2),
        height=BAND_HEIGHT,
        rx=4,
        class_=f"chapter {kind}",
    )
    for title in (chapter.title, SHORTER.get(chapter.title, "")):
        if title and len(title) * LETTER_WIDTH < end - start:
            label = element("text", title, x=(start + end) / 2, y=BAND_TOP + BAND_HEIGHT / 2 + 4, text_anchor="middle")
            return joined((drawn, label))
    return drawn


def _lane(outcome: Outcome, place: int, across: Scale, top: float) -> Markup:
    lesson, y = outcome.lessons[place], top + LANE_HEIGHT * (place + 0.5)
    drawn = [
        element("text", lesson.name, x=LEFT - 12, y=y + 4, text_anchor="end"),
        element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="axis"),
    ]
    for each in lesson.all_rounds:
        what = element("title", f"round {each.name} ended in block {each.last}: {each.outcome}")
        kind = "dot" if each.is_published else "refused"
        drawn.append(element("circle", what, cx=across.place(each.last), cy=y, r=6, class_=kind))
    return joined(drawn)


def _blocks(across: Scale, y: float) -> Markup:
    numbers = [int(number) for number in ticks(across.low, across.high, 10)]
    return joined(
        element("text", f"block {number}" if place == 0 else str(number), x=across.place(number), y=y + 18)
        for place, number in enumerate(numbers)
    )
