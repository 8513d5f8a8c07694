"""Corrections in numpy are those of `client_descent`, and hold a client where they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation import client_descent
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_corrections import controlled, proximal, summed
from pallets.learning.linear_model import LinearKind, LinearModel, LinearParameters, empty_model
from pallets.learning.linear_training import linear_loss, train_linear

START = LinearModel(LinearKind.CLASSIFIER, 2, 2, (5, -7, 11))
WEIGHTS = st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3)


@given(WEIGHTS, st.integers(0, 2**18))
def test_the_proximal_pull_is_that_of_client_descent(weights: list[int], mu: int) -> None:
    expected = client_descent.proximal(START.weights, mu << 16)(weights)
    assert proximal(START, mu)(np.array([weights])).tolist() == [list(expected)]


@given(WEIGHTS, WEIGHTS)
def test_the_control_is_that_of_client_descent(own: list[int], server: list[int]) -> None:
    expected = client_descent.controlled(own, server)(START.weights)
    assert controlled(START, own, server)(np.zeros((1, 3), dtype=np.int64)).tolist() == [list(expected)]


def test_corrections_add_up_and_none_is_none() -> None:
    assert summed([]) is None
    both = summed([controlled(START, (0, 0, 0), (1, 2, 3)), controlled(START, (0, 0, 0), (10, 20, 30))])
    assert both is not None
    assert both(np.zeros((1, 3), dtype=np.int64)).tolist() == [[11, 22, 33]]


def test_a_pull_that_leaves_int64_is_refused() -> None:
    with pytest.raises(Overflow):
        proximal(START, 2**24)(np.array([[2**43, 0, 0]]))


def test_a_proximal_client_stays_nearer_to_its_start() -> None:
    start = empty_model(LinearKind.CLASSIFIER, 1, 2)
    rows, labels, parameters = [(0,), (65535,)], (0, 1), LinearParameters(epochs=20)
    free = train_linear(start, rows, labels, parameters)
    held = train_linear(start, rows, labels, parameters, proximal(start, 1 << 15))
    assert 0 < held.weights[0] < free.weights[0]


def test_the_loss_falls_as_a_client_learns_and_is_a_quarter_at_first() -> None:
    start = empty_model(LinearKind.CLASSIFIER, 1, 2)
    rows, labels = [(0,), (65535,)], (0, 1)
    assert linear_loss(start, rows, labels) == 1 << 22
    assert linear_loss(train_linear(start, rows, labels, LinearParameters()), rows, labels) < 1 << 22
    line = LinearModel(LinearKind.REGRESSOR, 1, 0, (0, 1 << 24))
    assert linear_loss(line, [(7,), (9,)], (0, 3 << 16)) == (1 + 4) << 23
