"""What a coalition's boosted trees are worth is what the model is worth that bagging makes of its members."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.federated_round.data import DataSet
from pallets.federated_round.strategies.boosted_coalitions import Corrections
from pallets.federated_round.strategies.judging import yardstick_of
from pallets.learning.boosting.model import BoostedModel, BoostedPredictor
from pallets.learning.boosting.rounds import bagged
from pallets.learning.forest import Forest
from pallets.learning.stream import Stream
from tests.effort import EFFORT
from tests.pallets.learning.boosting.models import CLASSES, models, updates


@st.composite
def rounds(draw: st.DrawFn) -> tuple[BoostedModel, list[Forest]]:
    """A base version, and what up to four clients add to it."""
    classes = draw(st.sampled_from(CLASSES))
    base = draw(models().filter(lambda model: model.classes == classes and model.forest.fractional_bits == 16))
    return base, draw(st.lists(updates(classes), min_size=1, max_size=4))


@settings(deadline=None, max_examples=15 * EFFORT)
@given(rounds())
def test_every_coalition_is_worth_what_its_bagged_model_is(played: tuple[BoostedModel, list[Forest]]) -> None:
    base, added = played
    stream = Stream(b"rows")
    rows = [tuple(stream.draws(3, 65536)) for _ in range(12)]
    targets = [stream.below(base.classes or 50) for _ in rows]
    yardstick = yardstick_of(DataSet.of(rows, targets), 3, base.classes)
    corrections = Corrections(base, added, rows, yardstick)
    for coalition in range(1 << len(added)):
        members = [trees for client, trees in enumerate(added) if coalition >> client & 1]
        predictor = BoostedPredictor(bagged(base, members))
        assert corrections.value(coalition) == yardstick.value([predictor.predict(row) for row in rows])
