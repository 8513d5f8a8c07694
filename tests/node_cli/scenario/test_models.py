"""Whole tables get the answers that single rows get."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from node_cli.scenario.models import answers_of, model_of
from node_cli.scenario.telling import Run
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearKind, LinearModel

STEPS = st.integers(0, 2**16 - 1)
ROWS = st.lists(st.tuples(STEPS, STEPS), min_size=1, max_size=5)
WEIGHTS = st.integers(1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1)


@given(ROWS, st.lists(WEIGHTS, min_size=9, max_size=9), st.sampled_from([0, 2, 3]))
def test_a_linear_model_answers_a_table_as_it_answers_rows(
    rows: list[tuple[int, int]], weights: list[int], classes: int
) -> None:
    kind = LinearKind.CLASSIFIER if classes else LinearKind.REGRESSOR
    model = LinearModel(kind, 2, classes, tuple(weights[: 9 if classes == 3 else 3]))
    assert answers_of(model, rows) == [model.predict(row) for row in rows]


def test_published_models_answer_the_final_test_set_as_they_answer_its_rows(played: Run) -> None:
    stage = played.stage
    for task, lesson in enumerate(stage.scenario.lessons):
        agreed = stage.runtime.federated_round.agreed_aggregate.get((task, 0))
        assert agreed is not None
        assert agreed.model is not None
        found = model_of(lesson, stage.node.content.get(agreed.model.cid.decode()))
        rows = stage.scenario.final.rows[:40]
        assert answers_of(found.model, rows) == [found.model.predict(row) for row in rows]
        assert found.size == agreed.model.size
