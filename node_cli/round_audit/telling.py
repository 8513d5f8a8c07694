"""Audits as a person reads them, and as JSON."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from node_cli.round_audit.audited import Audit, Payout
from node_cli.round_audit.sampling import MILLION, Sample
from node_cli.scenario.wording import OUTCOMES, REASONS, ROLES
from node_cli.tables import BAD, DIM, GOOD, WIDTH
from node_cli.units import hexadecimal, percent, tokens

SHOWN = 12
"""Digits of an account in a table."""


def print_audit(audit: Audit) -> None:
    """Print what came of the round, each payout with its reason, and what does not fit."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    span = audit.span
    console.print(Text(f"\nTask {audit.task}, round {audit.number}: {OUTCOMES[audit.outcome]}", style="bold"))
    drawn = "" if span.drawn is None else f", roles drawn in {span.drawn}"
    console.print(f"Blocks {span.first} to {span.last}{drawn}, executed again.", style=DIM)
    if audit.before is not None and audit.after is not None:
        metrics = f"Metric {percent(audit.before, 2)} before, {percent(audit.after, 2)} after"
        console.print(f"{metrics}; {percent(audit.threshold, 4)} are asked for.")
    if audit.sums is not None:
        console.print(_hidden(audit.sums))
    console.print(_sent(audit))
    if audit.payouts:
        console.print(_table(audit))
    if audit.validators is not None:
        console.print(validators_text(audit.validators))
    sums = f"Paid {tokens(audit.paid)} of {tokens(audit.reward)}"
    console.print(f"{sums}; {tokens(audit.refunded)} that nobody earned stay in the owner's pool.")
    for finding in audit.findings:
        console.print(Text(f"✗ {finding.part}: {finding.text}", style=BAD))
    if not audit.findings:
        console.print(Text("✓ Draw, aggregate, metric, contributions and payouts are what the rules give.", style=GOOD))


def as_json(audit: Audit) -> dict[str, object]:
    """The audit with all its digits; amounts in planck, metrics in parts per million."""
    return {
        "task": audit.task,
        "round": audit.number,
        "outcome": audit.outcome.name,
        "blocks": {"first": audit.span.first, "drawn": audit.span.drawn, "last": audit.span.last},
        "sums": None if audit.sums is None else list(audit.sums),
        "validators": None if audit.validators is None else validators_json(audit.validators),
        "bytes": asdict(audit.traffic) | {"uncompressed": audit.uncompressed},
        "metric": {"before": audit.before, "after": audit.after, "threshold": audit.threshold},
        "owner": hexadecimal(audit.owner),
        "reward": audit.reward,
        "paid": audit.paid,
        "refunded": audit.refunded,
        "payouts": [_payout(each) for each in audit.payouts],
        "findings": [{"part": finding.part, "text": finding.text} for finding in audit.findings],
        "fits": not audit.findings,
    }


def validators_text(sample: Sample) -> str:
    """Who judged, by stake, in a sentence."""
    weights, expected, drawn = (
        " / ".join(told)
        for told in (
            [percent(each.weight) for each in sample.classes],
            [f"{each.expected / MILLION:.1f}" for each in sample.classes],
            [str(each.drawn) for each in sample.classes],
        )
    )
    told = f"Validators, from the quarter of the candidates with the least stake up: {weights} of the stake"
    return f"{told}, {expected} seats to be expected, {drawn} drawn."


def validators_json(sample: Sample) -> list[dict[str, int]]:
    """The classes of stake, the least first; weights and expected seats in millionths."""
    return [asdict(each) for each in sample.classes]


def _sent(audit: Audit) -> str:
    """The round's bytes, in a sentence."""
    sent, whole = audit.traffic, audit.uncompressed
    instead = "" if whole is None else f" instead of {whole:,}"
    updates = f"Bytes: {sent.updates:,}{instead} for {sent.clients} updates, {sent.models:,} for the model"
    return f"{updates}, {sent.verdicts:,} on the chain for {sent.validators} verdicts."


def _hidden(sums: tuple[int, ...]) -> str:
    """How updates were hidden, in a sentence."""
    if not sums:
        return "Updates were hidden, and no sum of them was found."
    told = ", ".join(map(str, sums))
    return f"Updates are hidden in sums of {told} clients; worth is of the sum, and paid in it in equal parts."


def verdict_of(payout: Payout) -> str:
    """Earned, slashed, or neither."""
    settlement = payout.settlement
    if settlement.slashed:
        return "slashed"
    return "earned" if settlement.paid else "nothing"


def _payout(payout: Payout) -> dict[str, object]:
    settlement, score = payout.settlement, payout.score
    return {
        "account": hexadecimal(settlement.account),
        "role": settlement.role.name,
        "verdict": verdict_of(payout),
        "reason": settlement.reason.name,
        "because": REASONS[settlement.reason][1],
        "paid": settlement.paid,
        "slashed": settlement.slashed,
        "contribution": None if score is None else score.contribution,
        "solo": None if score is None else score.solo,
    }


def _table(audit: Audit) -> Table:
    table = Table(box=None, pad_edge=False, header_style=DIM)
    for name in ("account", "role", "worth", "paid", "slashed"):
        table.add_column(name, justify="left" if name in ("account", "role") else "right")
    table.add_column("", no_wrap=True)
    table.add_column("because")
    for payout in audit.payouts:
        settlement, score = payout.settlement, payout.score
        table.add_row(
            hexadecimal(settlement.account)[: 2 + SHOWN] + "…",
            ROLES[settlement.role],
            "" if score is None else percent(score.contribution, 2),
            tokens(settlement.paid) if settlement.paid else "",
            tokens(settlement.slashed) if settlement.slashed else "",
            verdict_of(payout),
            REASONS[settlement.reason][1],
        )
    return table
