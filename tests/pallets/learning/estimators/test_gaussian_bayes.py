from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.gaussian_bayes import MEAN_BITS, PRECISION_BITS, TOTAL_BITS, GaussianBayes
from tests.pallets.learning.estimators.models import STEPS, gaussian


@given(gaussian(), st.data())
def test_scores_are_the_exact_sums(model: GaussianBayes, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    inputs = [Fraction(step - 2**15, 2**15) for step in row]
    expected = [
        Fraction(constant, 2**32)
        - sum(
            Fraction(precision, 2**PRECISION_BITS) * (value - Fraction(mean, 2**MEAN_BITS)) ** 2
            for value, mean, precision in zip(inputs, means, precisions, strict=True)
        )
        for constant, means, precisions in zip(model.constants, model.means, model.precisions, strict=True)
    ]
    assert [Fraction(score, 2**TOTAL_BITS) for score in model.scores(row)] == expected
    assert model.predict(row) == expected.index(max(expected))


def test_tables_of_another_shape_or_range_are_refused() -> None:
    with pytest.raises(EstimatorError, match="1 features of a mean, not 2"):
        GaussianBayes(2, 2, (0, 0), ((1,), (1,)), ((1, 1), (1, 1)))
    with pytest.raises(EstimatorError, match=r"a precision outside 0\.\."):
        GaussianBayes(1, 2, (0, 0), ((1,), (1,)), ((1,), (-1,)))
    with pytest.raises(EstimatorError, match="1 rows of a table, not 2"):
        GaussianBayes(1, 2, (0,), ((1,), (1,)), ((1,), (1,)))
