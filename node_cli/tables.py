"""An outcome in the terminal: one table for each question that a person has, then the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from node_cli import verdicts
from node_cli.scenario.outcome import Exhibit, LessonResult, Outcome, in_order
from node_cli.units import hexadecimal, milliseconds, percent, signed_tokens, size, tokens

WIDTH = 118
"""Of the output where no terminal says its own."""

GOOD, BAD, DIM = "green", "red", "dim"


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer: tables, and sentences below them."""

    question: str
    tables: tuple[Table, ...]
    sentences: tuple[str, ...]


def print_outcome(outcome: Outcome, files: Sequence[Path]) -> None:
    """Print all answers, the head, and where the files are; the last of these has the blocks."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    console.print(Text(f"\n{outcome.title}  {outcome.question}.", style="bold"))
    for sentence in outcome.split:
        console.print(sentence, style=DIM)
    for answer in answers(outcome):
        console.print(Text(f"\n{answer.question}", style="bold"))
        for table in answer.tables:
            console.print(table)
        for sentence in answer.sentences:
            console.print(sentence)
    _print_head(console, outcome, files)


def answers(outcome: Outcome) -> list[Answer]:
    """One for each question that a person has."""
    measure = outcome.measure
    return [
        Answer(
            f"How good is the shared model?  {measure.name}, {measure.unit}",
            (quality_table(outcome),),
            tuple(verdicts.quality(outcome, lesson) for lesson in outcome.lessons),
        ),
        *_confusion(outcome),
        Answer("What happened in the rounds?", (rounds_table(outcome),), (verdicts.vote(outcome),)),
        *map(_exhibit, outcome.exhibits),
        Answer(
            "Who earned and who lost what, and why?  tokens",
            (money_table(outcome),),
            (verdicts.money(outcome), *verdicts.liars(outcome)),
        ),
        Answer("What did it cost on chain?", (chain_table(outcome),), (verdicts.on_chain(outcome),)),
        Answer("What did it cost off chain?", (worker_table(outcome),), (verdicts.off_chain(outcome),)),
    ]


def quality_table(outcome: Outcome) -> Table:
    """How good is the shared model?"""
    table = _table()
    table.add_column("trained on")
    for lesson in outcome.lessons:
        table.add_column(lesson.name, justify="right")
    lessons = outcome.lessons
    table.add_row(
        Text("together, each on its own rows", style="bold"),
        *(_figure(outcome, lesson.shared, "bold") for lesson in lessons),
        end_section=True,
    )
    for number, party in enumerate(outcome.parties):
        figures = [lesson.baselines.alone[number].figures[-1] for lesson in lessons]
        cells = [_against(outcome, figure, lesson) for figure, lesson in zip(figures, lessons, strict=True)]
        table.add_row(f"{party.name} alone, {party.kind}", *cells)
    table.add_section()
    table.add_row("all rows in one place", *(_figure(outcome, each.baselines.pooled.figures[-1]) for each in lessons))
    told = [lesson.baselines.pooled_as_told for lesson in lessons]
    if all(each is not None for each in told):
        table.add_row(
            "all rows in one place, labels as told",
            *(_figure(outcome, None if each is None else each.figures[-1]) for each in told),
        )
    table.add_row("nothing: the best constant answer", *(_figure(outcome, each.baselines.constant) for each in lessons))
    return table


def _confusion(outcome: Outcome) -> list[Answer]:
    """What is taken for what? Nothing where answers are values."""
    lessons = [lesson for lesson in outcome.lessons if lesson.confusion is not None]
    if not lessons:
        return []
    sentences = tuple(verdicts.confusion(outcome, lesson) for lesson in lessons)
    return [Answer("What is taken for what?  % of right answers", (confusion_table(outcome, lessons),), sentences)]


def confusion_table(outcome: Outcome, lessons: Sequence[LessonResult]) -> Table:
    """The right answers of each class, of the shared model and of the best party alone."""
    table = _table()
    table.add_column("class")
    columns = []
    for lesson in lessons:
        best = outcome.best_alone(lesson)
        for name, found in (("together", lesson.confusion), (best.name, best.confusion)):
            table.add_column(f"{lesson.name}, {name}", justify="right")
            columns.append(found)
    for place, name in enumerate(outcome.class_names):
        table.add_row(name, *("—" if each is None else f"{100 * each.share(place, place):.1f}" for each in columns))
    return table


def _exhibit(exhibit: Exhibit) -> Answer:
    """What came of an act besides the rounds."""
    tables = []
    for sheet in exhibit.sheets:
        table = _table()
        table.title, table.title_justify = sheet.caption or None, "left"
        for heading in sheet.headings:
            table.add_column(heading)
        for row in sheet.rows:
            table.add_row(*map(Text, row))
        tables.append(table)
    return Answer(exhibit.question, tuple(tables), exhibit.sentences)


def rounds_table(outcome: Outcome) -> Table:
    """What happened in the rounds?"""
    table = _table()
    for heading in ("round", "model"):
        table.add_column(heading)
    for heading in ("blocks", "on its test set", "needed", "paid", "slashed"):
        table.add_column(heading, justify="right")
    table.add_column("outcome")
    before = None
    for lesson, found in in_order(outcome):
        if before is not None and before.name != found.name:
            table.add_section()
        before = found
        table.add_row(
            found.name,
            lesson.name,
            f"{found.first}–{found.last}",
            verdicts.improvement(found),
            f"+{percent(found.threshold)}",
            tokens(sum(payment.paid for payment in found.payments)),
            tokens(sum(payment.slashed for payment in found.payments)),
            Text(found.outcome, style=GOOD if found.is_published else BAD),
        )
    return table


def money_table(outcome: Outcome) -> Table:
    """Who earned and who lost what, and why?"""
    table = _table()
    table.add_column("account")
    for heading in ("earned", "lost", "fees", "net", "stake", "reputation"):
        table.add_column(heading, justify="right")
    table.add_column("why")
    for account in outcome.accounts:
        table.add_row(
            account.name,
            _amount(account.earned, GOOD),
            _amount(account.slashed + account.forfeited, BAD),
            tokens(account.fees, 3),
            Text(signed_tokens(account.net), style=GOOD if account.net > 0 else BAD),
            tokens(account.stake, 0),
            str(account.reputation),
            verdicts.why(account),
        )
    return table


def chain_table(outcome: Outcome) -> Table:
    """What did it cost on chain?"""
    table = _table()
    table.add_column("call")
    for heading in ("calls", "weight, ms", "ms a call", "bytes", "fee, tokens"):
        table.add_column(heading, justify="right")
    calls = sorted(outcome.chain.calls, key=lambda call: -call.ref_time)
    for call in calls:
        failed = f" ({call.failed} failed)" if call.failed else ""
        table.add_row(
            call.call,
            f"{call.count}{failed}",
            milliseconds(call.ref_time),
            f"{call.ref_time / call.count / 10**9:.2f}",
            f"{call.size:,}",
            tokens(call.fee, 4),
        )
    table.add_section()
    table.add_row(
        "all calls",
        str(sum(call.count for call in calls)),
        milliseconds(sum(call.ref_time for call in calls)),
        "",
        f"{sum(call.size for call in calls):,}",
        tokens(sum(call.fee for call in calls), 4),
        style="bold",
    )
    return table


def worker_table(outcome: Outcome) -> Table:
    """What did it cost off chain?"""
    table = _table()
    table.add_column("account")
    for heading in ("runs", "host calls", "CPU, s", "stored", "fetched", "transactions"):
        table.add_column(heading, justify="right")
    for worker in outcome.workers:
        table.add_row(
            worker.name,
            str(worker.runs),
            str(worker.host_calls),
            f"{worker.cpu_seconds:.3f}",
            size(worker.stored),
            size(worker.fetched),
            str(worker.transactions),
        )
    return table


def _print_head(console: Console, outcome: Outcome, files: Sequence[Path]) -> None:
    head, blocks = outcome.head, files[-1]
    console.print()
    console.print(f"Took        {outcome.seconds:.1f} s, seed {outcome.seed}")
    console.print(f"Files       {', '.join(map(str, files))}", soft_wrap=True)
    console.print(f"Replay      palletlab replay {blocks} --expect {hexadecimal(head.hash)}", soft_wrap=True)
    console.print(f"Head        {head.number}")
    console.print(f"Hash        {hexadecimal(head.hash)}")
    console.print(f"State root  {hexadecimal(head.state_root)}")


def _table() -> Table:
    return Table(border_style=DIM)


def _figure(outcome: Outcome, figure: float | None, style: str = "") -> Text:
    return Text("—" if figure is None else f"{figure:.{outcome.measure.decimals}f}", style=style)


def _against(outcome: Outcome, figure: float, lesson: LessonResult) -> Text:
    """Red where the party alone is better than the shared model."""
    is_beaten = lesson.shared is not None and outcome.measure.is_better(lesson.shared, figure)
    return _figure(outcome, figure, "" if is_beaten else BAD)


def _amount(planck: int, style: str) -> Text:
    return Text(tokens(planck) if planck else "", style=style)
