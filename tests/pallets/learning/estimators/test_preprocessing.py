from __future__ import annotations

from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.preprocessing import OneHot, Scaling
from tests.pallets.learning.estimators.models import STEPS, one_hots, scalings


@given(scalings(), st.data())
def test_scaled_values_are_exact_but_for_the_cut(model: Scaling, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    exact = [
        Fraction(step - 2**15, 2**15) * Fraction(factor, 2**24) + Fraction(offset, 2**24)
        for step, factor, offset in zip(row, model.factors, model.offsets, strict=True)
    ]
    assert model.transform(row) == tuple(trunc(value * 2**16) for value in exact)


@given(one_hots(), st.data())
def test_each_feature_has_at_most_one_one_and_it_is_its_category(model: OneHot, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[st.sampled_from(steps) | STEPS for steps in model.categories]))
    expected = [int(step == each) for step, steps in zip(row, model.categories, strict=True) for each in steps]
    assert model.transform(row) == tuple(expected)


def test_categories_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(EstimatorError, match="the categories of feature 1 do not ascend"):
        OneHot(((1,), (2, 2)))
