"""Sentences say what the figures say."""

from __future__ import annotations

from dataclasses import replace

from node_cli import verdicts
from runtime.dev import UNIT
from tests.node_cli.report.outcomes import LIAR, outcome

SHOWN = outcome()


def test_a_model_is_compared_with_the_best_alone_and_with_all_rows() -> None:
    assert verdicts.quality(SHOWN, SHOWN.lessons[0]) == (
        "The merged forest reaches 91.2 %: better than 3 of 3 stations alone (the best of them, Alpha: 72.0 %); "
        "with all rows in one place it would be 95.0 %. "
        "Joined by the plain mean, the same updates and attackers would leave it at 44.0 %."
    )


def test_the_most_frequent_mistakes_of_the_shared_model_and_of_the_best_alone_are_told() -> None:
    assert verdicts.confusion(SHOWN, SHOWN.lessons[0]) == (
        "The merged forest takes cold for warm in 10.0 % of cases, its most frequent mistake; "
        "Alpha alone takes warm for cold in 40.0 % of cases."
    )
    assert verdicts.confusion(SHOWN, SHOWN.lessons[1]) == ""


def test_a_model_that_was_never_published_is_not_compared() -> None:
    assert verdicts.quality(SHOWN, SHOWN.lessons[1]) == "No averaged line was published."


def test_what_became_of_a_liar_is_told() -> None:
    assert verdicts.liars(SHOWN) == [
        f"{LIAR} told it the wrong way round: it earned nothing and lost 50.00 of its stake; "
        "50.00 tokens at stake and a reputation of 100 are left."
    ]


def test_money_the_vote_and_the_costs_are_added_up() -> None:
    assert verdicts.money(SHOWN) == (
        "35.02 tokens were paid for work, 50.00 were slashed, 0.0200 went into transaction fees."
    )
    assert verdicts.vote(SHOWN) == (
        "The alliance lowered the improvement that pays from 5.0 % to 1.0 % with 3 to 1 votes; it holds from block 12."
    )
    assert verdicts.on_chain(SHOWN) == (
        "30 blocks with 36 extrinsics: 9.0 ms of reference time with all hooks, 4.3 kB; "
        "the fullest block used 12.5 % of what it may."
    )
    assert verdicts.off_chain(SHOWN) == (
        "The workers used 0.75 s of processor time, put 4.0 kB into the content store and fetched 3.0 kB, 1 run failed."
    )


def test_an_improvement_has_both_ends_or_was_not_judged() -> None:
    first, second = SHOWN.lessons[0].rounds
    assert (verdicts.improvement(first), verdicts.improvement(second)) == ("not judged", "50.0 % → 90.0 %")


def test_why_counts_reasons_and_names_what_an_owner_paid() -> None:
    office, alpha, *_ = SHOWN.accounts
    assert verdicts.why(office) == "paid 200.00 for the rounds"
    assert verdicts.why(alpha) == "contributed ×1, no gain ×2"


def test_rounds_that_were_done_again_are_told() -> None:
    first, second = SHOWN.lessons[0].rounds
    again = (replace(first, is_again=True), replace(second, is_again=True))
    assert verdicts.again(SHOWN.lessons[0]) == ""
    assert verdicts.again(replace(SHOWN.lessons[0], again=again)) == (
        "What it had learnt in round 1 and 2 was learnt again without data that were erased. "
    )


def test_checks_and_forfeits_are_among_the_reasons() -> None:
    _, alpha, *_ = SHOWN.accounts
    assert verdicts.why(replace(alpha, checks=UNIT, forfeited=10 * UNIT)) == (
        "contributed ×1, no gain ×2, checked, +1.00, forfeited 10.00"
    )
    assert verdicts.why(replace(alpha, checks=-UNIT)) == "contributed ×1, no gain ×2, was checked, −1.00"
