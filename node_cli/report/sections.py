"""The sections of the page: one for each question that a person has."""

from __future__ import annotations

from collections.abc import Iterable

from node_cli import verdicts
from node_cli.report.confusions import confusion_picture
from node_cli.report.curves import curves
from node_cli.report.markup import Content, Markup, element, joined, table
from node_cli.report.parts import bar_of, mix_of, rows_heading, section, shown, slashed, tile
from node_cli.report.timeline import timeline
from node_cli.scenario.outcome import AccountResult, LessonResult, Outcome, Payment, RoundResult, in_order
from node_cli.units import hexadecimal, milliseconds, percent, signed_tokens, size, tokens


def tiles(outcome: Outcome) -> Markup:
    """The answers in four boxes."""
    cpu = sum(worker.cpu_seconds for worker in outcome.workers)
    chain = outcome.chain
    fees = sum(call.fee for call in chain.calls)
    boxes = [_model_tile(outcome, lesson) for lesson in outcome.lessons]
    boxes += [_money_tile(outcome)]
    boxes += [
        tile(
            "Cost",
            f"{chain.blocks} blocks",
            f"{size(chain.size)}, {tokens(fees, 3)} tokens of fees, {cpu:.1f} s of processor time off chain",
        )
    ]
    return element("div", *boxes, class_="tiles")


def quality(outcome: Outcome) -> Markup:
    """How good is the shared model?"""
    drawings = [
        element(
            "figure",
            element("h3", lesson.title.capitalize()),
            curves(outcome, lesson),
            element("figcaption", verdicts.quality(outcome, lesson)),
        )
        for lesson in outcome.lessons
    ]
    lessons = outcome.lessons
    rows: list[Iterable[Content]] = [
        [
            element("strong", f"all {outcome.nouns[1]} together"),
            "",
            *(element("strong", shown(outcome, each.shared)) for each in lessons),
        ]
    ]
    for number, party in enumerate(outcome.parties):
        name = joined((f"{party.name} alone", element("span", party.kind, class_="kind")))
        cells = [_against(outcome, lesson, number) for lesson in lessons]
        rows.append([name, mix_of(party), *cells])
    rows.append(["all rows in one place", "", *(shown(outcome, each.baselines.pooled.figures[-1]) for each in lessons)])
    told = [each.baselines.pooled_as_told for each in lessons]
    if all(told):
        figures = [shown(outcome, None if each is None else each.figures[-1]) for each in told]
        rows.append(["all rows in one place, labels as told", "", *figures])
    rows.append(
        ["nothing: the best constant answer", "", *(shown(outcome, each.baselines.constant) for each in lessons)]
    )
    measure = outcome.measure
    note = (
        f"{measure.name.capitalize()} in {measure.unit} on the final test set. A baseline gets the work of all: as "
        "many trees as all parties together are asked for, as many epochs as each of them. A full dot is a model "
        "that was published, a hollow one a model that improved too little."
    )
    headings = ["trained on the rows of", rows_heading(outcome), *(lesson.name for lesson in lessons)]
    return section(
        "How good is the shared model?",
        element("div", *drawings, class_="pair"),
        table(headings, rows),
        element("p", note, class_="muted"),
    )


def confusion(outcome: Outcome) -> Markup:
    """What is taken for what? Nothing where answers are values."""
    pictures = [picture for lesson in outcome.lessons for picture in _pictures(outcome, lesson)]
    if not pictures:
        return Markup()
    note = "A row for each actual class, a column for each answer: counts on the final test set."
    return section(
        "What is taken for what?",
        *(element("p", verdict) for lesson in outcome.lessons if (verdict := verdicts.confusion(outcome, lesson))),
        element("div", *pictures, class_="pictures"),
        element("p", note, class_="muted"),
    )


def _pictures(outcome: Outcome, lesson: LessonResult) -> list[Markup]:
    """The shared model's confusion, and that of the best party alone."""
    best = outcome.best_alone(lesson)
    titles = (f"{lesson.title.capitalize()}, together", f"{lesson.title.capitalize()}, {best.name} alone")
    return [
        element("figure", element("h3", title), confusion_picture(found, outcome.class_names, f"Confusion: {title}"))
        for title, found in zip(titles, (lesson.confusion, best.confusion), strict=True)
        if found is not None
    ]


def rounds(outcome: Outcome) -> Markup:
    """What happened in the rounds?"""
    rows = [
        [
            f"Round {each.name}, {lesson.name}",
            f"{each.first}–{each.last}",
            verdicts.improvement(each),
            f"+{percent(each.threshold)}",
            _badge(each),
            f"{each.content}, {size(each.size)}" if each.content else "",
            tokens(sum(payment.paid for payment in each.payments)),
            slashed(sum(payment.slashed for payment in each.payments)),
        ]
        for lesson, each in in_order(outcome)
    ]
    headings = ("", "blocks", "on its test set", "needed", "outcome", "model", "paid", "slashed")
    return section(
        "What happened in the rounds?",
        element("figure", timeline(outcome)),
        table(headings, rows),
        element("p", verdicts.vote(outcome)),
        element("h3", "Who did what in each round"),
        *(_round_details(lesson, each) for lesson in outcome.lessons for each in lesson.all_rounds),
    )


def money(outcome: Outcome) -> Markup:
    """Who earned and who lost what, and why?"""
    lost = max((account.slashed + account.forfeited for account in outcome.accounts), default=0)
    most = max((account.earned for account in outcome.accounts), default=0)
    rows = [
        [
            joined((account.name, element("span", account.part, class_="kind"))),
            slashed(account.slashed + account.forfeited),
            _both_ways(account, max(most, 2 * lost) or 1),
            tokens(account.earned) if account.earned else "",
            tokens(account.fees, 3),
            element("span", signed_tokens(account.net), class_="good" if account.net > 0 else "bad"),
            tokens(account.stake, 0) if account.stake else "",
            str(account.reputation) if account.stake else "",
            element("span", verdicts.why(account), class_="words"),
        ]
        for account in outcome.accounts
    ]
    why = element("span", "why", class_="words")
    headings = ("", "lost", "", "earned", "fees", "net", "stake", "reputation", why)
    return section(
        "Who earned and who lost what, and why?",
        element("p", verdicts.money(outcome)),
        *(element("p", sentence) for sentence in verdicts.liars(outcome)),
        table(headings, rows),
        element("p", "In tokens. Net is what an account has more than at first, its stake included.", class_="muted"),
    )


def chain_cost(outcome: Outcome) -> Markup:
    """What did it cost on chain?"""
    calls = sorted(outcome.chain.calls, key=lambda call: -call.ref_time)
    most = max((call.ref_time for call in calls), default=0) or 1
    rows = [
        [
            element("code", call.call),
            str(call.count) + (f" ({call.failed} failed)" if call.failed else ""),
            bar_of(call.ref_time / most, "shared"),
            milliseconds(call.ref_time),
            f"{call.ref_time / call.count / 10**9:.2f}",
            f"{call.size:,}",
            tokens(call.fee, 4),
        ]
        for call in calls
    ]
    headings = ("call", "calls", "", "weight, ms", "ms a call", "bytes", "fee, tokens")
    return section("What did it cost on chain?", element("p", verdicts.on_chain(outcome)), table(headings, rows))


def worker_cost(outcome: Outcome) -> Markup:
    """What did it cost off chain?"""
    most = max((worker.cpu_seconds for worker in outcome.workers), default=0.0) or 1.0
    rows = [
        [
            joined((worker.name, element("span", worker.part, class_="kind"))),
            bar_of(worker.cpu_seconds / most, "shared"),
            f"{worker.cpu_seconds:.3f} s",
            str(worker.runs),
            str(worker.host_calls),
            size(worker.stored),
            size(worker.fetched),
            str(worker.transactions),
        ]
        for worker in outcome.workers
    ]
    headings = ("", "", "processor time", "runs", "host calls", "stored", "fetched", "transactions")
    return section("What did it cost off chain?", element("p", verdicts.off_chain(outcome)), table(headings, rows))


def head(outcome: Outcome, blocks: str) -> Markup:
    """Which chain is this, and how can it be checked?"""
    terms = {
        "Head": str(outcome.head.number),
        "Hash": hexadecimal(outcome.head.hash),
        "State root": hexadecimal(outcome.head.state_root),
        "Genesis": hexadecimal(outcome.genesis),
        "Seed": str(outcome.seed),
    }
    listed = [joined((element("dt", name), element("dd", element("code", value)))) for name, value in terms.items()]
    command = f"palletlab replay {blocks} --expect {hexadecimal(outcome.head.hash)}"
    return section(
        "Which chain is this, and how can it be checked?",
        element("dl", *listed),
        element("p", "Another process executes every block again and finds the same head:"),
        element("pre", element("code", command)),
    )


def _model_tile(outcome: Outcome, lesson: LessonResult) -> Markup:
    measure = outcome.measure
    best, pooled = outcome.best_alone(lesson), lesson.baselines.pooled.figures[-1]
    shared = "none" if lesson.shared is None else measure.show(lesson.shared)
    than = (
        f"{measure.show(best.figures[-1])} the best {outcome.nouns[0]} alone, "
        f"{measure.show(pooled)} with all rows in one place"
    )
    return tile(lesson.title.capitalize(), shared, than)


def _money_tile(outcome: Outcome) -> Markup:
    liars = [account for account in outcome.accounts if not account.is_honest]
    if liars:
        lost = sum(each.slashed + each.forfeited for each in liars)
        earned = sum(each.earned for each in liars)
        names = ", ".join(each.name for each in liars)
        figure = element("span", f"{signed_tokens(-lost, 0)} tokens", class_="bad")
        return tile(
            f"{names}, dishonest",
            figure,
            f"of stake and deposits are gone, {tokens(earned) if earned else 'nothing'} earned",
        )
    earned = sum(account.earned for account in outcome.accounts)
    return tile(
        "Paid for work",
        f"{tokens(earned, 0)} tokens",
        f"to {outcome.nouns[1]} by contribution, to laboratories by agreement",
    )


def _against(outcome: Outcome, lesson: LessonResult, number: int) -> Markup:
    """Red where the party alone is better than the shared model."""
    figure = lesson.baselines.alone[number].figures[-1]
    is_beaten = lesson.shared is not None and outcome.measure.is_better(lesson.shared, figure)
    return element("span", shown(outcome, figure), class_=None if is_beaten else "bad")


def _badge(result: RoundResult) -> Markup:
    return element("span", result.outcome, class_=f"badge {'good' if result.is_published else 'bad'}")


def _both_ways(account: AccountResult, most: int) -> Markup:
    """What was slashed to the left, what was earned to the right; the left lane is half as long."""
    slashed, earned = 2 * (account.slashed + account.forfeited) / most, account.earned / most
    return element("span", bar_of(slashed, "bad", "back"), bar_of(earned, "good"), class_="lanes")


def _round_details(lesson: LessonResult, result: RoundResult) -> Markup:
    headings = ("", "role", "contribution", "alone", "paid", "slashed", element("span", "why", class_="words"))
    rows = [_payment_row(payment) for payment in result.payments]
    summary = f"Round {result.name}, {lesson.name}: {result.outcome}"
    return element("details", element("summary", summary), table(headings, rows))


def _payment_row(payment: Payment) -> list[Content]:
    return [
        payment.name,
        payment.role,
        "" if payment.contribution is None else f"{payment.contribution / 10_000:+.2f} %".replace("-", "−"),
        "" if payment.solo is None else percent(payment.solo),
        tokens(payment.paid) if payment.paid else "",
        slashed(payment.slashed),
        element("span", payment.because, class_="words"),
    ]
