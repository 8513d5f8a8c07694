"""Models as somebody off chain uses them: from bytes in the content store to answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from node_cli.scenario.definition import Lesson
from pallets.federated_round.settings import ForestSettings
from pallets.learning.forest_codec import decode_forest
from pallets.learning.linear_model import decode_linear
from pallets.learning.prediction import Predictor


class Model(Protocol):
    """Whatever answers rows."""

    def predict(self, row: Sequence[int]) -> int:
        """The class of a row, or its value in fixed point."""
        ...


@dataclass(frozen=True, slots=True)
class Described:
    """A model with its size: bytes, and what they hold in words."""

    model: Model
    size: int
    content: str


def model_of(lesson: Lesson, data: bytes) -> Described:
    """The model of its canonical bytes; raises the decoder's error."""
    if isinstance(lesson.settings, ForestSettings):
        forest = decode_forest(data)
        return Described(Predictor(forest), len(data), f"{len(forest.trees)} trees, {forest.nodes} nodes")
    linear = decode_linear(data)
    return Described(linear, len(data), f"{len(linear.weights)} weights")


def answers_of(model: Model, rows: Iterable[Sequence[int]]) -> list[int]:
    """The model's answer to each row."""
    return [model.predict(row) for row in rows]
