"""Models as somebody off chain uses them: from bytes in the content store to answers, whole tables at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node_cli.scenario.definition import Lesson
from pallets.federated_round.strategies.answering import Answers, described, predictor_of
from pallets.learning.estimators.network import Network
from pallets.learning.linear_model import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    LinearKind,
    LinearModel,
)
from pallets.learning.prediction import Predictor

Rows = Sequence[Sequence[int]]

ROOM = 2**62
"""Sums below this fit an int64 with a bit to spare."""


@dataclass(frozen=True, slots=True)
class Described:
    """A model with its size: bytes, and what they hold in words."""

    model: Answers
    size: int
    content: str


def model_of(lesson: Lesson, data: bytes) -> Described:
    """The model of its canonical bytes; raises the decoder's error."""
    return Described(predictor_of(lesson.settings, data), len(data), described(lesson.settings, data))


def answers_of(model: Answers, rows: Rows) -> list[int]:
    """The model's answer to each row: the class, or the value in fixed point."""
    if isinstance(model, LinearModel):
        return _linear_answers(model, rows)
    if isinstance(model, Predictor):
        return _forest_answers(model, rows)
    if isinstance(model, Network):
        return _network_answers(model, rows)
    return [model.predict(row) for row in rows]


def _forest_answers(model: Predictor, rows: Rows) -> list[int]:
    from pallets.learning.batch_prediction import BatchPredictor  # numpy, which the command asks for when it plays

    answers: list[int] = BatchPredictor(model.forest).predict(rows).tolist()
    return answers


def _network_answers(model: Network, rows: Rows) -> list[int]:
    import numpy as np

    from pallets.learning.estimators.network_arrays import NetworkShape, answers

    shape = NetworkShape(model.task, model.features, model.hidden, model.classes)
    return answers(shape, np.array(model.weights, dtype=np.int64), rows)


def _linear_answers(model: LinearModel, rows: Rows) -> list[int]:
    """As `LinearModel.predict`, by one product of tables where no sum can wrap."""
    import numpy as np

    is_safe = max(map(abs, model.weights)) * (model.features + 1) << FEATURE_BITS < ROOM
    if model.kind is LinearKind.REGRESSOR or not is_safe:
        return [model.predict(row) for row in rows]
    inputs = np.full((len(rows), model.features + 1), 1 << FEATURE_BITS, dtype=np.int64)
    inputs[:, :-1] = np.array(rows, dtype=np.int64) - FEATURE_MIDDLE
    scores = inputs @ np.array(model.weights, dtype=np.int64).reshape(model.outputs, -1).T
    answers = (scores[:, 0] > 0).astype(np.int64) if model.outputs == 1 else scores.argmax(axis=1)
    answered: list[int] = answers.tolist()
    return answered
