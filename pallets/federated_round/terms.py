"""Which terms a task may have."""

from __future__ import annotations

from dataclasses import astuple, replace

from chain.primitives import BlockNumber
from pallets.federated_round.errors import (
    EmptyArtifact,
    FractionTooLarge,
    NoSamples,
    RuleUnsuited,
    ScheduleImpossible,
    SeatsImpossible,
    SplitUnbalanced,
    ThresholdTooLarge,
    UnsealedUnsuited,
)
from pallets.federated_round.noise import check_noise
from pallets.federated_round.rules import AggregationRule, Mean, NetworkRule
from pallets.federated_round.secrecy.choice import Full, Grouped
from pallets.federated_round.shapes.choice import Buffered, Hierarchical, Synchronous
from pallets.federated_round.types import MAX_CLIENTS, MAX_DUTIES, MILLION, PERCENT, Terms
from pallets.federated_round.worth import check_worth
from pallets.frame.error import ensure
from pallets.ml_registry.algorithms import LINEAR_AVERAGING, NETWORK_AVERAGING
from pallets.ml_registry.types import AlgorithmId


def check_terms(terms: Terms, algorithm: AlgorithmId, unbonding_delay: BlockNumber) -> None:
    """Raises the error of the first rule that the terms break.

    A round must be over before stake that was active when its owner was enrolled can be withdrawn.
    """
    ensure(terms.settings.size > 0 and len(terms.settings.cid) > 0, EmptyArtifact)
    ensure(
        min(astuple(replace(terms.schedule, enrol=1, challenge=1))) > 0 and terms.longest <= unbonding_delay,
        ScheduleImpossible,
    )
    seats = terms.seats
    ensure(1 <= seats.minimum_clients <= seats.clients <= MAX_CLIENTS, SeatsImpossible)
    ensure(1 <= seats.aggregators <= MAX_DUTIES and 1 <= seats.validators <= MAX_DUTIES, SeatsImpossible)
    ensure(sum(astuple(terms.split)) == PERCENT, SplitUnbalanced)
    ensure(max(astuple(terms.penalties)) <= MILLION and terms.unjudged_share <= PERCENT, FractionTooLarge)
    ensure(terms.max_samples > 0, NoSamples)
    ensure(terms.reward_threshold is None or terms.reward_threshold <= MILLION, ThresholdTooLarge)
    ensure(_suits(terms.rule, algorithm), RuleUnsuited)
    is_hidden = isinstance(terms.secrecy, Grouped | Full)
    ensure(not terms.unsealed_updates or not (is_hidden or isinstance(terms.shape, Buffered)), UnsealedUnsuited)
    if isinstance(terms.secrecy, Grouped | Full):
        from pallets.federated_round.secrecy.terms import check_secrecy  # what open tasks never load

        check_secrecy(terms, terms.secrecy, algorithm)
        check_noise(terms.noise, algorithm, terms.rule)
        return
    if not isinstance(terms.shape, Synchronous):
        from pallets.federated_round.shapes.terms import check_shape

        check_shape(terms, terms.shape, algorithm)
    if not isinstance(terms.rule, Mean) and not isinstance(terms.shape, Hierarchical):
        from pallets.federated_round.rule_bounds import check_rule  # with the optimisers, which most chains never need

        check_rule(terms.rule, seats.minimum_clients)
    check_worth(terms.worth, seats.clients)
    check_noise(terms.noise, algorithm, terms.rule)


def _suits(rule: AggregationRule, algorithm: AlgorithmId) -> bool:
    """Whether an algorithm's updates can be joined by a rule."""
    if algorithm == NETWORK_AVERAGING:
        return isinstance(rule, NetworkRule)
    return algorithm == LINEAR_AVERAGING or isinstance(rule, Mean)
