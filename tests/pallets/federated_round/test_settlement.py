"""Awards: never more than the reward, everything earned is paid out, and only faults are slashed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from pallets.federated_round import ClientScore, Drawn, Judged, Outcome, Reason, Role, Split, Stage
from pallets.federated_round.payment import CAPPED, PROPORTIONAL
from pallets.federated_round.settlement import Award, Facts, awards_of, contributors_of, is_harmful, role_share
from pallets.learning.payment import Verdict
from pallets.learning.simulation.payment import by_capped_contribution, by_contribution
from pallets.ml_registry import WHOLE
from pallets.ml_registry.types import Contributor
from tests.pallets.federated_round.mock import CLIENTS, KEEPERS, TERMS, account

DRAWN = Drawn(CLIENTS, KEEPERS[:3], KEEPERS[3:6])
A, B = Hash(b"a" * 32), Hash(b"b" * 32)


def facts(
    outcome: Outcome = Outcome.PUBLISHED,
    contributions: tuple[int, ...] = (4, 3, 2, 1),
    *,
    votes: tuple[Hash | None, ...] = (A, A, A),
    agreed: Hash | None = A,
) -> Facts:
    scores = tuple(ClientScore(who, score, 10) for who, score in zip(CLIENTS, contributions, strict=True))
    revealed = {
        Stage.UPDATE: dict.fromkeys(CLIENTS, A),
        Stage.AGGREGATE: {who: vote for who, vote in zip(DRAWN.aggregators, votes, strict=True) if vote},
        Stage.EVALUATION: {who: vote for who, vote in zip(DRAWN.validators, votes, strict=True) if vote},
    }
    agreements = {} if agreed is None else {Stage.AGGREGATE: agreed, Stage.EVALUATION: agreed}
    return Facts(DRAWN, outcome, TERMS, revealed, agreements, (), Judged(5, 20, 9, scores), dict.fromkeys(CLIENTS, 100))


def of(awards: list[Award], role: Role) -> list[tuple[Reason, int]]:
    return [(award.reason, award.payment) for award in awards if award.role is role]


rounds = st.builds(
    facts,
    st.sampled_from(Outcome),
    st.tuples(*[st.integers(-(10**6), 10**6)] * 4),
    votes=st.tuples(*[st.sampled_from([A, B, None])] * 3),
    agreed=st.sampled_from([A, None]),
)
splits = st.integers(0, 100).flatmap(lambda a: st.integers(0, 100 - a).map(lambda b: Split(a, b, 100 - a - b)))


@given(rounds, splits, st.integers(0, 10**20))
def test_a_round_never_pays_more_than_its_reward_and_pays_each_share_whole_or_not_at_all(
    found: Facts, parts: Split, reward: int
) -> None:
    found = replace(found, terms=replace(TERMS, split=parts, round_reward=reward))
    awards = awards_of(found)
    assert [award.account for award in awards] == [*CLIENTS, *DRAWN.aggregators, *DRAWN.validators]
    assert sum(role_share(found.terms, role) for role in Role) == reward
    for role in Role:
        paid = sum(payment for _, payment in of(awards, role))
        whole = role_share(found.terms, role)
        if role is Role.CLIENT and found.outcome in {Outcome.TEST_SET_WITHHELD, Outcome.TEST_SET_UNUSABLE}:
            whole = whole * TERMS.unjudged_share // 100
        assert paid in {0, whole}


@given(rounds)
def test_only_good_work_is_paid(found: Facts) -> None:
    for award in awards_of(found):
        assert award.payment >= 0
        if award.payment:
            assert award.reason in {Reason.CONTRIBUTED, Reason.AGREED, Reason.NOT_JUDGED}


def test_a_payout_is_in_proportion_to_positive_contributions() -> None:
    assert of(awards_of(facts(contributions=(40, 20, 10, 0))), Role.CLIENT) == [
        (Reason.CONTRIBUTED, 4_000),
        (Reason.CONTRIBUTED, 2_000),
        (Reason.CONTRIBUTED, 1_000),
        (Reason.NO_GAIN, 0),
    ]


def test_the_capped_rule_pays_as_federations_without_a_chain_do_and_says_why_not() -> None:
    found = facts(contributions=(4_000, 400, 300, -10))
    assert found.judged is not None
    scores = found.judged.clients
    weak = replace(scores[1], solo=9)  # no better than the best constant answer
    judged = replace(found.judged, clients=(scores[0], weak, *scores[2:]))
    capped = replace(found, judged=judged, terms=replace(TERMS, payment=CAPPED))
    assert of(awards_of(capped), Role.CLIENT) == [
        (Reason.CONTRIBUTED, 3_500),
        (Reason.NO_BETTER_ALONE, 0),
        (Reason.CONTRIBUTED, 3_500),
        (Reason.NO_GAIN, 0),
    ]
    owners = contributors_of(capped.terms, judged, capped.samples)
    assert owners == (Contributor(CLIENTS[0], WHOLE // 2), Contributor(CLIENTS[2], WHOLE // 2))


def test_where_the_median_client_gains_nothing_the_capped_rule_pays_nobody() -> None:
    capped = replace(facts(contributions=(4_000, -1, -2, -3)), terms=replace(TERMS, payment=CAPPED))
    assert of(awards_of(capped), Role.CLIENT) == [(Reason.CAPPED, 0), *[(Reason.NO_GAIN, 0)] * 3]


@given(
    st.tuples(*[st.integers(-(10**6), 10**6)] * 4),
    st.tuples(*[st.integers(0, 20)] * 4),
    st.tuples(*[st.integers(1, 1_000)] * 4),
)
def test_one_rule_pays_on_chain_and_in_simulations(
    contributions: tuple[int, ...], alone: tuple[int, ...], samples: tuple[int, ...]
) -> None:
    found = facts(contributions=contributions)
    assert found.judged is not None
    scores = [replace(each, solo=solo) for each, solo in zip(found.judged.clients, alone, strict=True)]
    judged = replace(found.judged, clients=tuple(scores))
    counts = dict(zip(CLIENTS, samples, strict=True))
    verdict = Verdict(contributions, alone, samples, judged.constant)
    for payment, pays in ((CAPPED, by_capped_contribution), (PROPORTIONAL, by_contribution)):
        settled = replace(found, judged=judged, samples=counts, terms=replace(TERMS, payment=payment))
        harmful = {score.account for score in scores if is_harmful(score, judged)}
        on_chain = [award.payment for award in awards_of(settled) if award.role is Role.CLIENT]
        assert on_chain == list(pays(role_share(TERMS, Role.CLIENT), verdict))
        assert not any(paid for who, paid in zip(CLIENTS, on_chain, strict=True) if who in harmful)


def test_harm_needs_a_negative_contribution_and_a_model_worse_than_a_constant() -> None:
    who = account("client")
    judged = Judged(500, 600, 550, ())
    assert is_harmful(ClientScore(who, -1, 549), judged)
    assert not is_harmful(ClientScore(who, -1, 550), judged)
    assert not is_harmful(ClientScore(who, 0, 0), judged)


def test_a_harmful_update_is_slashed_whether_the_threshold_was_reached_or_not() -> None:
    for outcome in (Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD):
        found = facts(outcome)
        assert found.judged is not None
        worst = replace(found.judged.clients[3], contribution=-1, solo=8)
        judged = replace(found.judged, clients=(*found.judged.clients[:3], worst))
        assert of(awards_of(replace(found, judged=judged)), Role.CLIENT)[3] == (Reason.HARMFUL, 0)


def test_voters_are_paid_with_the_majority_and_faulted_against_it() -> None:
    assert of(awards_of(facts(votes=(A, B, None))), Role.VALIDATOR) == [
        (Reason.AGREED, 2_000),
        (Reason.DISSENTED, 0),
        (Reason.ABSENT, 0),
    ]
    assert of(awards_of(facts(votes=(A, B, None), agreed=None)), Role.VALIDATOR) == [
        (Reason.NOTHING_AGREED, 0),
        (Reason.NOTHING_AGREED, 0),
        (Reason.ABSENT, 0),
    ]


def test_a_stage_that_was_never_reached_faults_nobody() -> None:
    found = facts(Outcome.TOO_FEW_UPDATES)
    found = replace(found, revealed={Stage.UPDATE: {CLIENTS[0]: A}}, agreed={}, judged=None)
    awards = awards_of(found)
    assert [reason for reason, _ in of(awards, Role.CLIENT)] == [Reason.NOT_NEEDED, *[Reason.ABSENT] * 3]
    assert {reason for reason, _ in (*of(awards, Role.AGGREGATOR), *of(awards, Role.VALIDATOR))} == {Reason.NOT_NEEDED}


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=15))
def test_ownership_shares_of_a_version_add_up_to_a_million_or_nobody_owns_it(contributions: list[int]) -> None:
    scores = tuple(ClientScore(AccountId(bytes((n,)) * 32), score, 0) for n, score in enumerate(contributions))
    owners = contributors_of(TERMS, Judged(0, 0, 0, scores), {score.account: 1 for score in scores})
    assert sum(owner.share for owner in owners) == (WHOLE if max(contributions) > 0 else 0)
    assert all(owner.share > 0 for owner in owners)
