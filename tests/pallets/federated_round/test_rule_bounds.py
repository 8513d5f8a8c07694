"""A task is created only with a rule that withstands its adversaries, and with numbers that a step can be made with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Hash
from pallets.federated_round import Seats, Terms
from pallets.federated_round import errors as refused
from pallets.federated_round.rules import (
    Adagrad,
    Adam,
    AggregationRule,
    Bulyan,
    ClippedMean,
    Fair,
    GeometricMedian,
    Krum,
    Mean,
    Median,
    Momentum,
    MultiKrum,
    Scaffold,
    TrimmedMean,
    Yogi,
)
from pallets.federated_round.types import MAX_CLIENTS
from pallets.federated_round.worth import BySamples, ExactShapley, SampledShapley
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry import LINEAR_AVERAGING, NETWORK_AVERAGING
from tests.pallets.federated_round.mock import OWNER, TERMS, RoundRuntime, new_runtime


@pytest.fixture(scope="module")
def runtime() -> RoundRuntime:
    """The owner has a forest, model 0, and a linear model, 1."""
    made = new_runtime()
    create = call_of(
        made.ml_registry.create_model, name=b"l", algorithm=LINEAR_AVERAGING, licence=b"", description=Hash(bytes(32))
    )
    assert_ok(made, Signed(OWNER), create)
    return made


def create(runtime: RoundRuntime, terms: Terms, model: int = 1) -> RuntimeCall:
    return call_of(runtime.federated_round.create_task, model=model, terms=terms, pool=30_000, test_sets=())


def terms_of(rule: AggregationRule, minimum: int, seats: int = 16) -> Terms:
    return replace(TERMS, rule=rule, seats=Seats(seats, minimum, 3, 3))


@pytest.mark.parametrize(
    ("rule", "fewest"),
    [
        (Median(2), 5),
        (TrimmedMean(2, 2), 5),
        (TrimmedMean(1, 2), 5),
        (Krum(2), 7),
        (MultiKrum(2, 3), 7),
        (MultiKrum(2, 5), 9),
        (Bulyan(2), 11),
        (GeometricMedian(2), 5),
        (ClippedMean(2, 1 << 24), 3),
    ],
)
def test_a_rule_is_asked_of_the_fewest_updates_that_a_round_goes_on_with(
    runtime: RoundRuntime, rule: AggregationRule, fewest: int
) -> None:
    assert_ok(runtime, Signed(OWNER), create(runtime, terms_of(rule, fewest)))
    assert_noop(runtime, Signed(OWNER), create(runtime, terms_of(rule, fewest - 1)), refused.TooManyAdversaries)


@pytest.mark.parametrize(
    "rule",
    [
        Mean(),
        Momentum(ONE, ONE * 9 // 10),
        Adam(ONE // 10, ONE * 9 // 10, ONE * 99 // 100, 1 << 30),
        Yogi(ONE // 10, ONE * 9 // 10, ONE * 99 // 100, 1 << 30),
        Adagrad(ONE // 10, 1 << 30),
        Fair(1, 5, ONE),
        Scaffold(ONE),
    ],
)
def test_rules_that_trust_everybody_need_no_more_than_one_update(runtime: RoundRuntime, rule: AggregationRule) -> None:
    assert_ok(runtime, Signed(OWNER), create(runtime, terms_of(rule, 1)))


@pytest.mark.parametrize(
    "rule",
    [
        Momentum(0, 0),
        Momentum(ONE, ONE),
        Momentum(1 << 49, 0),
        Adam(ONE, ONE, 0, 1),
        Adam(ONE, 0, ONE, 1),
        Yogi(ONE, 0, 0, 0),
        Yogi(0, 0, 0, 1),
        Adagrad(ONE, 0),
        Fair(1, 0, ONE),
        Fair(17, 1, ONE),
        Fair(1, 17, ONE),
        Fair(1, 1, 0),
        Scaffold(0),
        ClippedMean(1, 0),
    ],
)
def test_numbers_that_no_step_can_be_made_with_are_refused(runtime: RoundRuntime, rule: AggregationRule) -> None:
    assert_noop(runtime, Signed(OWNER), create(runtime, terms_of(rule, 5)), refused.RuleImpossible)


def test_forests_are_joined_by_no_rule_but_their_own(runtime: RoundRuntime) -> None:
    assert_noop(runtime, Signed(OWNER), create(runtime, terms_of(Median(1), 5), model=0), refused.RuleUnsuited)
    assert_ok(runtime, Signed(OWNER), create(runtime, terms_of(Mean(), 5), model=0))


def test_networks_have_the_mean_or_a_robust_rule_within_its_bound() -> None:
    runtime = new_runtime(NETWORK_AVERAGING)
    assert_ok(runtime, Signed(OWNER), create(runtime, terms_of(Bulyan(2), 11), model=0))
    assert_noop(runtime, Signed(OWNER), create(runtime, terms_of(Bulyan(2), 10), model=0), refused.TooManyAdversaries)
    for rule in (Momentum(ONE, 0), Fair(1, 1, ONE), Scaffold(ONE)):
        assert_noop(runtime, Signed(OWNER), create(runtime, terms_of(rule, 11), model=0), refused.RuleUnsuited)


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (replace(terms_of(Mean(), 1, 16), worth=ExactShapley()), None),
        (replace(terms_of(Mean(), 1, 17), worth=ExactShapley()), refused.TooManyClients),
        (replace(terms_of(Mean(), 1, 32), worth=SampledShapley(200, 1_000)), None),
        (replace(terms_of(Mean(), 1, MAX_CLIENTS), worth=BySamples()), None),
        (replace(terms_of(Mean(), 1, 32), worth=SampledShapley(0, 0)), refused.FractionTooLarge),
        (replace(terms_of(Mean(), 1, 32), worth=SampledShapley(1, 1_000_001)), refused.FractionTooLarge),
    ],
)
def test_exact_contributions_are_for_sixteen_clients_and_samples_for_more(
    runtime: RoundRuntime, terms: Terms, error: type[DispatchError] | None
) -> None:
    if error is None:
        assert_ok(runtime, Signed(OWNER), create(runtime, terms))
    else:
        assert_noop(runtime, Signed(OWNER), create(runtime, terms), error)
