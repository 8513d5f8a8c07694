from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.contribution import (
    CLIENT_LIMIT,
    ContributionError,
    average_value,
    classifier_values,
    leave_one_out,
    regressor_values,
    shapley,
    shapley_of_table,
    split,
)
from pallets.learning.fixed_point import divide
from pallets.learning.linear_model import LinearKind, LinearModel, average, empty_model

games = st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-1000, 1000), min_size=1 << n, max_size=1 << n))


def oracle(values: list[int]) -> list[Fraction]:
    """The mean gain of each client over all orders of joining."""
    clients = len(values).bit_length() - 1
    gains = [0] * clients
    for order in permutations(range(clients)):
        coalition = 0
        for client in order:
            gains[client] += values[coalition | 1 << client] - values[coalition]
            coalition |= 1 << client
    return [Fraction(gain, factorial(clients)) for gain in gains]


@given(games)
def test_a_value_is_the_mean_gain_over_all_orders(values: list[int]) -> None:
    assert list(shapley_of_table(values).values) == oracle(values)


@given(games)
def test_values_add_up_to_what_all_are_worth(values: list[int]) -> None:
    worth = shapley_of_table(values)
    assert sum(worth.numerators) == (values[-1] - values[0]) * worth.denominator


@given(games, st.integers(-50, 50))
def test_a_client_that_always_adds_the_same_is_worth_that(values: list[int], gain: int) -> None:
    joined = values + [value + gain for value in values]
    worth = shapley_of_table(joined).values
    assert worth[-1] == gain  # nothing for a null player
    assert worth[:-1] == shapley_of_table(values).values


@given(games, st.data())
def test_renaming_clients_renames_their_values(values: list[int], data: st.DataObject) -> None:
    clients = len(values).bit_length() - 1
    renamed = data.draw(st.permutations(range(clients)))

    def value(coalition: int) -> int:
        return values[sum(1 << renamed[client] for client in range(clients) if coalition >> client & 1)]

    worth = shapley_of_table(values).values
    assert shapley(clients, value).values == tuple(worth[renamed[client]] for client in range(clients))


def test_clients_that_are_interchangeable_are_worth_the_same() -> None:
    worth = shapley(4, lambda coalition: coalition.bit_count() ** 3)
    assert set(worth.values) == {Fraction(64, 4)}


def test_each_coalition_is_asked_once() -> None:
    asked: list[int] = []
    shapley(3, lambda coalition: asked.append(coalition) or 0)  # type: ignore[func-returns-value]  # records the call
    assert asked == list(range(8))


@pytest.mark.parametrize("clients", [0, CLIENT_LIMIT + 1])
def test_exact_values_are_for_one_to_sixteen_clients(clients: int) -> None:
    for attempt in (
        lambda: shapley(clients, lambda coalition: coalition),
        lambda: classifier_values([[[1, 0]]] * clients, [0]),
        lambda: regressor_values([[1]] * clients, [1] * clients, [0]),
    ):
        with pytest.raises(ContributionError, match=f"exact Shapley values of {clients} clients: from 1 to 16"):
            attempt()


def test_a_table_lists_every_coalition() -> None:
    with pytest.raises(ContributionError, match="3 values are not those of all coalitions"):
        shapley_of_table([0, 1, 2])


@st.composite
def votes(draw: st.DrawFn) -> tuple[list[list[list[int]]], list[int]]:
    """Vote tables of some clients, and the classes of the rows."""
    clients, rows, classes = draw(st.integers(1, 4)), draw(st.integers(1, 6)), draw(st.integers(1, 4))
    counts = st.lists(st.integers(0, 9), min_size=classes, max_size=classes)
    table = st.lists(counts, min_size=rows, max_size=rows)
    return (
        draw(st.lists(table, min_size=clients, max_size=clients)),
        draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows)),
    )


@given(votes())
def test_a_coalitions_value_is_its_correct_rows(given_: tuple[list[list[list[int]]], list[int]]) -> None:
    tables, labels = given_
    expected = []
    for coalition in range(1 << len(tables)):
        right = 0
        for row, label in enumerate(labels):
            totals = [
                sum(table[row][c] for client, table in enumerate(tables) if coalition >> client & 1)
                for c in range(len(tables[0][0]))
            ]
            right += totals.index(max(totals)) == label
        expected.append(right)
    assert classifier_values(tables, labels) == expected


def test_nobody_says_the_lowest_class() -> None:
    assert classifier_values([[[0, 1], [0, 1], [1, 0]]], [0, 1, 0])[0] == 2


@pytest.mark.parametrize(
    ("tables", "labels", "message"),
    [
        ([[[1, 0]]], [], "no rows to judge by"),
        ([[[1, 0]], [[1]]], [0], "the votes of client 1 are not 1 rows of 2 classes"),
        ([[[1, 0]], []], [0], "the votes of client 1 are not 1 rows of 2 classes"),
        ([[[1, -1]]], [0], "client 0 has a negative number of votes"),
        ([[[1, 0]]], [2], r"a label outside 0\.\.1"),
    ],
)
def test_votes_that_do_not_fit_are_refused(tables: list[list[list[int]]], labels: list[int], message: str) -> None:
    with pytest.raises(ContributionError, match=message):
        classifier_values(tables, labels)


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=1, max_size=4), st.data())
def test_a_regressing_coalition_is_worth_minus_its_errors(totals: list[tuple[int, int]], data: st.DataObject) -> None:
    trees = data.draw(st.lists(st.integers(1, 9), min_size=len(totals), max_size=len(totals)))
    targets = [30, -40]
    values = regressor_values(totals, trees, targets)
    for coalition, value in enumerate(values):
        members = [client for client in range(len(totals)) if coalition >> client & 1]
        count = sum(trees[client] for client in members)
        means = [divide(sum(totals[client][row] for client in members), count) if members else 0 for row in (0, 1)]
        assert value == -sum(abs(mean - target) for mean, target in zip(means, targets, strict=True))


@given(votes())
def test_a_base_votes_in_every_coalition(given_: tuple[list[list[list[int]]], list[int]]) -> None:
    (*tables, base), labels = given_
    if tables:
        as_a_client = classifier_values([*tables, base], labels)
        assert classifier_values(tables, labels, base) == as_a_client[1 << len(tables) :]


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=2, max_size=4))
def test_a_base_is_in_the_mean_of_every_coalition(totals: list[tuple[int, int]]) -> None:
    trees = list(range(1, len(totals) + 1))
    as_a_client = regressor_values(totals, trees, [30, -40])
    assert (
        regressor_values(totals[:-1], trees[:-1], [30, -40], (totals[-1], trees[-1]))
        == as_a_client[1 << (len(totals) - 1) :]
    )


def test_regressors_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ContributionError, match="do not fit each other"):
        regressor_values([[1, 2]], [1], [0])
    with pytest.raises(ContributionError, match="do not fit each other"):
        regressor_values([[1]], [1], [0], ([1, 2], 1))


def test_the_value_of_averaged_models_is_their_correct_rows() -> None:
    models = [LinearModel(LinearKind.CLASSIFIER, 1, 2, (weight << 24, 0)) for weight in (3, -1, 1)]
    start = empty_model(LinearKind.CLASSIFIER, 1, 2)
    rows, labels = [[0], [65535], [40000]], [0, 1, 1]
    value = average_value(models, [1, 2, 4], start, rows, labels)
    assert value(0) == 1  # all weights zero: every row is of the lowest class
    assert value(0b010) == 0  # the reversed one
    assert value(0b011) == 3
    both = average(models[:2], [1, 2])
    assert [both.predict(row) for row in rows] == labels
    worth = shapley(3, value)
    assert sum(worth.values) == value(0b111) - value(0)
    assert worth.values[1] < 0


def test_leaving_one_out_needs_one_evaluation_more_than_clients() -> None:
    asked: list[int] = []

    def value(coalition: int) -> int:
        asked.append(coalition)
        return coalition * coalition

    assert leave_one_out(3, value) == (49 - 36, 49 - 25, 49 - 9)
    assert len(asked) == 4


@given(st.integers(0, 10**30), st.lists(st.integers(-(10**20), 10**20), max_size=12))
def test_shares_add_up_and_differ_from_proportion_by_less_than_one(amount: int, scores: list[int]) -> None:
    shares = split(amount, scores)
    total = sum(score for score in scores if score > 0)
    assert sum(shares) == (amount if total else 0)
    for share, score in zip(shares, scores, strict=True):
        assert abs(share - Fraction(amount * max(score, 0), max(total, 1))) < 1
        assert share >= 0


def test_what_is_left_goes_to_the_largest_remainders_then_the_lowest_index() -> None:
    assert split(10, [1, 1, 1]) == (4, 3, 3)
    assert split(11, [1, 1, 1]) == (4, 4, 3)
    assert split(7, [5, 3, -2]) == (4, 3, 0)
    assert split(5, [0, -1]) == (0, 0)
    with pytest.raises(ContributionError, match="cannot split -1"):
        split(-1, [1])
