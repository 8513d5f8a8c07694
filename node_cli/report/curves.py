"""Curves: how good the shared model is after each round, beside every party alone and all rows in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node_cli.report.markup import Markup, element, joined
from node_cli.report.scale import Scale, padded, spread, ticks
from node_cli.scenario.outcome import LessonResult, Outcome
from node_cli.units import percent

WIDTH, HEIGHT = 560, 400
LEFT, RIGHT, TOP, BOTTOM = 40, 164, 24, 48
LABEL_DISTANCE = 16

FAR = frozenset({"liar", "undefended"})
"""Lines that may lie so far away that the others would look alike."""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve with its label; None where there is no figure. `of`: its class in the sheet."""

    label: str
    of: str
    figures: tuple[float | None, ...]


def curves(outcome: Outcome, lesson: LessonResult) -> Markup:
    """The drawing of one lesson."""
    lines = _lines(outcome, lesson)
    rounds = len(lesson.rounds)
    across = Scale(1, rounds, LEFT + 14, WIDTH - RIGHT - 14)
    low, high = padded(_ranged(outcome, lesson))
    upward = Scale(low, high, HEIGHT - BOTTOM, TOP)
    description = f"{outcome.measure.name} of the {lesson.title} by round"
    return element(
        "svg",
        element("title", description),
        _axes(outcome, rounds, across, upward),
        _vote(outcome, lesson, across),
        joined(_drawn(line, across, upward) for line in lines),
        _models(outcome, lesson, across, upward),
        _labels(outcome, lines, upward),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=description,
    )


def _lines(outcome: Outcome, lesson: LessonResult) -> list[Line]:
    """The shared model's line last, so that it lies above the others."""
    honest = {party.name: party.is_honest for party in outcome.parties}
    alone = [
        Line(f"{each.name} alone", "alone" if honest[each.name] else "liar", each.figures)
        for each in lesson.baselines.alone
    ]
    pooled = Line("all rows", "pooled", lesson.baselines.pooled.figures)
    together = Line("together", "shared", tuple(each.shared for each in lesson.rounds))
    if lesson.undefended is None:
        return [*alone, pooled, together]
    return [*alone, pooled, Line(lesson.undefended.name, "undefended", lesson.undefended.figures), together]


def _ranged(outcome: Outcome, lesson: LessonResult) -> list[float]:
    """The figures that must be within the drawing."""
    lines = [figure for line in _lines(outcome, lesson) if line.of not in FAR for figure in line.figures]
    candidates = [each.candidate for each in lesson.rounds]
    return [figure for figure in (*lines, *candidates) if figure is not None]


def _axes(outcome: Outcome, rounds: int, across: Scale, upward: Scale) -> Markup:
    measure, drawn = outcome.measure, list[Markup]()
    for figure in ticks(upward.low, upward.high):
        y = upward.place(figure)
        drawn.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="axis"))
        text = f"{figure:g}"
        drawn.append(element("text", text, x=LEFT - 8, y=y + 4, text_anchor="end"))
    for number in range(1, rounds + 1):
        x = across.place(number)
        drawn.append(element("text", str(number), x=x, y=HEIGHT - BOTTOM + 18, text_anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    better = "higher is better" if measure.higher_is_better else "lower is better"
    drawn.append(
        element("text", f"round (upward: {measure.unit}, {better})", x=middle, y=HEIGHT - 6, text_anchor="middle")
    )
    return joined(drawn)


def _vote(outcome: Outcome, lesson: LessonResult, across: Scale) -> Markup:
    """Where the alliance changed the threshold: between the last round before and the first one after."""
    referendum = outcome.referendum
    before = sum(each.first <= referendum.enacted for each in lesson.rounds)
    if before == len(lesson.rounds):
        return Markup()
    x = across.place(before + 0.5)
    text = f"vote: {percent(referendum.before)} → {percent(referendum.after)}"
    return joined(
        (
            element("line", x1=x, x2=x, y1=TOP - 4, y2=HEIGHT - BOTTOM, class_="vote"),
            element("text", text, x=x, y=TOP - 9, text_anchor="middle"),
        )
    )


def _drawn(line: Line, across: Scale, upward: Scale) -> Markup:
    points = [
        f"{across.place(number):.1f},{upward.place(figure):.1f}"
        for number, figure in enumerate(line.figures, 1)
        if figure is not None and (line.of not in FAR or upward.holds(figure))
    ]
    if len(points) == 1:  # a line of one point would not be seen
        x, y = points[0].split(",")
        return element("line", x1=float(x) - 9, x2=float(x) + 9, y1=float(y), y2=float(y), class_=line.of)
    return element("polyline", points=" ".join(points), class_=line.of) if points else Markup()


def _models(outcome: Outcome, lesson: LessonResult, across: Scale, upward: Scale) -> Markup:
    """A dot for each round's model: full where it was published, hollow where it was not."""
    dots = []
    for each in lesson.rounds:
        if each.candidate is None:
            continue
        what = element("title", f"round {each.number}: {outcome.measure.show(each.candidate)}, {each.outcome}")
        place = {"cx": across.place(each.number), "cy": upward.place(each.candidate), "r": 5.5}
        dots.append(element("circle", what, class_="dot" if each.is_published else "refused", **place))
    return joined(dots)


def _labels(outcome: Outcome, lines: Sequence[Line], upward: Scale) -> Markup:
    """Names at the right ends, moved apart where they would lie on each other."""
    labelled = [(line, line.figures[-1]) for line in lines]
    ends = [(line, figure) for line, figure in labelled if figure is not None]
    places = [upward.place(figure) for _, figure in ends]
    decimals, drawn = outcome.measure.decimals, list[Markup]()
    for (line, figure), y in zip(ends, spread(places, LABEL_DISTANCE, TOP, HEIGHT - BOTTOM), strict=True):
        off = "" if upward.holds(figure) else " ↓" if figure < upward.low else " ↑"
        text = f"{line.label} {figure:.{decimals}f}{off}"
        drawn.append(element("text", text, x=WIDTH - RIGHT + 6, y=y + 4, class_=f"of-{line.of}"))
    return joined(drawn)
