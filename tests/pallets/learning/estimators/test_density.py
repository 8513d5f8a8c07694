from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.density import NOISE, CorePoints
from tests.pallets.learning.estimators.models import STEPS, core_points


@given(core_points(), st.data())
def test_a_row_belongs_to_its_nearest_core_point_or_to_none(model: CorePoints, data: st.DataObject) -> None:
    row = data.draw(st.tuples(*[STEPS] * model.features))
    ranked = sorted(
        (sum((a - b) ** 2 for a, b in zip(point, row, strict=True)), place) for place, point in enumerate(model.points)
    )
    within = [place for distance, place in ranked if distance <= model.radius**2]
    assert model.predict(row) == (model.labels[within[0]] if within else NOISE)


def test_the_radius_itself_is_within() -> None:
    model = CorePoints(1, 5, 1, ((10,),), (0,))
    assert [model.predict((step,)) for step in (4, 5, 15, 16)] == [NOISE, 0, 0, NOISE]


def test_a_label_of_no_cluster_is_refused() -> None:
    with pytest.raises(EstimatorError, match=r"a label outside 0\.\.0"):
        CorePoints(1, 5, 1, ((10,),), (1,))
