"""Which choices of secrecy a task may have: asked when it is created, of the fewest clients that a round needs."""

from __future__ import annotations

from typing import Final

from pallets.federated_round.errors import (
    AlgorithmNotHideable,
    BuffersNotHideable,
    RuleNotHideable,
    ScheduleImpossible,
    ShapeUnsuited,
    SumNoiseImpossible,
    SumTooLarge,
    TiersNotSums,
    TooFewToHide,
    TurnsNotHideable,
)
from pallets.federated_round.rule_bounds import check_rule
from pallets.federated_round.rules import Adagrad, Adam, AggregationRule, Mean, Momentum, RobustRule, Yogi
from pallets.federated_round.secrecy.choice import Full, Grouped, Hiding, NoiseLaw, groups_in
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical, Synchronous
from pallets.federated_round.shapes.terms import check_tiers
from pallets.federated_round.types import MAX_GROUPS, Terms
from pallets.federated_round.worth import check_worth
from pallets.frame.error import ensure
from pallets.learning.secure_aggregation.refusals import TermsRefused
from pallets.learning.secure_aggregation.room import check_numbers, check_room, largest_coordinate
from pallets.learning.secure_aggregation.threshold import check_threshold, least_threshold
from pallets.ml_registry.algorithms import LINEAR_AVERAGING, NETWORK_AVERAGING
from pallets.ml_registry.types import AlgorithmId

HIDEABLE: Final = frozenset({LINEAR_AVERAGING, NETWORK_AVERAGING})
"""Whose updates are vectors of one length that add up: `vectors`."""

LEAST_NOISE, MOST_NOISE = 4, 2**40
"""Deviations: from four steps on the sum of discrete Gaussians is one to 2^-200 (Kairouz, Liu, Steinke 2021)."""

MOST_SKELLAM = 2**14
"""Deviation: what the table of `privacy.skellam` has room for; with fewer fractional bits it goes further."""

NOISE_TAIL = 20
"""Deviations that no sample of `privacy.noise_table` exceeds, however many tables it takes."""

SKELLAM_MARGIN = 64
"""Steps that a sample of `privacy.skellam` may be beyond twelve deviations."""

LinearRule = Mean | Momentum | Adam | Yogi | Adagrad
"""Rules that need no more of the updates than their sum."""


def check_secrecy(terms: Terms, secrecy: Grouped | Full, algorithm: AlgorithmId) -> None:
    """Raises the error of the first bound that the choice breaks."""
    ensure(algorithm in HIDEABLE, AlgorithmNotHideable)
    _check_shape(terms, secrecy, algorithm)
    ensure(secrecy.hiding.blocks > 0, ScheduleImpossible)
    robust = isinstance(terms.rule, RobustRule)
    ensure(isinstance(terms.rule, LinearRule) or (robust and isinstance(secrecy, Grouped)), RuleNotHideable)
    groups, needed = groups_in(secrecy)
    if isinstance(secrecy, Grouped):
        ensure(2 <= groups <= MAX_GROUPS and 1 <= needed <= groups, TooFewToHide)
    _check_threshold(terms.seats.minimum_clients // groups, secrecy.hiding.colluding)
    _check_numbers(terms, secrecy.hiding)
    check_rule(terms.rule, needed)
    check_worth(terms.worth, groups)


def counts_samples(rule: AggregationRule) -> bool:
    """Whether a client counts by its samples in a sum; the robust rules count each once, for samples are a claim."""
    return not isinstance(rule, RobustRule)


def largest_weight(terms: Terms) -> int:
    """What a client counts for at most."""
    return terms.max_samples if counts_samples(terms.rule) else 1


def _check_shape(terms: Terms, secrecy: Grouped | Full, algorithm: AlgorithmId) -> None:
    """A sum needs clients that are fixed beforehand, and do not see each other's updates."""
    match terms.shape:
        case Synchronous():
            return
        case Cyclic():
            raise TurnsNotHideable
        case Buffered():
            raise BuffersNotHideable
        case Hierarchical(groups=groups, minimum_groups=minimum):
            are_same = isinstance(secrecy, Grouped) and (groups, minimum) == (secrecy.groups, secrecy.minimum_groups)
            ensure(are_same, TiersNotSums)
            check_tiers(terms, terms.shape, algorithm)
        case _:
            raise ShapeUnsuited


def largest_noise(hiding: Hiding) -> int:
    """Steps that no client's noise in a value exceeds."""
    return NOISE_TAIL * hiding.noise + (SKELLAM_MARGIN if hiding.law is NoiseLaw.SKELLAM else 0)


def _check_threshold(clients: int, colluding: int) -> None:
    """Beside those who collude, two at least have to be in the smallest sum: one would be told apart from them."""
    threshold = least_threshold(clients, colluding)
    ensure(threshold - colluding >= 2, TooFewToHide)
    try:
        check_threshold(clients, threshold, colluding)
    except TermsRefused:
        raise TooFewToHide from None


def _check_numbers(terms: Terms, hiding: Hiding) -> None:
    most = MOST_SKELLAM if hiding.law is NoiseLaw.SKELLAM else MOST_NOISE
    ensure(hiding.noise == 0 or LEAST_NOISE <= hiding.noise <= most, SumNoiseImpossible)
    weight, noise = largest_weight(terms), largest_noise(hiding)
    try:
        check_numbers(hiding.clip, hiding.fractional_bits, hiding.modulus_bits, weight, noise)
        check_room(terms.seats.clients, largest_coordinate(hiding.clip, weight, noise), hiding.modulus_bits)
    except TermsRefused:
        raise SumTooLarge from None
