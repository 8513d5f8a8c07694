from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError, Task
from pallets.learning.estimators.support_vectors import Kernel, SupportVectors, farthest
from tests.pallets.learning.estimators.models import STEPS, support_vectors
from tests.pallets.learning.estimators.tables import reals_of

UNIT = 1 << 62


def real_scores(model: SupportVectors, row: tuple[int, ...]) -> list[float]:
    """The decisions of the same machine in floats, as libsvm defines them."""
    vectors, inputs = reals_of(model.vectors).reshape(-1, model.features), reals_of(row)
    if model.kernel is Kernel.RBF:
        kernels = np.exp(-model.gamma / 2**24 * ((vectors - inputs) ** 2).sum(axis=1))
    else:
        kernels = vectors @ inputs
    lines = np.array(model.coefficients, float).reshape(model.rows, -1) / 2**32
    if model.task is Task.REGRESSOR:
        return [float(lines[0] @ kernels + model.intercepts[0] / 2**32)]
    own = np.repeat(np.arange(model.classes), model.supports)
    found = list[float]()
    for first in range(model.classes):
        for second in range(first + 1, model.classes):
            one, other = own == first, own == second
            total = lines[second - 1][one] @ kernels[one] + lines[first][other] @ kernels[other]
            found.append(float(total + model.intercepts[len(found)] / 2**32))
    return found


SMALL = st.integers(-(2**36), 2**36)


@given(support_vectors(SMALL), st.data())
def test_decisions_are_within_their_stated_error(model: SupportVectors, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    for found, real in zip(model.scores(row), real_scores(model, row), strict=True):
        assert abs(Fraction(found, UNIT) - Fraction(real)) <= model.error_bound + Fraction(1, 10**12)


@given(st.integers(1, 2**34))
def test_beyond_the_farthest_distance_the_kernel_is_zero(gamma: int) -> None:
    vectors = ((0,) * 64, (65535,) * 64)
    model = SupportVectors(Task.REGRESSOR, Kernel.RBF, gamma, 64, 0, (), vectors, ((1, 1),), (0,))
    kernels = model.kernels((0,) * 64)
    assert kernels[0] == 1 << 30
    assert kernels[1] == 0 or farthest(gamma) > 64 * 65535**2
    assert farthest(gamma) * gamma < 2**60


def test_a_positive_decision_is_for_its_first_class() -> None:
    for intercept, expected in ((1, 0), (0, 1), (-1, 1)):
        model = SupportVectors(Task.CLASSIFIER, Kernel.LINEAR, 0, 1, 2, (0, 0), (), ((),), (intercept,))
        assert model.predict((0,)) == expected


def test_equal_votes_go_to_the_lowest_class() -> None:
    # each class wins one of the three pairs: 0 over 1, 2 over 0, 1 over 2
    model = SupportVectors(Task.CLASSIFIER, Kernel.LINEAR, 0, 1, 3, (0, 0, 0), (), ((), ()), (5, -5, 5))
    assert model.predict((0,)) == 0


@pytest.mark.parametrize(
    ("gamma", "supports", "why"),
    [(0, (1, 1), "a gamma outside 1"), (5, (1, 2), "do not add up to the 2"), (5, (1,), "1 counts of vectors, not 2")],
)
def test_what_is_no_machine_is_refused(gamma: int, supports: tuple[int, ...], why: str) -> None:
    with pytest.raises(EstimatorError, match=why):
        SupportVectors(Task.CLASSIFIER, Kernel.RBF, gamma, 1, 2, supports, ((1,), (2,)), ((1, 1),), (0,))
