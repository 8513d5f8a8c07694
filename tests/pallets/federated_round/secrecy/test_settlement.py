"""Awards of hidden rounds: each reason, equal parts within a sum, and never more than the share."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from chain.primitives import AccountId, Hash
from pallets.federated_round import ClientScore, Drawn, Judged, Outcome, Phase, Reason, Role, Stage
from pallets.federated_round.payment import PROPORTIONAL
from pallets.federated_round.secrecy.types import Group, Hidden
from pallets.federated_round.settlement import Facts, awards_of, role_share
from pallets.federated_round.types import COURSE
from tests.pallets.federated_round.mock import KEEPERS
from tests.pallets.federated_round.secrecy.hidden_play import clients_of, grouped, terms_of

CLIENTS = clients_of(6)
DRAWN = Drawn(CLIENTS, KEEPERS[:3], KEEPERS[3:6])
TERMS = terms_of(grouped(2, 1), 6, 4)
A = Hash(b"a" * 32)
ALL = (0, 1, 2)
GROUPS = (
    Group(CLIENTS[:3], 2, A, ALL, ALL),
    Group(CLIENTS[3:], 2, A, ALL, ALL),
)


def hidden(
    groups: tuple[Group, ...] = GROUPS,
    last: Phase = Phase.REVEAL_EVALUATIONS,
    announced: frozenset[AccountId] = frozenset(CLIENTS),
    dealt: frozenset[AccountId] = frozenset(CLIENTS),
    opened: frozenset[AccountId] = frozenset(CLIENTS),
    unsummed: tuple[int, ...] = (),
) -> Hidden:
    summed = tuple(group for number, group in enumerate(groups) if group.is_alive and number not in unsummed)
    return Hidden(last, groups, summed, announced, dealt, opened)


def facts(
    seen: Hidden,
    outcome: Outcome = Outcome.PUBLISHED,
    scores: tuple[int, ...] = (30, 10),
    invalid: tuple[AccountId, ...] = (),
    revealed: tuple[AccountId, ...] = CLIENTS,
) -> Facts:
    judged = tuple(
        ClientScore(group.representative, score, 50) for group, score in zip(seen.summed, scores, strict=False)
    )
    return Facts(
        drawn=DRAWN,
        outcome=outcome,
        terms=TERMS,
        revealed={Stage.UPDATE: dict.fromkeys(revealed, A)},
        agreed={},
        invalid=invalid,
        judged=Judged(5, 20, 9, judged),
        samples=dict.fromkeys(CLIENTS, 10),
        hidden=seen,
    )


def of_clients(found: Facts) -> list[tuple[Reason, int]]:
    return [(award.reason, award.payment) for award in awards_of(found) if award.role is Role.CLIENT]


def reasons(found: Facts) -> list[Reason]:
    return [reason for reason, _ in of_clients(found)]


def test_a_group_is_paid_by_its_score_and_its_members_alike() -> None:
    found = replace(facts(hidden()), terms=replace(TERMS, payment=PROPORTIONAL))
    assert of_clients(found) == [
        (Reason.SHARED, 1_750),
        (Reason.SHARED, 1_750),
        (Reason.SHARED, 1_750),
        (Reason.SHARED, 584),
        (Reason.SHARED, 583),
        (Reason.SHARED, 583),
    ]


def test_a_group_of_no_use_is_not_paid_and_nobody_in_it_is_slashed() -> None:
    found = of_clients(facts(hidden(), scores=(30, -10)))
    assert found[3:] == [(Reason.NO_GAIN, 0)] * 3


def test_a_part_that_somebody_forfeits_goes_to_the_others_of_the_sum() -> None:
    found = facts(hidden(groups=GROUPS[:1], opened=frozenset(CLIENTS[1:])), scores=(30,), invalid=(CLIENTS[1],))
    assert of_clients(found)[:3] == [(Reason.ABSENT, 0), (Reason.INVALID, 0), (Reason.SHARED, 7_000)]


def test_each_step_that_was_missed_is_an_absence() -> None:
    first, others = CLIENTS[0], frozenset(CLIENTS[1:])
    without = replace(GROUPS[0], dealers=(1, 2), survivors=(1, 2))
    late = replace(GROUPS[0], survivors=(1, 2))
    for seen, told in (
        (hidden(announced=others), CLIENTS),
        (hidden(dealt=others), CLIENTS),
        (hidden(groups=(without, GROUPS[1])), CLIENTS),
        (hidden(groups=(late, GROUPS[1])), CLIENTS[1:]),
        (hidden(opened=others), CLIENTS),
    ):
        found = reasons(facts(seen, revealed=tuple(told)))
        assert found == [Reason.ABSENT] + [Reason.SHARED] * 5, first


def test_what_the_aggregators_call_no_masked_update_is_a_fault() -> None:
    late = replace(GROUPS[0], survivors=(1, 2))
    assert reasons(facts(hidden(groups=(late, GROUPS[1]))))[0] is Reason.INVALID


def test_who_is_in_a_lost_group_is_not_to_blame_for_the_others() -> None:
    lost = replace(GROUPS[0], survivors=())
    assert reasons(facts(hidden(groups=(lost, GROUPS[1])), scores=(10,)))[:3] == [Reason.NOT_NEEDED] * 3
    assert reasons(facts(hidden(unsummed=(0,)), scores=(10,), invalid=CLIENTS[:1]))[:3] == [
        Reason.INVALID,
        Reason.NOT_NEEDED,
        Reason.NOT_NEEDED,
    ]


def test_what_a_round_never_came_to_is_asked_of_nobody() -> None:
    nobody: frozenset[AccountId] = frozenset()
    early = hidden(groups=(), last=Phase.ANNOUNCE_KEYS, dealt=nobody, opened=nobody)
    found = facts(early, outcome=Outcome.TOO_FEW_SURVIVORS, revealed=())
    assert set(reasons(found)) == {Reason.NOT_NEEDED}


def test_an_unusable_test_set_pays_everybody_in_a_sum_alike() -> None:
    found = of_clients(facts(hidden(unsummed=(1,)), outcome=Outcome.TEST_SET_UNUSABLE))
    assert [reason for reason, _ in found] == [Reason.NOT_JUDGED] * 3 + [Reason.NOT_NEEDED] * 3
    assert sum(paid for _, paid in found) == 3_500


places = st.sets(st.integers(0, 2)).map(lambda found: tuple(sorted(found)))
some = st.frozensets(st.sampled_from(CLIENTS))


@settings(max_examples=60)
@given(
    st.sampled_from(COURSE[2:-1]),
    st.tuples(places, places, places, places),
    st.tuples(some, some, some, some),
    st.sampled_from(Outcome),
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)),
    st.booleans(),
)
def test_whatever_happened_everybody_has_one_award_and_the_share_is_never_exceeded(
    last: Phase,
    lists: tuple[tuple[int, ...], ...],
    acts: tuple[frozenset[AccountId], ...],
    outcome: Outcome,
    scores: tuple[int, int],
    is_judged: bool,
) -> None:
    groups = tuple(
        replace(group, dealers=lists[place], survivors=tuple(each for each in lists[place + 2] if each in lists[place]))
        for place, group in enumerate(GROUPS)
    )
    seen = hidden(groups, last, acts[0], acts[1], acts[2])
    found = facts(seen, outcome, scores, tuple(sorted(acts[3])))
    awards = [
        award for award in awards_of(found if is_judged else replace(found, judged=None)) if award.role is Role.CLIENT
    ]
    assert [award.account for award in awards] == list(CLIENTS)
    paid = sum(award.payment for award in awards)
    assert paid <= role_share(TERMS, Role.CLIENT)
    assert all(award.payment == 0 or award.reason in {Reason.SHARED, Reason.NOT_JUDGED} for award in awards)
