from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.averaging import weighted_mean
from pallets.learning.estimators.artifact import EstimatorError, Task
from pallets.learning.estimators.network import Network, average_networks, encode_network, starting_network
from tests.pallets.learning.estimators.models import STEPS, networks


def real_scores(model: Network, row: tuple[int, ...]) -> list[Fraction]:
    """The forward pass without any rounding."""
    inputs = [*(Fraction(step - 2**15, 2**15) for step in row), Fraction(1)]
    weights = iter(Fraction(weight, 2**24) for weight in model.weights)
    units = [
        max(sum((next(weights) * value for value in inputs), Fraction(0)), Fraction(0)) for _ in range(model.hidden)
    ]
    units.append(Fraction(1))
    return [sum((next(weights) * unit for unit in units), Fraction(0)) for _ in range(model.outputs)]


@given(networks(), st.data())
def test_scores_are_within_their_stated_error(model: Network, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    for found, real in zip(model.scores(row), real_scores(model, row), strict=True):
        assert abs(Fraction(found, 2**40) - real) <= model.error_bound


@given(networks(st.integers(-(2**26), 2**26)), st.data())
def test_scores_stay_within_their_stated_error_where_every_weight_was_rounded(
    model: Network, data: st.DataObject
) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    halves = data.draw(
        st.tuples(*[st.sampled_from([Fraction(-1, 2), Fraction(0), Fraction(1, 2)])] * len(model.weights))
    )
    inputs = [*(Fraction(step - 2**15, 2**15) for step in row), Fraction(1)]
    weights = iter((weight + half) / 2**24 for weight, half in zip(model.weights, halves, strict=True))
    units = [
        max(sum((next(weights) * value for value in inputs), Fraction(0)), Fraction(0)) for _ in range(model.hidden)
    ]
    units.append(Fraction(1))
    for found in model.scores(row):
        real = sum((next(weights) * unit for unit in units), Fraction(0))
        assert abs(Fraction(found, 2**40) - real) <= model.error_bound


@given(st.data())
def test_the_average_is_the_weighted_mean_of_the_weights(data: st.DataObject) -> None:
    first = data.draw(networks(st.integers(-(2**30), 2**30)))
    others = data.draw(st.lists(st.tuples(*[st.integers(-(2**30), 2**30)] * len(first.weights)), max_size=3))
    models = [first, *(replace(first, weights=weights) for weights in others)]
    samples = data.draw(st.tuples(*[st.integers(1, 1000)] * len(models)))
    averaged = average_networks(models, samples)
    assert averaged == replace(first, weights=tuple(weighted_mean([model.weights for model in models], samples)))


def test_networks_of_different_shapes_are_not_averaged() -> None:
    one, other = (starting_network(Task.CLASSIFIER, 4, hidden, 3, b"seed") for hidden in (5, 6))
    with pytest.raises(EstimatorError, match="network 1 has another task or shape than network 0"):
        average_networks([one, other], [1, 1])
    with pytest.raises(EstimatorError, match="no network to average"):
        average_networks([], [])


def test_a_start_depends_on_the_seed_alone_and_lies_within_its_bound() -> None:
    start = starting_network(Task.CLASSIFIER, 3, 3, 3, b"seed")
    assert start == starting_network(Task.CLASSIFIER, 3, 3, 3, b"seed")
    assert start != starting_network(Task.CLASSIFIER, 3, 3, 3, b"other")
    assert max(map(abs, start.weights)) <= 2**24
    assert [start.weights[place] for place in (3, 7, 11, 15, 19, 23)] == [0] * 6
    assert encode_network(start)[:11].hex() == "50455701" + "00" + "0300" * 3


def test_two_classes_share_an_output() -> None:
    model = Network(Task.CLASSIFIER, 1, 1, 2, (1 << 24, 0, 1 << 24, -(1 << 23)))
    assert [model.predict((step,)) for step in (0, 49152, 49153)] == [0, 0, 1]


def test_weights_of_another_number_are_refused() -> None:
    with pytest.raises(EstimatorError, match="3 weights, not 4"):
        Network(Task.REGRESSOR, 1, 1, 0, (0, 0, 0))
