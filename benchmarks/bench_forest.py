"""One prediction of a forest of 100 trees, row by row as on chain; peer scikit-learn's single-sample predict.

Both sides fit a forest on the same two thirds of the breast-cancer rows and make it ready; one row at a time is timed.
Each must be right on most of the other third, our forest must have at least half as many nodes as the peer's, and
every one of our answers must be the one that a plain walk through the trees' records gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer

from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peers import SCIKIT_LEARN, PeerProcess
from benchmarks.run import alone
from pallets.learning.forest import LEAF, Forest, ForestParameters, Tree
from pallets.learning.forest_training import train_classifier
from pallets.learning.prediction import Predictor
from pallets.learning.quantise import FeatureRange, Quantiser

TREES: Final = 100
SEED: Final = 7
LEAST_ACCURACY: Final = 0.93
"""Both reach about 0.96."""

REPEATS: Final = 20
"""Times that our side goes through the held-out rows in a round."""

Steps = tuple[int, ...]


def rows(run: Run) -> Iterator[Row]:
    """Time of one prediction beside scikit-learn's."""
    run.say(f"growing {TREES} trees")
    forest, held_out, classes = grown_forest()
    predictor = Predictor(forest)
    predicted = [predictor.predict(row) for row in held_out]
    if predicted != [class_by_walking(forest, row) for row in held_out]:
        raise WorkDiffers("our predictor does not say what the trees say")
    accuracy = share_right(predicted, classes)
    if accuracy < LEAST_ACCURACY:
        raise WorkDiffers(f"our forest is right on only {accuracy:.1%} of the held-out rows")

    def ours() -> float:
        predict = predictor.predict
        taken = cpu_seconds(lambda: [predict(row) for _ in range(REPEATS) for row in held_out])
        return taken / (REPEATS * len(held_out))

    with PeerProcess(SCIKIT_LEARN, run.say, trees=TREES, seed=SEED) as peer:

        def peers() -> float:
            seconds = peer.seconds()
            if peer.prepared["accuracy"] < LEAST_ACCURACY:
                raise WorkDiffers("scikit-learn's forest has learnt nothing")
            if forest.nodes < peer.prepared["nodes"] / 2:
                raise WorkDiffers(f"our forest has {forest.nodes} nodes, scikit-learn's {peer.prepared['nodes']}")
            return seconds

        yield row_of(
            compare(run.rounds, ours, peers),
            1e6,
            name="one forest prediction",
            work=f"{TREES} trees, breast cancer",
            unit="µs",
            peer=SCIKIT_LEARN.title,
            goal=Goal("at least", 50),
        )


def grown_forest() -> tuple[Forest, list[Steps], list[int]]:
    """Our forest of two thirds of the rows, and the other third quantised, with its classes."""
    features, classes = load_breast_cancer(return_X_y=True)
    quantiser = Quantiser(tuple(range_of(column) for column in features.T))
    table = quantiser.rows(features.tolist())
    labels: list[int] = classes.tolist()
    is_held_out = [index % 3 == 0 for index in range(len(table))]
    held_out = [row for row, out in zip(table, is_held_out, strict=True) if out]
    held_out_labels = [label for label, out in zip(labels, is_held_out, strict=True) if out]
    known = [row for row, out in zip(table, is_held_out, strict=True) if not out]
    known_labels = [label for label, out in zip(labels, is_held_out, strict=True) if not out]
    parameters = ForestParameters(trees=TREES, classes=2)
    return train_classifier(known, known_labels, parameters, SEED.to_bytes(32, "big")), held_out, held_out_labels


def class_by_walking(forest: Forest, row: Steps) -> int:
    """The class that most trees say, the lowest of equals, found from their preorder records and nothing else."""
    votes = [0] * forest.classes
    for tree in forest.trees:
        node = 0
        while tree.features[node] != LEAF:
            is_left = row[tree.features[node]] <= tree.values[node]
            node = node + 1 if is_left else after_subtree(tree, node + 1)
        votes[tree.values[node]] += 1
    return votes.index(max(votes))


def after_subtree(tree: Tree, node: int) -> int:
    """The position after the last node of the subtree that begins at `node`."""
    open_places = 1
    while open_places:
        open_places += -1 if tree.features[node] == LEAF else 1
        node += 1
    return node


def range_of(column: NDArray[np.float64]) -> FeatureRange:
    """The range of a feature's values, to six decimals."""
    return FeatureRange(math.floor(column.min() * 10**6), math.ceil(column.max() * 10**6), decimals=6)


def share_right(predicted: Sequence[int], classes: Sequence[int]) -> float:
    """The share of rows with the right class."""
    return sum(a == b for a, b in zip(predicted, classes, strict=True)) / len(classes)


if __name__ == "__main__":
    raise SystemExit(alone("forest"))
