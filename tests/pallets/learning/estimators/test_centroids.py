from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.centroids import Centroids
from tests.pallets.learning.estimators.models import STEPS, centroids


@given(centroids(), st.data())
def test_the_nearest_centre_names_the_cluster(model: Centroids, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    inputs = [(step - 2**15) * 2**9 for step in row]
    distances = [sum((a - b) ** 2 for a, b in zip(centre, inputs, strict=True)) for centre in model.centres]
    assert model.distances(row) == distances
    assert model.predict(row) == distances.index(min(distances))


def test_a_centre_outside_the_range_is_refused() -> None:
    with pytest.raises(EstimatorError, match="a coordinate outside -16777216"):
        Centroids(1, ((2**24 + 1,),))
