"""What asks for an impossible shape is refused when a task is created."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pallets.federated_round import Seats, Terms, errors
from pallets.federated_round.rules import Fair, Median
from pallets.federated_round.secrecy.choice import Full, Hiding
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical, Shape
from pallets.federated_round.shapes.terms import check_tiers
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop, assert_ok
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry.algorithms import NETWORK_AVERAGING
from tests.pallets.federated_round.mock import OWNER, TERMS, RoundRuntime, new_runtime
from tests.pallets.federated_round.test_rule_bounds import create, runtime

__all__ = ["runtime"]  # a fixture

FOREST, LINEAR = 0, 1
SEATS = Seats(clients=6, minimum_clients=4, aggregators=4, validators=3)
ALONE = replace(SEATS, clients=1, minimum_clients=1)
HIDING = Hiding(clip=1 << 16, fractional_bits=16, modulus_bits=64, colluding=1, noise=0, blocks=2)


def terms_of(shape: Shape, seats: Seats = SEATS) -> Terms:
    return replace(TERMS, shape=shape, seats=seats)


@pytest.mark.parametrize(
    ("terms", "model"),
    [
        (terms_of(Cyclic(), ALONE), FOREST),
        (terms_of(Hierarchical(4, 1)), FOREST),
        (terms_of(Hierarchical(2, 2)), LINEAR),
        (replace(terms_of(Hierarchical(4, 3)), rule=Median(1)), LINEAR),
        (terms_of(Buffered(16, ONE)), LINEAR),
    ],
)
def test_shapes_that_can_be_are_taken(runtime: RoundRuntime, terms: Terms, model: int) -> None:
    assert_ok(runtime, Signed(OWNER), create(runtime, terms, model))


@pytest.mark.parametrize(
    ("terms", "model", "error"),
    [
        (terms_of(Cyclic()), FOREST, errors.ShapeUnsuited),
        (replace(terms_of(Cyclic(), ALONE), secrecy=Full(HIDING)), LINEAR, errors.TurnsNotHideable),
        (terms_of(Hierarchical(1, 1)), LINEAR, errors.TooFewInGroups),
        (terms_of(Hierarchical(5, 1)), LINEAR, errors.TooFewInGroups),
        (terms_of(Hierarchical(3, 1), replace(SEATS, minimum_clients=2)), LINEAR, errors.TooFewInGroups),
        (terms_of(Hierarchical(2, 0)), LINEAR, errors.TooFewInGroups),
        (terms_of(Hierarchical(2, 3)), LINEAR, errors.TooFewInGroups),
        (replace(terms_of(Hierarchical(2, 2)), rule=Fair(1, 1, ONE)), LINEAR, errors.RuleUnsuited),
        (replace(terms_of(Hierarchical(4, 2)), rule=Median(1)), LINEAR, errors.TooManyAdversaries),
        (replace(terms_of(Hierarchical(2, 2)), max_samples=100_000), LINEAR, errors.TooManySamples),
        (terms_of(Buffered(1, ONE)), FOREST, errors.ShapeUnsuited),
        (replace(terms_of(Buffered(1, ONE)), rule=Median(1)), LINEAR, errors.RuleUnsuited),
        (terms_of(Buffered(17, ONE)), LINEAR, errors.ShapeUnsuited),
        (terms_of(Buffered(1, 0)), LINEAR, errors.ShapeUnsuited),
        (terms_of(Buffered(1, 16 * ONE + 1)), LINEAR, errors.ShapeUnsuited),
    ],
)
def test_shapes_that_cannot_be_are_refused(
    runtime: RoundRuntime, terms: Terms, model: int, error: type[DispatchError]
) -> None:
    assert_noop(runtime, Signed(OWNER), create(runtime, terms, model), error)


def test_networks_are_grouped_as_long_as_their_sums_have_room() -> None:
    runtime = new_runtime(NETWORK_AVERAGING)
    few = replace(terms_of(Hierarchical(2, 2)), max_samples=2**14)
    assert_ok(runtime, Signed(OWNER), create(runtime, few, 0))
    assert_noop(runtime, Signed(OWNER), create(runtime, replace(few, max_samples=2**15), 0), errors.TooManySamples)
    assert_ok(runtime, Signed(OWNER), create(runtime, terms_of(Cyclic(), ALONE), 0))


def test_updates_that_nobody_groups_are_not_for_hierarchical_rounds() -> None:
    with pytest.raises(errors.ShapeUnsuited):
        check_tiers(terms_of(Hierarchical(2, 2)), Hierarchical(2, 2), algorithm=99)


def test_groups_make_the_longest_round_longer(runtime: RoundRuntime) -> None:
    longer = TERMS.schedule.aggregate + TERMS.schedule.reveal
    assert terms_of(Hierarchical(2, 2)).longest == TERMS.longest + longer
    schedule = replace(TERMS.schedule, enrol=50 - TERMS.longest + TERMS.schedule.enrol)
    flat = replace(TERMS, schedule=schedule)
    assert_ok(runtime, Signed(OWNER), create(runtime, flat))
    grouped = replace(terms_of(Hierarchical(2, 2)), schedule=schedule)
    assert_noop(runtime, Signed(OWNER), create(runtime, grouped), errors.ScheduleImpossible)
