from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.categorical_bayes import CategoricalBayes
from tests.pallets.learning.estimators.models import categorical


@given(categorical(), st.data())
def test_scores_are_the_sums_of_the_rows_that_categories_choose(model: CategoricalBayes, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[st.integers(0, count - 1) for count in model.categories]))
    chosen = [model.logarithms[sum(model.categories[:feature]) + category] for feature, category in enumerate(row)]
    for place, score in enumerate(model.scores(row)):
        assert score == model.constants[place] + sum(each[place] for each in chosen)


def test_an_unknown_category_is_refused() -> None:
    model = CategoricalBayes(2, 2, (1, 2), (0, 0), ((0, 0), (0, 0), (0, 0)))
    with pytest.raises(EstimatorError, match="feature 1 has category 2 of 2"):
        model.predict((0, 2))


def test_a_feature_without_categories_is_refused() -> None:
    with pytest.raises(EstimatorError, match=r"a count of categories outside 1\.\."):
        CategoricalBayes(1, 2, (0,), (0, 0), ())
