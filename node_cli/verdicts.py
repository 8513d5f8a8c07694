"""An outcome in sentences, made of its figures: what stands under tables and at the head of a page."""

from __future__ import annotations

from node_cli.scenario.confusion import Confusion
from node_cli.scenario.outcome import AccountResult, LessonResult, Outcome, RoundResult
from node_cli.units import milliseconds, percent, signed_tokens, size, tokens


def quality(outcome: Outcome, lesson: LessonResult) -> str:
    """How good the shared model is against every party alone and all rows in one place."""
    measure, shared = outcome.measure, lesson.shared
    if shared is None:
        return f"No {lesson.title} was published."
    best, parties = outcome.best_alone(lesson), f"{len(lesson.baselines.alone)} {outcome.nouns[1]}"
    pooled = lesson.baselines.pooled.figures[-1]
    beaten, rest = outcome.beaten(lesson), again(lesson) + defence(outcome, lesson)
    return (
        f"The {lesson.title} reaches {measure.show(shared)}: better than {beaten} of {parties} alone "
        f"(the best of them, {best.name}: {measure.show(best.figures[-1])}); "
        f"with all rows in one place it would be {measure.show(pooled)}. {rest}".rstrip()
    )


def again(lesson: LessonResult) -> str:
    """Which rounds stand no more as they were; nothing where all do."""
    if not lesson.again:
        return ""
    numbers = " and ".join(str(each.number) for each in lesson.again)
    return f"What it had learnt in round {numbers} was learnt again without data that were erased. "


def defence(outcome: Outcome, lesson: LessonResult) -> str:
    """What the lesson's rule kept the attackers from; nothing where it is the plain mean."""
    if lesson.undefended is None or lesson.shared is None:
        return ""
    plain = outcome.measure.show(lesson.undefended.figures[-1])
    return f"Joined by the plain mean, the same updates and attackers would leave it at {plain}."


def confusion(outcome: Outcome, lesson: LessonResult) -> str:
    """The most frequent mistake of the shared model, and of the best party alone; nothing where answers are values."""
    best = outcome.best_alone(lesson)
    if lesson.confusion is None or best.confusion is None:
        return ""
    together, alone = (_mistake(outcome, each) for each in (lesson.confusion, best.confusion))
    return f"The {lesson.title} takes {together}, its most frequent mistake; {best.name} alone takes {alone}."


def _mistake(outcome: Outcome, found: Confusion) -> str:
    actual, answered = found.worst()
    names = outcome.class_names
    return f"{names[actual]} for {names[answered]} in {100 * found.share(actual, answered):.1f} % of cases"


def money(outcome: Outcome) -> str:
    """What went to whom, in all."""
    earned = sum(account.earned for account in outcome.accounts)
    slashed = sum(account.slashed for account in outcome.accounts)
    fees = sum(account.fees for account in outcome.accounts)
    return (
        f"{tokens(earned)} tokens were paid for work, {tokens(slashed)} were slashed, "
        f"{tokens(fees, 4)} went into transaction fees."
    )


def liars(outcome: Outcome) -> list[str]:
    """What became of those who lied."""
    return [_liar(account) for account in outcome.accounts if not account.is_honest]


def _liar(account: AccountResult) -> str:
    earned = f"earned {tokens(account.earned)} tokens" if account.earned else "earned nothing"
    lost = f"lost {tokens(account.slashed)} of its stake" if account.slashed else "lost no stake"
    if account.forfeited:
        lost += f", and {tokens(account.forfeited)} of deposits"
    left = f"{tokens(account.stake)} tokens at stake and a reputation of {account.reputation} are left"
    return f"{account.name} {account.deed}: it {earned} and {lost}; {left}."


def vote(outcome: Outcome) -> str:
    """What the alliance decided."""
    found = outcome.referendum
    return (
        f"The alliance lowered the improvement that pays from {percent(found.before)} to {percent(found.after)} "
        f"with {found.ayes} to {found.nays} votes; it holds from block {found.enacted}."
    )


def on_chain(outcome: Outcome) -> str:
    """What the blocks took."""
    chain = outcome.chain
    extrinsics = sum(call.count for call in chain.calls)
    return (
        f"{chain.blocks} blocks with {extrinsics} extrinsics: {milliseconds(chain.ref_time)} ms of reference time with "
        f"all hooks, {size(chain.size)}; the fullest block used {100 * chain.fullest:.1f} % of what it may."
    )


def off_chain(outcome: Outcome) -> str:
    """What the workers took."""
    cpu = sum(worker.cpu_seconds for worker in outcome.workers)
    stored = sum(worker.stored for worker in outcome.workers)
    fetched = sum(worker.fetched for worker in outcome.workers)
    failures = sum(worker.failures for worker in outcome.workers)
    failed = f", {failures} run{'s' * (failures > 1)} failed" if failures else ""
    return (
        f"The workers used {cpu:.2f} s of processor time, put {size(stored)} into the content store and fetched "
        f"{size(fetched)}{failed}."
    )


def improvement(result: RoundResult) -> str:
    """What a round made of the metric, and what it had to."""
    if result.before is None or result.after is None:
        return "not judged"
    return f"{percent(result.before)} → {percent(result.after)}"


def why(account: AccountResult) -> str:
    """Why an account was paid or not, with how often; or what it paid."""
    reasons = [f"{reason} ×{count}" for reason, count in account.reasons]
    if account.checks:
        reasons.append(f"{'checked' if account.checks > 0 else 'was checked'}, {signed_tokens(account.checks)}")
    if account.forfeited:
        reasons.append(f"forfeited {tokens(account.forfeited)}")
    return ", ".join(reasons) or f"paid {tokens(account.pools)} for the rounds"
