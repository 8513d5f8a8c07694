"""The whole page."""

from __future__ import annotations

from node_cli.report import sections
from node_cli.report.exhibits import exhibits
from node_cli.report.markup import Markup, element, joined
from node_cli.report.style import SHEET
from node_cli.scenario.outcome import Outcome


def page(outcome: Outcome, blocks: str) -> str:
    """An HTML document that needs nothing else.

    blocks: name of the file beside it that has the chain
    """
    return f"<!DOCTYPE html>\n{element('html', _head(outcome), _body(outcome, blocks), lang='en')}\n"


def _head(outcome: Outcome) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name_="viewport", content_="width=device-width, initial-scale=1"),
        element("title", f"{outcome.title} · palletlab"),
        element("style", Markup(SHEET)),
    )


def _body(outcome: Outcome, blocks: str) -> Markup:
    top = element(
        "header",
        element("p", f"palletlab · {outcome.scenario} · seed {outcome.seed}", class_="eyebrow"),
        element("h1", outcome.title),
        element("p", f"{outcome.question}.", class_="lead"),
        element("ul", *(element("li", sentence) for sentence in outcome.split), class_="split"),
        sections.tiles(outcome),
        element(
            "p", f"Models: {outcome.measure.name} on the final test set, in {outcome.measure.unit}.", class_="muted"
        ),
    )
    middle = element(
        "main",
        sections.quality(outcome),
        sections.confusion(outcome),
        sections.rounds(outcome),
        exhibits(outcome),
        sections.money(outcome),
        sections.chain_cost(outcome),
        sections.worker_cost(outcome),
        sections.head(outcome, blocks),
    )
    bottom = element(
        "footer",
        "Weights are estimated, counts, bytes and hashes exact; processor time is this machine's. "
        f"Made in {outcome.seconds:.1f} s.",
    )
    return element("body", joined((top, middle, bottom)))
