from __future__ import annotations

import pytest

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.family_parameters import CLASSES, NEIGHBOURS, checked


def test_defaults_stand_where_nothing_is_given() -> None:
    assert checked((CLASSES, NEIGHBOURS), {"classes": 3}) == {"classes": 3, "k": 5}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "classes is missing, 2 to 256"),
        ({"classes": 1}, "classes is 1, not 2 to 256"),
        ({"classes": 2, "kk": 1}, "no parameter 'kk'; there is classes, k"),
    ],
)
def test_what_a_family_cannot_be_told_is_refused(given: dict[str, int], why: str) -> None:
    with pytest.raises(EstimatorError, match=why):
        checked((CLASSES, NEIGHBOURS), given)
