"""Which choices of secrecy a task may have: each bound has its own error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.federated_round import Terms
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
from pallets.federated_round.secrecy.choice import (
    OPEN,
    Full,
    Grouped,
    Hiding,
    NoiseLaw,
    Secrecy,
    blocks_of,
    groups_in,
    hiding_of,
)
from pallets.federated_round.secrecy.terms import largest_noise, largest_weight
from pallets.federated_round.terms import check_terms
from pallets.federated_round.types import COURSE, Phase
from pallets.federated_round.worth import SampledShapley
from pallets.frame.error import DispatchError
from pallets.learning.aggregation.rates import ONE
from pallets.learning.privacy.mechanisms import largest_share
from pallets.learning.privacy.skellam import largest_skellam_share
from pallets.ml_registry import FOREST_MERGE, LINEAR_AVERAGING
from pallets.ml_registry.algorithms import FOREST_QUOTA, NETWORK_AVERAGING, TREE_BOOSTING
from tests.pallets.federated_round.secrecy.hidden_play import EXACT, FULL, grouped, terms_of

DELAY = 60
LINEAR: tuple[AggregationRule, ...] = (
    Mean(),
    Momentum(ONE, 0),
    Adam(ONE, 0, 0, 1 << 38),
    Yogi(ONE, 0, 0, 1 << 38),
    Adagrad(ONE, 1 << 38),
)
ROBUST: tuple[AggregationRule, ...] = (
    Median(1),
    TrimmedMean(1, 1),
    Krum(1),
    MultiKrum(1, 2),
    Bulyan(1),
    GeometricMedian(1),
    ClippedMean(1, 1 << 24),
)


def check(terms: Terms, algorithm: int = LINEAR_AVERAGING) -> None:
    check_terms(terms, algorithm, DELAY)


def with_hiding(
    clip: int = EXACT.clip,
    fractional_bits: int = EXACT.fractional_bits,
    modulus_bits: int = EXACT.modulus_bits,
    colluding: int = 0,
    noise: int = 0,
    blocks: int = EXACT.blocks,
) -> Full:
    return Full(Hiding(clip, fractional_bits, modulus_bits, colluding, noise, blocks))


@pytest.mark.parametrize("rule", LINEAR, ids=lambda rule: type(rule).__name__)
def test_rules_that_need_the_sum_alone_are_for_full_and_for_grouped_secrecy(rule: AggregationRule) -> None:
    check(terms_of(FULL, 8, 5, rule))
    check(terms_of(grouped(3, 2), 8, 6, rule))


@pytest.mark.parametrize("rule", ROBUST, ids=lambda rule: type(rule).__name__)
def test_rules_that_compare_are_for_groups_and_never_for_one_sum(rule: AggregationRule) -> None:
    check(terms_of(grouped(8, 7), 20, 16, rule))
    with pytest.raises(refused.RuleNotHideable):
        check(terms_of(FULL, 16, 16, rule))


@pytest.mark.parametrize("rule", [Fair(1, 1, ONE), Scaffold(ONE)], ids=["fair", "scaffold"])
@pytest.mark.parametrize("secrecy", [FULL, grouped(2, 2)], ids=["full", "grouped"])
def test_rules_that_ask_each_client_are_never_hidden(rule: AggregationRule, secrecy: Secrecy) -> None:
    with pytest.raises(refused.RuleNotHideable):
        check(terms_of(secrecy, 8, 8, rule))


@pytest.mark.parametrize("algorithm", [FOREST_MERGE, FOREST_QUOTA, TREE_BOOSTING])
@pytest.mark.parametrize("secrecy", [FULL, grouped(2, 2)], ids=["full", "grouped"])
def test_trees_cannot_be_masked_and_the_refusal_says_what_can(algorithm: int, secrecy: Secrecy) -> None:
    with pytest.raises(refused.AlgorithmNotHideable) as refusal:
        check(terms_of(secrecy, 8, 8), algorithm)
    assert "hide averaged linear models or networks" in (type(refusal.value).__doc__ or "")
    check(terms_of(OPEN, 8, 5), algorithm)


@pytest.mark.parametrize("secrecy", [FULL, grouped(2, 2)], ids=["full", "grouped"])
def test_networks_can_be_masked_under_the_mean_and_robust_rules_of_groups(secrecy: Secrecy) -> None:
    check(terms_of(secrecy, 8, 8), NETWORK_AVERAGING)
    with pytest.raises(refused.RuleUnsuited):
        check(terms_of(secrecy, 8, 8, Momentum(ONE, 0)), NETWORK_AVERAGING)
    if isinstance(secrecy, Grouped):
        check(terms_of(secrecy, 8, 8, Median(0)), NETWORK_AVERAGING)
    else:
        with pytest.raises(refused.RuleNotHideable):
            check(terms_of(secrecy, 8, 8, Median(0)), NETWORK_AVERAGING)


def test_the_bound_of_a_robust_rule_is_asked_of_the_fewest_groups() -> None:
    check(terms_of(grouped(4, 3), 12, 12, Median(1)))
    with pytest.raises(refused.TooManyAdversaries):
        check(terms_of(grouped(4, 2), 12, 12, Median(1)))


@pytest.mark.parametrize(
    ("secrecy", "minimum", "error"),
    [
        (FULL, 1, refused.TooFewToHide),  # a sum of one
        (with_hiding(colluding=1), 2, refused.TooFewToHide),  # a sum of one and a liar
        (with_hiding(colluding=2), 3, refused.TooFewToHide),
        (with_hiding(colluding=1), 3, None),
        (with_hiding(colluding=2), 4, None),
        (FULL, 2, None),
        (grouped(3, 3), 5, refused.TooFewToHide),  # a group of one
        (grouped(3, 3, replace(EXACT, colluding=1)), 8, refused.TooFewToHide),
        (grouped(3, 3, replace(EXACT, colluding=1)), 9, None),
        (grouped(1, 1), 5, refused.TooFewToHide),
        (grouped(3, 4), 9, refused.TooFewToHide),
        (grouped(3, 0), 9, refused.TooFewToHide),
        (grouped(17, 3), 9, refused.TooFewToHide),
    ],
)
def test_the_smallest_sum_hides_a_client_from_those_who_collude(
    secrecy: Secrecy, minimum: int, error: type[DispatchError] | None
) -> None:
    terms = terms_of(secrecy, 9, minimum)
    if error is None:
        check(terms)
        return
    with pytest.raises(error):
        check(terms)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"modulus_bits": 48}, refused.SumTooLarge),
        ({"modulus_bits": 32}, refused.SumTooLarge),
        ({"fractional_bits": 25}, refused.SumTooLarge),
        ({"clip": 0}, refused.SumTooLarge),
        ({"clip": 2**60}, refused.SumTooLarge),
        ({"noise": 3}, refused.SumNoiseImpossible),
        ({"noise": 2**41}, refused.SumNoiseImpossible),
        ({"blocks": 0}, refused.ScheduleImpossible),
        ({"blocks": 20}, refused.ScheduleImpossible),
    ],
    ids=str,
)
def test_numbers_that_no_sum_has_room_for_are_refused(changed: dict[str, int], error: type[DispatchError]) -> None:
    with pytest.raises(error):
        check(terms_of(with_hiding(**changed), 8, 5))


def test_a_sum_has_room_for_all_seats_and_their_noise_to_the_last_step() -> None:
    weights = 4 * 100
    room = (2**63 - 1) // weights
    check(terms_of(with_hiding(clip=room), 4, 3))
    with pytest.raises(refused.SumTooLarge):
        check(terms_of(with_hiding(clip=room + 1), 4, 3))
    with pytest.raises(refused.SumTooLarge):
        check(terms_of(with_hiding(clip=room, noise=2**36), 4, 3))


def test_contributions_are_those_of_sums_however_many_clients_there_are() -> None:
    many = replace(terms_of(FULL, 20, 18), max_samples=10)
    check(many)
    with pytest.raises(refused.TooManyClients):
        check(replace(many, secrecy=OPEN))
    check(replace(many, secrecy=OPEN, worth=SampledShapley(10, 0)))


def test_robust_rules_count_each_client_once() -> None:
    assert largest_weight(terms_of(grouped(3, 3), 9, 9, Median(1))) == 1
    assert largest_weight(terms_of(grouped(3, 3), 9, 9)) == 100


@pytest.mark.parametrize("noise", [4, 1000, 2**15, 2**26, 2**39])
def test_no_sample_of_noise_leaves_the_room_that_is_kept_for_it(noise: int) -> None:
    assert largest_share(float(noise) ** 2) <= largest_noise(replace(EXACT, noise=noise))


@pytest.mark.parametrize("noise", [4, 7, 8, 1000, 2**14])
def test_no_sample_of_skellam_noise_leaves_the_room_that_is_kept_for_it(noise: int) -> None:
    hiding = replace(EXACT, noise=noise, law=NoiseLaw.SKELLAM)
    check(terms_of(Full(hiding), 8, 5))
    assert largest_skellam_share(float(noise) ** 2) <= largest_noise(hiding)


@pytest.mark.parametrize("noise", [3, 2**14 + 1])
def test_skellam_noise_that_no_table_has_is_refused(noise: int) -> None:
    with pytest.raises(refused.SumNoiseImpossible):
        check(terms_of(Full(replace(EXACT, noise=noise, law=NoiseLaw.SKELLAM)), 8, 5))


def test_an_open_task_pays_no_block_for_secrecy() -> None:
    assert (blocks_of(OPEN), blocks_of(FULL), hiding_of(OPEN)) == (0, 10, None)
    assert (groups_in(FULL), groups_in(grouped(5, 4))) == ((1, 1), (5, 4))
    assert isinstance(grouped(5, 4), Grouped)
    assert isinstance(hiding_of(FULL), Hiding)


def test_the_phases_are_in_one_order() -> None:
    assert set(COURSE) == set(Phase)
    assert len(COURSE) == len(Phase)
    assert Phase.COMMIT_UPDATES.has_come_to(Phase.ANNOUNCE_KEYS)
    assert not Phase.ANNOUNCE_KEYS.has_come_to(Phase.COMMIT_UPDATES)
    assert Phase.ENROL.has_come_to(Phase.ENROL)
