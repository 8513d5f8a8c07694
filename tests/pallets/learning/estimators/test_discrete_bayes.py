from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.discrete_bayes import DiscreteBayes, Events
from tests.pallets.learning.estimators.models import STEPS, discrete


@given(discrete(), st.data())
def test_scores_are_the_exact_sums(model: DiscreteBayes, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    counts = row if model.events is Events.COUNTS else [1 if step > model.threshold else 0 for step in row]
    for score, constant, weights in zip(model.scores(row), model.constants, model.weights, strict=True):
        assert score == constant + sum(weights[place] * counts[place] for place in range(model.features))


def test_a_step_at_the_threshold_counts_as_zero() -> None:
    model = DiscreteBayes(Events.BITS, 7, 1, 2, (0, 0), ((0,), (5,)))
    assert [model.predict((step,)) for step in (7, 8)] == [0, 1]


def test_counts_have_no_threshold() -> None:
    with pytest.raises(EstimatorError, match=r"a threshold outside 0\.\.0"):
        DiscreteBayes(Events.COUNTS, 7, 1, 2, (0, 0), ((0,), (5,)))


def test_a_row_of_weights_too_short_is_refused() -> None:
    with pytest.raises(EstimatorError, match="1 weights of a class, not 2"):
        DiscreteBayes(Events.COUNTS, 0, 2, 2, (0, 0), ((0, 0), (5,)))
