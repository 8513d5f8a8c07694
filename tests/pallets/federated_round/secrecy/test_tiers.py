"""Hierarchical rounds that hide updates: a sum a group, by aggregators of its own, and the flat model at the root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from pallets.federated_round import Aggregate, Outcome, Phase, Reason, Role, Terms
from pallets.federated_round import errors as refused
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work, outcome_finding
from pallets.federated_round.rules import MEAN, AggregationRule, Median
from pallets.federated_round.secrecy.choice import OPEN, Secrecy
from pallets.federated_round.secrecy.tiers import check_group, check_hidden_root, groups_to_judge
from pallets.federated_round.shapes.choice import SYNCHRONOUS, Buffered, Cyclic, Hierarchical, Shape
from pallets.federated_round.terms import check_terms
from pallets.frame.error import DispatchError
from pallets.learning.aggregation.hierarchical import decode_group
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry import LINEAR_AVERAGING, NETWORK_AVERAGING, artifact_of
from tests.pallets.federated_round.secrecy.hidden_play import FULL, NETWORK, Hidden, clients_of, grouped, terms_of

CLIENTS = 6
DELAY = 80


def tiered(
    secrecy: Secrecy,
    shape: Shape,
    minimum: int = 4,
    rule: AggregationRule = MEAN,
    aggregators: int = 4,
    clients: int = CLIENTS,
) -> Terms:
    terms = terms_of(secrecy, clients, minimum, rule)
    schedule = replace(terms.schedule, train=3, aggregate=3, reveal=2)
    seats = replace(terms.seats, aggregators=aggregators, validators=1)
    return replace(terms, shape=shape, seats=seats, schedule=schedule)


HIDDEN = tiered(grouped(2, 2), Hierarchical(2, 2))


@cache
def flat(out: bool = False) -> bytes:
    """The model of the same clients in an open synchronous round; out: without the first."""
    played = Hidden(terms_of(OPEN, CLIENTS, 4), CLIENTS)
    if out:
        played.until(Phase.COMMIT_UPDATES)
        played.stop(clients_of(CLIENTS)[0])
    played.finish()
    return played.agreed()


@pytest.fixture(scope="module")
def whole() -> Hidden:
    """A round in which all goes well."""
    played = Hidden(HIDDEN, CLIENTS)
    assert played.finish() is Outcome.PUBLISHED
    assert played.failed == []
    return played


def findings(played: Hidden) -> list[str]:
    task = played.rounds.task(0)
    found = Evidence(played.rounds, *played.key, task, Phase.REVEAL_EVALUATIONS, played.content.get)
    return [each.text for each in (*audit_work(found), *audit_payouts(found), *outcome_finding(found))]


def test_the_root_of_hidden_groups_is_the_open_flat_model_to_the_last_bit(whole: Hidden) -> None:
    assert whole.agreed() == flat()
    assert {each.reason for each in whole.settled().values()} == {Reason.SHARED}
    assert {each.reason for each in whole.settled(Role.AGGREGATOR).values()} == {Reason.AGREED}
    assert findings(whole) == []


def test_each_group_is_summed_by_aggregators_of_its_own_and_anchored(whole: Hidden) -> None:
    tiers = whole.rounds.tiers.get(whole.key)
    assert tiers is not None
    assert [tier.clients for tier in tiers] == [group.members for group in whole.groups]
    assert [len(tier.aggregators) for tier in tiers] == [2, 2]
    for group, tier in zip(whole.groups, tiers, strict=True):
        for who in tier.aggregators:
            assert groups_to_judge(whole.rounds, whole.key, who) == [group]
    for number, agreed in whole.rounds.groups_of_round(*whole.key).items():
        assert agreed.model is not None
        anchored = decode_group(whole.content.get(agreed.model.cid.decode()))
        enrolled = [whole.rounds.samples_of(*whole.key)[who] for who in whole.groups[number].members]
        assert anchored.samples == sum(enrolled)


@pytest.mark.parametrize(
    "phase", [Phase.ANNOUNCE_KEYS, Phase.DEAL_SHARES, Phase.REVEAL_UPDATES], ids=lambda phase: phase.name
)
def test_who_drops_is_in_no_groups_sum(phase: Phase) -> None:
    played = Hidden(HIDDEN, CLIENTS)
    played.until(phase)
    played.stop(played.clients[0])
    assert played.finish() is Outcome.PUBLISHED
    assert played.agreed() == flat(out=True)
    assert played.settled()[played.clients[0]].reason is Reason.ABSENT
    assert findings(played) == []


def test_a_group_that_is_lost_is_left_out_and_its_aggregators_are_paid() -> None:
    played = Hidden(tiered(grouped(3, 2), Hierarchical(3, 2), minimum=6, clients=9), 9)
    played.until(Phase.COMMIT_UPDATES)
    lost, *kept = played.groups
    gone = lost.members[:2]
    played.stop(*gone)
    assert played.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    assert [group.is_alive for group in played.groups] == [False, True, True]
    agreed = played.rounds.groups_of_round(*played.key)
    assert [found.model is None for found in agreed.values()] == [True, False, False]
    reasons = {who: each.reason for who, each in played.settled().items()}
    assert [reasons[who] for who in lost.members] == [Reason.ABSENT, Reason.ABSENT, Reason.NOT_NEEDED]
    assert len({reasons[who] for group in kept for who in group.members}) == 1
    assert {each.reason for each in played.settled(Role.AGGREGATOR).values()} == {Reason.AGREED}
    assert findings(played) == []


def test_a_robust_rule_joins_the_groups_sums() -> None:
    terms = tiered(grouped(3, 3), Hierarchical(3, 3), minimum=6, rule=Median(1))
    played = Hidden(terms, CLIENTS)
    assert played.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
    assert len(played.rounds.groups_of_round(*played.key)) == 3
    assert findings(played) == []


def test_networks_are_summed_in_groups_and_come_to_the_flat_network() -> None:
    models = []
    for terms in (HIDDEN, replace(HIDDEN, secrecy=OPEN), terms_of(OPEN, CLIENTS, 4)):
        played = Hidden(terms, CLIENTS, settings=NETWORK)
        assert played.finish() in {Outcome.PUBLISHED, Outcome.BELOW_THRESHOLD}
        assert played.failed == []
        assert findings(played) == []
        models.append(played.agreed())
    hidden, seen, flat_one = models
    assert hidden == seen == flat_one


def test_too_few_aggregators_for_the_groups_end_the_round_at_the_draw() -> None:
    played = Hidden(HIDDEN, CLIENTS)
    served = [who for who, node in played.nodes.items() if who not in played.clients]
    played.stop(*served[1:])
    for _ in range(30):
        played.block()
        if played.round.outcome is not None:
            break
    assert played.round.outcome is Outcome.TOO_FEW_ENROLLED


def test_the_audit_names_a_group_whose_sum_is_another() -> None:
    played = Hidden(HIDDEN, CLIENTS)
    played.finish()
    agreed = played.rounds.agreed_groups.get((*played.key, 1))
    assert agreed is not None
    played.rounds.agreed_groups.insert((*played.key, 1), replace(agreed, model=artifact_of(b"another")))
    assert findings(played)[0] == "1: its sum, or whom it blames, is not what was opened gives"


# What the chain refuses of groups and roots

CHANGES: tuple[tuple[Callable[[Aggregate, Hidden], Aggregate], type[DispatchError]], ...] = (
    (lambda it, played: replace(it, invalid=(played.groups[1].members[0],)), refused.UnknownClient),
    (lambda it, _: replace(it, unsummed=(0,)), refused.ShapeUnsuited),
    (lambda it, _: replace(it, state=artifact_of(b"state")), refused.ShapeUnsuited),
)


@pytest.mark.parametrize(("change", "error"), CHANGES, ids=["of another group", "unsummed", "state"])
def test_a_group_anchors_its_own_sum_alone(
    whole: Hidden, change: Callable[[Aggregate, Hidden], Aggregate], error: type[DispatchError]
) -> None:
    tiers, agreed = whole.rounds.tiers.get(whole.key), whole.rounds.groups_of_round(*whole.key)[0]
    assert tiers is not None
    check_group(whole.rounds, whole.key, tiers[0], agreed)
    check_group(whole.rounds, whole.key, tiers[0], replace(agreed, model=None, invalid=whole.groups[0].members[:1]))
    with pytest.raises(error):
        check_group(whole.rounds, whole.key, tiers[0], change(agreed, whole))
    with pytest.raises(refused.NotInSum):
        check_group(whole.rounds, whole.key, replace(tiers[0], clients=()), agreed)


def test_a_root_is_of_the_groups_that_agreed(whole: Hidden) -> None:
    agreed = whole.rounds.agreed_aggregate.get(whole.key)
    assert agreed is not None
    check_hidden_root(whole.rounds, whole.key, agreed)
    check_hidden_root(whole.rounds, whole.key, replace(agreed, unsummed=(1,)))  # what nobody can read
    for wrong, error in (
        (replace(agreed, unsummed=(1, 0)), refused.UnknownClient),
        (replace(agreed, unsummed=(2,)), refused.UnknownClient),
        (replace(agreed, invalid=whole.clients[:1]), refused.UnknownClient),
        (replace(agreed, unsummed=(0, 1)), refused.EmptyArtifact),
        (replace(agreed, model=None), refused.EmptyArtifact),
    ):
        with pytest.raises(error):
            check_hidden_root(whole.rounds, whole.key, wrong)


# Which shapes hide

REASONS: dict[type[DispatchError], str] = {
    refused.TurnsNotHideable: "the next client trains on what one client made",
    refused.BuffersNotHideable: "Nobody knows whose updates will fill a buffer",
    refused.TiersNotSums: "in its groups",
}


@pytest.mark.parametrize(
    ("secrecy", "shape", "algorithm", "error"),
    [
        (FULL, Cyclic(), LINEAR_AVERAGING, refused.TurnsNotHideable),
        (grouped(2, 2), Cyclic(), NETWORK_AVERAGING, refused.TurnsNotHideable),
        (FULL, Buffered(1, ONE), LINEAR_AVERAGING, refused.BuffersNotHideable),
        (FULL, Hierarchical(2, 2), LINEAR_AVERAGING, refused.TiersNotSums),
        (grouped(2, 2), Hierarchical(3, 2), LINEAR_AVERAGING, refused.TiersNotSums),
        (grouped(2, 2), Hierarchical(2, 1), LINEAR_AVERAGING, refused.TiersNotSums),
    ],
)
def test_shapes_without_a_sum_are_refused_with_the_reason(
    secrecy: Secrecy, shape: Shape, algorithm: int, error: type[DispatchError]
) -> None:
    with pytest.raises(error) as refusal:
        check_terms(tiered(secrecy, shape), algorithm, DELAY)
    assert REASONS[error] in (type(refusal.value).__doc__ or "")


def test_hidden_tiers_are_asked_what_open_ones_are() -> None:
    check_terms(HIDDEN, LINEAR_AVERAGING, DELAY)
    for shape in (SYNCHRONOUS, Hierarchical(2, 2)):
        check_terms(tiered(grouped(2, 2), shape), NETWORK_AVERAGING, DELAY)
    with pytest.raises(refused.TooFewInGroups):
        check_terms(tiered(grouped(2, 2), Hierarchical(2, 2), aggregators=1), LINEAR_AVERAGING, DELAY)
    with pytest.raises(refused.TooManySamples):
        check_terms(replace(HIDDEN, max_samples=2**20), LINEAR_AVERAGING, DELAY)
