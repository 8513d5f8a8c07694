from __future__ import annotations

from math import exp

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.linear_training import sigmoids
from pallets.learning.sigmoid import LAST_STEP, ONE, sigmoid, table

arguments = st.one_of(st.integers(-(2**21), 2**21), st.integers(-(2**62), 2**62))


@given(arguments)
def test_it_is_the_logistic_function_within_three_steps(argument: int) -> None:
    real = 1 / (1 + exp(-max(min(argument / ONE, 50), -50)))
    assert abs(sigmoid(argument) - real * ONE) < 3


@given(arguments, arguments)
def test_it_never_falls(one: int, other: int) -> None:
    assert sigmoid(min(one, other)) <= sigmoid(max(one, other))


@given(arguments)
def test_both_sides_add_up_to_one(argument: int) -> None:
    assert sigmoid(argument) + sigmoid(-argument) == ONE
    assert 0 < sigmoid(argument) < ONE


@given(st.lists(arguments, min_size=1))
def test_arrays_have_the_same_values(many: list[int]) -> None:
    assert sigmoids(np.array(many)).tolist() == [sigmoid(argument) for argument in many]


def test_the_table_never_changes() -> None:
    values = table()
    assert len(values) == LAST_STEP + 1
    assert (values[0], values[1], values[32], values[96], values[-1]) == (32768, 33279, 47910, 62427, 65535)
    assert sum(values) == 23761116
