from __future__ import annotations

from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.projection import Projection
from tests.pallets.learning.estimators.models import STEPS, projections


@given(projections(), st.data())
def test_coordinates_are_the_exact_sums_cut(model: Projection, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    inputs = [*(Fraction(step - 2**15, 2**15) for step in row), Fraction(1)]
    exact = [
        sum(Fraction(weight, 2**24) * value for weight, value in zip(direction, inputs, strict=True))
        for direction in model.directions
    ]
    assert model.transform(row) == tuple(trunc(value * 2**16) for value in exact)


def test_more_components_than_features_are_refused() -> None:
    with pytest.raises(EstimatorError, match="2 components, not 1"):
        Projection(1, ((1, 0), (1, 0)))
