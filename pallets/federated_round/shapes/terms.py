"""Which shapes a task may have; asked when it is created."""

from __future__ import annotations

from typing import Final

from pallets.federated_round.errors import RuleUnsuited, ShapeUnsuited, TooFewInGroups, TooManySamples
from pallets.federated_round.rule_bounds import check_rule
from pallets.federated_round.rules import Adagrad, Adam, Mean, Momentum, RobustRule, Yogi
from pallets.federated_round.shapes.choice import MOST_STALENESS, Buffered, Cyclic, Hierarchical, Shape, Synchronous
from pallets.federated_round.types import Terms
from pallets.frame.error import ensure
from pallets.learning.aggregation.rates import ONE
from pallets.learning.fixed_point import INT64_MAX
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.ml_registry.algorithms import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
)
from pallets.ml_registry.types import AlgorithmId

LARGEST_RATE: Final = 16 * ONE

LARGEST_UPDATE: Final = {LINEAR_AVERAGING: WEIGHT_LIMIT, NETWORK_AVERAGING: 4 * WEIGHT_LIMIT}
"""What is below it in each value of an update, of algorithms whose updates add up: weights, or moves of them."""

GROUPED_ALGORITHMS: Final = frozenset({*LARGEST_UPDATE, FOREST_MERGE, FOREST_QUOTA, TREE_BOOSTING})
"""Whose updates `strategies.grouping` joins in groups."""

GroupedRule = Mean | Momentum | Adam | Yogi | Adagrad | RobustRule
"""Rules that groups' means can stand for clients in."""


def check_shape(terms: Terms, shape: Shape, algorithm: AlgorithmId) -> None:
    """Raises the error of the first bound that the shape breaks."""
    match shape:
        case Synchronous():
            return
        case Cyclic():
            ensure(terms.seats.clients == 1, ShapeUnsuited)
        case Hierarchical():
            check_tiers(terms, shape, algorithm)
        case Buffered():
            ensure(algorithm == LINEAR_AVERAGING, ShapeUnsuited)
            ensure(isinstance(terms.rule, Mean), RuleUnsuited)
            ensure(shape.largest_staleness <= MOST_STALENESS, ShapeUnsuited)
            ensure(1 <= shape.learning_rate <= LARGEST_RATE, ShapeUnsuited)
        case _:
            raise ShapeUnsuited


def check_tiers(terms: Terms, shape: Hierarchical, algorithm: AlgorithmId) -> None:
    """Groups have a client and an aggregator each, and their sums fit 64 bits, whatever the clients say."""
    ensure(algorithm in GROUPED_ALGORITHMS, ShapeUnsuited)
    seats = terms.seats
    ensure(2 <= shape.groups <= min(seats.aggregators, seats.minimum_clients), TooFewInGroups)
    ensure(1 <= shape.minimum_groups <= shape.groups, TooFewInGroups)
    if algorithm in LARGEST_UPDATE:
        ensure(isinstance(terms.rule, GroupedRule), RuleUnsuited)
        check_rule(terms.rule, shape.minimum_groups)
        ensure(terms.max_samples * seats.clients * LARGEST_UPDATE[algorithm] <= INT64_MAX, TooManySamples)
