"""Boosted models for tests, drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from pallets.learning.boosting.model import BoostedModel, columns_of
from pallets.learning.forest import Forest, ForestKind
from tests.pallets.learning.forests import trees

CLASSES = (0, 2, 3, 4)


@st.composite
def updates(draw: st.DrawFn, classes: int, features: int = 3, bits: int = 16) -> Forest:
    """Up to two stages of any small trees."""
    count = columns_of(classes) * draw(st.integers(0, 2))
    grown = draw(st.lists(trees(ForestKind.REGRESSOR, features, 0), min_size=count, max_size=count))
    return Forest(ForestKind.REGRESSOR, features, 0, bits, tuple(grown))


@st.composite
def models(draw: st.DrawFn) -> BoostedModel:
    """Any small model of three features."""
    classes = draw(st.sampled_from(CLASSES))
    count = columns_of(classes)
    start = draw(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=count, max_size=count))
    bits = 16 if classes else draw(st.integers(0, 31))
    return BoostedModel(classes, tuple(start), draw(updates(classes, bits=bits)))
