"""What several sections are made of."""

from __future__ import annotations

from node_cli.report.markup import Content, Markup, element, joined
from node_cli.scenario.outcome import Outcome, PartyResult
from node_cli.units import tokens

FEW = 3
"""Classes that share one bar; more have one each."""


def section(heading: str, *content: Content) -> Markup:
    """A question with its answer."""
    return element("section", element("h2", heading), *content)


def tile(what: str, figure: Content, than: str) -> Markup:
    """A box with one figure, and what to hold it against."""
    return element(
        "div",
        element("p", what, class_="what"),
        element("p", figure, class_="figure"),
        element("p", than, class_="than"),
        class_="tile",
    )


def shown(outcome: Outcome, figure: float | None) -> str:
    """A figure without its unit."""
    return "—" if figure is None else f"{figure:.{outcome.measure.decimals}f}"


def rows_heading(outcome: Outcome) -> str:
    """What stands over the mixes of classes."""
    if not outcome.class_names:
        return "rows"
    names = outcome.class_names
    return "rows: " + (" + ".join(names) if len(names) <= FEW else f"{names[0]} to {names[-1]}")


def mix_of(party: PartyResult) -> Markup:
    """A bar of the classes, or a bar for each, or the number of rows."""
    if not party.classes:
        return joined((f"{party.rows:,}",))
    if len(party.classes) > FEW:
        most = max(party.classes)
        columns = [element("span", style=f"height:{100 * count / most:.0f}%") for count in party.classes]
        return element("span", *columns, class_="bars", title=" + ".join(map(str, party.classes)))
    parts = [element("span", style=f"width:{100 * count / party.rows:.1f}%") for count in party.classes]
    text = " + ".join(map(str, party.classes))
    return element("span", element("span", *parts, class_="mix", title=text), element("span", text, class_="kind"))


def bar_of(share: float, kind: str, direction: str = "") -> Markup:
    """A lane, so much of it filled."""
    bar = element("span", class_=f"bar {kind}", style=f"width:{100 * share:.1f}%") if share else Markup()
    return element("span", bar, class_=f"lane {direction}".strip())


def slashed(planck: int) -> Markup:
    """An amount that somebody lost; nothing where that is nothing."""
    return element("span", tokens(planck), class_="bad") if planck else Markup()
