"""Hierarchical rounds on a development node: groups and the root are anchored, and the root is the flat result."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from pallets.federated_round import Outcome, Phase, Reason, Role, Stage, Terms
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.errand import Errand
from pallets.federated_round.rules import AggregationRule, Mean, Median, Momentum
from pallets.federated_round.settings import BoostingSettings
from pallets.federated_round.shapes.choice import SYNCHRONOUS, Buffered, Cyclic, Hierarchical
from pallets.federated_round.shapes.duties import GroupErrand
from pallets.learning.aggregation.hierarchical import decode_group
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry import TREE_BOOSTING, artifact_of
from tests.pallets.federated_round.dev_learners import SETTINGS, TERMS, Learners, clients_of, key_of

BOOSTED = BoostingSettings(
    SETTINGS.quantiser,
    classes=2,
    stages=3,
    rate=1 << 15,
    max_depth=3,
    min_leaf=1,
    features_per_split=2,
    rows_share=1 << 16,
    start=0,
)
KEEPERS = tuple(key_of(f"Keeper{number}") for number in range(8))


groups_of = partial(Learners, keepers=KEEPERS)
"""Learners with more who do duties."""


def terms_of(groups: int, rule: AggregationRule | None = None, minimum: int | None = None) -> Terms:
    return replace(
        TERMS,
        shape=Hierarchical(groups, minimum or groups) if groups else SYNCHRONOUS,
        rule=rule or Mean(),
        seats=replace(TERMS.seats, aggregators=6),
        reward_threshold=0,
    )


def findings(played: Learners, number: int = 0) -> list[str]:
    rounds = played.node.runtime_at().federated_round
    found = Evidence(rounds, 0, number, rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)
    return [
        f"{each.part}: {each.text}" for each in (*audit_work(found), *audit_payouts(found), *outcome_finding(found))
    ]


@pytest.fixture(scope="module")
def played() -> Learners:
    """A round of three groups in which all goes well."""
    made = groups_of(terms=(terms_of(3, Momentum(ONE, 0)),))
    made.play_all()
    return made


def test_the_root_is_the_flat_model_to_the_byte(played: Learners) -> None:
    flat = groups_of(terms=(terms_of(0, Momentum(ONE, 0)),))
    flat.play_all()
    for each in (played, flat):
        assert each.course().outcome is Outcome.PUBLISHED
        assert findings(each) == []
    assert played.model() == flat.model()
    roots = [each.node.runtime_at().federated_round.agreed_aggregate.get((0, 0)) for each in (played, flat)]
    assert roots[0] == roots[1]


def test_groups_of_trees_are_joined_and_audited() -> None:
    made = groups_of(terms=(terms_of(3),), settings=BOOSTED, algorithm=TREE_BOOSTING)
    made.play_all()
    assert made.course().outcome is Outcome.PUBLISHED
    assert findings(made) == []


def test_every_group_anchors_its_sum_and_they_add_up_to_all_clients(played: Learners) -> None:
    rounds = played.node.runtime_at().federated_round
    tiers, groups = rounds.tiers.get((0, 0)), rounds.groups_of_round(0, 0)
    assert tiers is not None
    assert sorted(who for tier in tiers for who in tier.clients) == sorted(key.account for key in clients_of(7))
    assert [len(tier.aggregators) for tier in tiers] == [2, 2, 2]
    sums = [decode_group(played.content.get(found.model.cid.decode())) for found in groups.values() if found.model]
    assert sum(group.samples for group in sums) == sum(rounds.samples_of(0, 0).values())
    assert {each.reason for each in played.settled(Role.AGGREGATOR).values()} == {Reason.AGREED}


def test_tasks_of_every_shape_run_at_once() -> None:
    shapes = (SYNCHRONOUS, Hierarchical(2, 2), Buffered(1, ONE), Cyclic())
    seats = replace(TERMS.seats, clients=4, minimum_clients=4)
    alone = replace(seats, clients=1, minimum_clients=1)
    terms = [replace(TERMS, shape=shape, seats=alone if shape == Cyclic() else seats) for shape in shapes]
    made = Learners(terms=terms, clients=4)
    made.open()
    made.start()
    assert made.node.runtime_at().federated_round.live.get() == (0, 1, 2, 3)
    made.play()
    assert [made.course(task).outcome for task in range(4)] == [Outcome.PUBLISHED] * 4
    # a buffer of fresh updates moves as far as their mean
    models = [made.model(task) for task in range(3)]
    assert models[0] == models[1]
    assert all(abs(one - two) <= 1 for one, two in zip(models[0].weights, models[2].weights, strict=True))


def test_a_group_with_a_liar_does_not_move_a_median_of_groups() -> None:
    robust = groups_of(terms=(terms_of(3, Median(1)),), attackers=(6,))
    robust.play_all()
    assert robust.course().outcome is Outcome.PUBLISHED
    assert findings(robust) == []
    assert robust.settled(Role.CLIENT)[clients_of(7)[6].account].paid == 0


def test_a_group_whose_aggregators_are_silent_is_left_out_and_only_they_pay_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = groups_of(terms=(terms_of(3, minimum=2),))
    tell = GroupErrand.run

    def silent_in_the_first_group(errand: Errand) -> None:
        tiers = errand.rounds.tiers.get((0, 0)) or ()
        is_silent = bool(tiers) and errand.node.account in tiers[0].aggregators
        if errand.round.phase is not Phase.COMMIT_GROUPS or not is_silent:
            assert isinstance(errand, GroupErrand)
            tell(errand)

    monkeypatch.setattr(GroupErrand, "run", silent_in_the_first_group)
    played.terms = (replace(played.terms[0], seats=replace(TERMS.seats, aggregators=6, minimum_clients=4)),)
    played.play_all()
    rounds = played.node.runtime_at().federated_round
    agreed, tiers = rounds.agreed_aggregate.get((0, 0)), rounds.tiers.get((0, 0))
    assert agreed is not None
    assert tiers is not None
    assert agreed.unsummed == (0,)
    assert played.course().outcome is Outcome.PUBLISHED
    assert set(rounds.joined_clients(0, 0)) == {*tiers[1].clients, *tiers[2].clients}
    clients, aggregators = played.settled(Role.CLIENT), played.settled(Role.AGGREGATOR)
    assert {clients[who].reason for who in tiers[0].clients} == {Reason.NOT_NEEDED}
    assert {clients[who].slashed for who in tiers[0].clients} == {0}
    assert {aggregators[who].reason for who in tiers[0].aggregators} == {Reason.ABSENT}
    others = {*tiers[1].aggregators, *tiers[2].aggregators}
    assert {aggregators[who].reason for who in others} == {Reason.AGREED}
    assert findings(played) == []


def test_a_round_without_enough_groups_ends_and_pays_who_did_its_part(monkeypatch: pytest.MonkeyPatch) -> None:
    tell = GroupErrand.run

    def only_the_first_group(errand: Errand) -> None:
        tiers = errand.rounds.tiers.get((0, 0)) or ()
        is_first = bool(tiers) and errand.node.account in tiers[0].aggregators
        if errand.round.phase is not Phase.COMMIT_GROUPS or is_first:
            assert isinstance(errand, GroupErrand)
            tell(errand)

    monkeypatch.setattr(GroupErrand, "run", only_the_first_group)
    played = groups_of(terms=(terms_of(3),))
    played.play_all()
    assert played.course().outcome is Outcome.NO_AGGREGATE
    tiers = played.node.runtime_at().federated_round.tiers.get((0, 0))
    assert tiers is not None
    aggregators = played.settled(Role.AGGREGATOR)
    assert {aggregators[who].reason for who in tiers[0].aggregators} == {Reason.AGREED}
    assert all(aggregators[who].paid > 0 for who in tiers[0].aggregators)
    assert {aggregators[who].reason for who in tiers[1].aggregators} == {Reason.ABSENT}
    assert {each.slashed for each in played.settled(Role.CLIENT).values()} == {0}


def test_the_audit_names_a_group_that_anchored_something_else(played: Learners) -> None:
    rounds = played.node.runtime_at().federated_round
    found = rounds.agreed_groups.get((0, 0, 1))
    assert found is not None
    rounds.agreed_groups.insert((0, 0, 1), replace(found, model=artifact_of(b"another")))
    evidence = Evidence(rounds, 0, 0, rounds.task(0), Phase.REVEAL_EVALUATIONS, played.content.get)
    first, *_ = audit_work(evidence)
    assert (first.part, first.text[:23]) == ("group", "1: the sum of its updat")
    assert rounds.revealed(0, 0, Stage.GROUP)
