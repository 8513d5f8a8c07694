"""What acts draw: how a dispute narrows down to one step, and how what is spent of privacy grows."""

from __future__ import annotations

from collections.abc import Sequence

from node_cli.report.markup import Markup, element, joined
from node_cli.report.scale import Scale, spread, ticks
from node_cli.scenario.outcome import DisputeResult, Narrowing, Spending

WIDTH = 560
LEFT, RIGHT = 14, 156
LANE, BAR = 34, 16
NARROWEST = 3
"""Of a part of the steps that would not be seen otherwise."""

HEIGHT, TOP, BOTTOM = 260, 16, 46
LABEL_DISTANCE = 16


def bisection(dispute: DisputeResult) -> Markup:
    """A lane for each move: the steps from left to right, and those that the sides disagree about."""
    description = f"How the dispute of {dispute.title} was narrowed down"
    across = Scale(0, 1, LEFT, WIDTH - RIGHT)
    lanes = len(dispute.narrowings) + (dispute.executed is not None)
    return element(
        "svg",
        element("title", description),
        joined(_lane(narrowing, place, across) for place, narrowing in enumerate(dispute.narrowings)),
        _execution(dispute, across),
        viewBox=f"0 0 {WIDTH} {lanes * LANE + 8}",
        role="img",
        aria_label=description,
    )


def _lane(narrowing: Narrowing, place: int, across: Scale) -> Markup:
    y = place * LANE + 8
    start, end = _ends(narrowing, across)
    steps = 1 << narrowing.height
    text = f"{steps:,} step{'s' * (steps > 1)}, block {narrowing.block}"
    whole = element("rect", x=across.start, y=y, width=across.end - across.start, height=BAR, rx=3, class_="chapter")
    part = element("rect", x=start, y=y, width=end - start, height=BAR, rx=2, class_="disputed")
    return joined((whole, part, element("text", text, x=WIDTH - RIGHT + 8, y=y + BAR - 3)))


def _execution(dispute: DisputeResult, across: Scale) -> Markup:
    """The step that the chain executed, below the last lane."""
    if dispute.executed is None or not dispute.narrowings:
        return Markup()
    y = len(dispute.narrowings) * LANE + 8
    start, end = _ends(dispute.narrowings[-1], across)
    middle = (start + end) / 2
    text = f"executed, block {dispute.executed}"
    return joined(
        (
            element("line", x1=middle, x2=middle, y1=y - LANE + BAR, y2=y + 2, class_="vote"),
            element("circle", cx=middle, cy=y + BAR / 2, r=6, class_="dot"),
            element("text", text, x=WIDTH - RIGHT + 8, y=y + BAR - 3, class_="of-shared"),
        )
    )


def _ends(narrowing: Narrowing, across: Scale) -> tuple[float, float]:
    parts = 1 << (narrowing.depth - narrowing.height)
    start, end = across.place(narrowing.place / parts), across.place((narrowing.place + 1) / parts)
    return min(start, across.end - NARROWEST), max(end, start + NARROWEST)


def spent(spendings: Sequence[Spending]) -> Markup:
    """A curve for each party; those that have spent the same lie on each other, and share a label."""
    rounds = max(len(spending.epsilons) for spending in spendings)
    most = max(each for spending in spendings for each in spending.epsilons) or 1.0
    across = Scale(0, rounds, LEFT + 34, WIDTH - RIGHT - 14)
    upward = Scale(0, most, HEIGHT - BOTTOM, TOP)
    description = "What the rounds with noise have cost each party, as epsilon, by round"
    return element(
        "svg",
        element("title", description),
        joined(_grid(upward)),
        joined(
            element("text", str(number), x=across.place(number), y=HEIGHT - BOTTOM + 18, text_anchor="middle")
            for number in range(rounds + 1)
        ),
        element("text", "after round (upward: ε)", x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 6, text_anchor="middle"),
        joined(_line(spending, across, upward) for spending in spendings),
        joined(_names(spendings, upward)),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=description,
    )


def _grid(upward: Scale) -> list[Markup]:
    drawn = []
    for figure in ticks(upward.low, upward.high, 4):
        y = upward.place(figure)
        drawn.append(element("line", x1=LEFT + 34, x2=WIDTH - RIGHT, y1=y, y2=y, class_="axis"))
        drawn.append(element("text", f"{figure:g}", x=LEFT + 26, y=y + 4, text_anchor="end"))
    return drawn


def _line(spending: Spending, across: Scale, upward: Scale) -> Markup:
    figures = (0.0, *spending.epsilons)
    points = " ".join(f"{across.place(number):.1f},{upward.place(figure):.1f}" for number, figure in enumerate(figures))
    return element("polyline", points=points, class_="shared")


def _names(spendings: Sequence[Spending], upward: Scale) -> list[Markup]:
    """The ends, each once: names where a few have it, their number where many have."""
    by_end: dict[str, list[str]] = {}
    ends: dict[str, float] = {}
    for spending in spendings:
        text = f"{spending.epsilons[-1]:.1f}"
        by_end.setdefault(text, []).append(spending.name)
        ends[text] = spending.epsilons[-1]
    places = spread([upward.place(ends[text]) for text in by_end], LABEL_DISTANCE, TOP, HEIGHT - BOTTOM)
    return [
        element("text", f"{names[0] if len(names) == 1 else f'{len(names)} parties'} {text}", x=WIDTH - RIGHT, y=y + 4)
        for (text, names), y in zip(by_end.items(), places, strict=True)
    ]
