from __future__ import annotations

from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.aggregation.fairness import fair_step, power, root
from pallets.learning.aggregation.rates import ONE, OptimiserError, rate
from tests.pallets.learning.aggregation.flower import START, UPDATES, first_round_of, largest_difference

values = st.integers(-(2**40), 2**40)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[int], list[list[int]], list[int]]:
    clients = draw(st.integers(1, 4))
    row = st.lists(values, min_size=2, max_size=2)
    losses = st.integers(2**16, 2**30)
    return (
        draw(row),
        draw(st.lists(row, min_size=clients, max_size=clients)),
        draw(st.lists(losses, min_size=clients, max_size=clients)),
    )


@given(rounds(), st.integers(0, 3), st.integers(1, 2**34))
def test_whole_powers_are_those_of_rational_arithmetic(
    given_: tuple[list[int], list[list[int]], list[int]], q: int, learning_rate: int
) -> None:
    weights, updates, losses = given_
    lipschitz = Fraction(ONE, learning_rate)
    numerators, total = [Fraction(0)] * 2, Fraction(0)
    for update, loss in zip(updates, losses, strict=True):
        real_loss = Fraction(loss, 2**24)
        gradient = [lipschitz * (w - u) / 2**24 for w, u in zip(weights, update, strict=True)]
        squared = sum(value * value for value in gradient)
        numerators = [done + real_loss**q * value for done, value in zip(numerators, gradient, strict=True)]
        total += lipschitz * real_loss**q + (q * real_loss ** (q - 1) * squared if q else 0)
    found = fair_step(weights, updates, losses, q=(q, 1), learning_rate=learning_rate)
    for new, weight, numerator in zip(found, weights, numerators, strict=True):
        exact = weight - numerator / total * 2**24
        # powers lose their bits below 2^-64, a loss of 2^-8 or more to the power 3 keeps 40 of them
        assert abs(new - exact) <= 1 + abs(exact - weight) * Fraction(1, 2**36)


@given(rounds())
def test_q_of_zero_is_the_plain_mean(given_: tuple[list[int], list[list[int]], list[int]]) -> None:
    weights, updates, losses = given_
    found = fair_step(weights, updates, losses, q=(0, 1), learning_rate=ONE)
    for place, weight in enumerate(weights):
        move = Fraction(sum(weight - update[place] for update in updates), len(updates))
        assert found[place] == weight - trunc(move)


@given(rounds(), st.data())
def test_the_order_of_clients_changes_nothing(
    given_: tuple[list[int], list[list[int]], list[int]], data: st.DataObject
) -> None:
    weights, updates, losses = given_
    order = data.draw(st.permutations(range(len(losses))))
    shuffled = fair_step(weights, [updates[i] for i in order], [losses[i] for i in order], q=(1, 5), learning_rate=ONE)
    assert shuffled == fair_step(weights, updates, losses, q=(1, 5), learning_rate=ONE)


def test_equal_losses_agree_with_flower() -> None:
    """Flower takes the loss of the server's model for every client's."""
    found = fair_step(START, UPDATES[0], [5 * 2**21] * 5, q=(1, 5), learning_rate=rate(0.1))
    assert largest_difference(found, first_round_of("QFedAvg")) < 1e-7


def test_the_client_that_fares_worse_moves_the_weights_more() -> None:
    fair = fair_step([0], [[-(2**24)], [2**24]], [2**24, 2**26], q=(2, 1), learning_rate=ONE)
    assert fair[0] > 0


@settings(max_examples=200)
@given(st.integers(0, 2**900), st.integers(1, 16))
def test_roots_are_the_largest_integers_below(value: int, degree: int) -> None:
    found = root(value, degree)
    assert found**degree <= value < (found + 1) ** degree


@given(st.integers(1, 2**48), st.integers(-32, 32), st.integers(1, 16))
def test_powers_are_right_to_their_last_bit(loss: int, numerator: int, denominator: int) -> None:
    found = power(loss, numerator, denominator)
    exact = Fraction(loss, 2**24) ** numerator * Fraction(2**64) ** denominator
    assert Fraction(found) ** denominator <= exact
    assert Fraction(found + 1) ** denominator > exact - 1


@pytest.mark.parametrize(
    ("q", "losses", "learning_rate", "reason"),
    [
        ((1, 0), [1], ONE, "q is 1/0"),
        ((1, 17), [1], ONE, "q is 1/17"),
        ((-1, 2), [1], ONE, "q is -1/2"),
        ((33, 2), [1], ONE, "q is 33/2"),
        ((1, 1), [], ONE, "1 updates with 0 losses"),
        ((1, 1), [-1], ONE, "the loss of update 0 is -1"),
        ((1, 1), [1], 0, "learning_rate is 0"),
        ((16, 1), [0], ONE, "too small to count"),
    ],
)
def test_what_no_step_can_be_made_with_is_refused(
    q: tuple[int, int], losses: list[int], learning_rate: int, reason: str
) -> None:
    with pytest.raises(OptimiserError, match=reason):
        fair_step([0], [[0]], losses, q=q, learning_rate=learning_rate)
