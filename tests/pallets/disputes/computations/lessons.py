"""Committed rows, and the trainings over them."""

from __future__ import annotations

from collections.abc import Sequence

from pallets.disputes.computations.training import Training, row_chunks, tree_of_rows
from pallets.disputes.computations.training_replay import TrainingReplay
from pallets.disputes.computations.training_steps import TrainingSteps
from pallets.learning.forest import Forest, ForestParameters
from pallets.learning.forest_training import train_classifier
from pallets.learning.stream import Stream
from pallets.ml_registry.artifact import artifact_of

SEED = bytes(range(32))
Rows = Sequence[tuple[int, ...]]


def training_of(rows: Rows, labels: Sequence[int], parameters: ForestParameters, seed: bytes = SEED) -> Training:
    """A training over these rows."""
    chunks = row_chunks(list(rows), list(labels))
    return Training(
        data=artifact_of(b"".join(chunks)),
        root=tree_of_rows(chunks).root,
        rows=len(rows),
        columns=len(rows[0]),
        classes=parameters.classes,
        trees=parameters.trees,
        max_depth=parameters.max_depth,
        min_leaf=parameters.min_leaf,
        features_per_split=parameters.features_per_split,
        seed=seed,
    )


def lesson(
    rows: Rows, labels: Sequence[int], parameters: ForestParameters
) -> tuple[TrainingReplay, TrainingSteps, Forest]:
    """A training, its states, and what the trainer gives."""
    steps = TrainingSteps(training_of(rows, labels, parameters))
    forest = train_classifier(rows, labels, parameters, SEED)
    return TrainingReplay(steps, row_chunks(list(rows), list(labels)), forest), steps, forest


def points(
    count: int, columns: int = 3, classes: int = 3, highest: int = 20
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Rows whose class depends on their sum, and now and then on nothing."""
    stream = Stream(b"points")
    rows = [tuple(stream.draws(columns, highest)) for _ in range(count)]
    noise = stream.draws(count, 8)
    labels = [(sum(row) // 11 + (each == 0)) % classes for row, each in zip(rows, noise, strict=True)]
    return rows, labels
