"""Forests of 100 trees beside scikit-learn's: one prediction on chain, predictions of a table, and training.

One prediction: both sides fit a forest on the same two thirds of the breast-cancer rows and make it ready; one row at a
time is timed, on our side the dispatch of the whole call. A table and training: the digits, likewise divided. Each side
must be right on most of the other third, our forests must have at least half as many nodes as the peer's, and every one
of our answers must be the one that a plain walk through the trees' records gives. Training counts where our forests
lose at most a point of accuracy, in the mean over ten seeds, on each of four data sets.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets

from benchmarks.forest_chain import ForestChain
from benchmarks.measure import Goal, Row, Run, WorkDiffers, compare, cpu_seconds, row_of
from benchmarks.peers import SCIKIT_LEARN, PeerProcess
from benchmarks.run import alone
from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.forest import LEAF, Forest, ForestParameters, Tree
from pallets.learning.forest_training import train_classifier
from pallets.learning.quantise import FeatureRange, Quantiser
from pallets.learning.training_rows import Integers

TREES: Final = 100
QUICK_TREES: Final = 20
SEED: Final = 7
LEAST_ACCURACY: Final = 0.93
"""Both reach about 0.96."""

REPEATS: Final = 20
"""Times that our side goes through the held-out rows in a round."""

DATA_SETS: Final = ("iris", "wine", "breast_cancer", "digits")
ACCURACY_SEEDS: Final = 10
POINTS_LOST: Final = 0.01
"""Accuracy that our forests may lose against the peer's on a data set."""

Steps = tuple[int, ...]


def rows(run: Run) -> Iterator[Row]:
    """Times of predictions and of training beside scikit-learn's."""
    trees = QUICK_TREES if run.is_quick else TREES
    with PeerProcess(SCIKIT_LEARN, run.say, trees=trees, seed=SEED) as peer:
        yield one_row(run, peer, trees)
        yield from table_rows(run, peer, trees)


def one_row(run: Run, peer: PeerProcess, trees: int) -> Row:
    """Time of one prediction."""
    run.say(f"growing {trees} trees")
    forest, held_out, classes = grown_forest(trees)
    chain = ForestChain(forest)
    questions = chain.questions(held_out)
    predicted = chain.told(questions)
    if predicted != [class_by_walking(forest, row) for row in held_out]:
        raise WorkDiffers("our chain does not say what the trees say")
    accuracy = share_right(predicted, classes)
    if accuracy < LEAST_ACCURACY:
        raise WorkDiffers(f"our forest is right on only {accuracy:.1%} of the held-out rows")

    def ours() -> float:
        return cpu_seconds(lambda: chain.make(questions * REPEATS)) / (REPEATS * len(questions))

    def peers() -> float:
        seconds = peer.seconds()
        if peer.prepared["accuracy"] < LEAST_ACCURACY:
            raise WorkDiffers("scikit-learn's forest has learnt nothing")
        check_nodes(forest, peer.prepared["nodes"])
        return seconds

    return row_of(
        compare(run.rounds, ours, peers),
        1e6,
        name="one forest prediction",
        work=f"{trees} trees, breast cancer, a call on chain",
        unit="µs",
        peer=SCIKIT_LEARN.title,
        goal=Goal("at least", 50),
    )


def table_rows(run: Run, peer: PeerProcess, trees: int) -> Iterator[Row]:
    """Time of a prediction among many, and of training."""
    run.say(f"growing {trees} trees of digits")
    table, classes = quantised("digits")
    known, held_out = divided([index % 3 == 0 for index in range(len(table))])
    known_rows, known_classes = table[known], classes[known]
    parameters = ForestParameters(trees=trees, classes=10)

    def grown() -> Forest:
        return train_classifier(known_rows, known_classes, parameters, SEED.to_bytes(32, "big"))

    forest = grown()
    predictor, asked = BatchPredictor(forest), table[held_out]
    predicted = predictor.predict(asked).tolist()
    some = asked[:50].tolist()
    if predicted[: len(some)] != [class_by_walking(forest, row) for row in some]:
        raise WorkDiffers("our predictor of tables does not say what the trees say")
    if share_right(predicted, classes[held_out].tolist()) < LEAST_ACCURACY:
        raise WorkDiffers("our forest of digits has learnt nothing")

    def peer_predicts() -> float:
        answer = peer.ask("batch")
        if answer["accuracy"] < LEAST_ACCURACY:
            raise WorkDiffers("scikit-learn's forest of digits has learnt nothing")
        return float(answer["seconds"])

    yield row_of(
        compare(run.rounds, lambda: cpu_seconds(lambda: predictor.predict(asked)) / len(asked), peer_predicts),
        1e6,
        name="forest prediction in a table",
        work=f"{trees} trees, {len(asked)} digits",
        unit="µs",
        peer=SCIKIT_LEARN.title,
        goal=Goal("at most", 2.5),
    )

    def peer_fits() -> float:
        answer = peer.ask("fit")
        check_nodes(forest, answer["nodes"])
        return float(answer["seconds"])

    training = compare(run.rounds, lambda: cpu_seconds(grown), peer_fits)
    if training.peer is not None:
        check_accuracy(run, peer, trees)
    yield row_of(
        training,
        1e3,
        name="forest training",
        work=f"{trees} trees, {len(known_rows):,} digits",
        unit="ms",
        peer=SCIKIT_LEARN.title,
        goal=Goal("at most", 5),
    )


def check_nodes(forest: Forest, peers: int) -> None:
    """Refuse a comparison where our forest is a stunted one."""
    if forest.nodes < peers / 2:
        raise WorkDiffers(f"our forest has {forest.nodes} nodes, scikit-learn's {peers}")


def check_accuracy(run: Run, peer: PeerProcess, trees: int) -> None:
    """Refuse a comparison where our forests are right less often; a quick run looks at small data and few seeds."""
    seeds = range(2 if run.is_quick else ACCURACY_SEEDS)
    for name in DATA_SETS[:2] if run.is_quick else DATA_SETS:
        run.say(f"comparing accuracies on {name}")
        table, classes = quantised(name)
        parameters = ForestParameters(trees=trees, classes=int(classes.max()) + 1)
        lost = 0.0
        for seed in seeds:
            chosen = set(random.Random(seed).sample(range(len(table)), len(table) * 3 // 10))
            known, held_out = divided([index in chosen for index in range(len(table))])
            forest = train_classifier(table[known], classes[known], parameters, seed.to_bytes(32, "big"))
            predicted = BatchPredictor(forest).predict(table[held_out]).tolist()
            theirs = peer.ask("accuracy", data=name, seed=seed, trees=trees)["accuracy"]
            lost += theirs - share_right(predicted, classes[held_out].tolist())
        if lost / len(seeds) > POINTS_LOST:
            raise WorkDiffers(f"our forests lose {lost / len(seeds):.1%} of accuracy on {name}")


def grown_forest(trees: int) -> tuple[Forest, list[Steps], list[int]]:
    """Our forest of two thirds of the rows, and the other third quantised, with its classes."""
    table, classes = quantised("breast_cancer")
    known, held_out = divided([index % 3 == 0 for index in range(len(table))])
    parameters = ForestParameters(trees=trees, classes=2)
    forest = train_classifier(table[known], classes[known], parameters, SEED.to_bytes(32, "big"))
    return forest, [tuple(row) for row in table[held_out].tolist()], classes[held_out].tolist()


def quantised(name: str) -> tuple[Integers, Integers]:
    """The rows of one of scikit-learn's data sets as steps over the range of each feature, and their classes."""
    features, classes = getattr(datasets, f"load_{name}")(return_X_y=True)
    quantiser = Quantiser(tuple(range_of(column) for column in features.T))
    return np.array(quantiser.rows(features.tolist()), dtype=np.int64), classes.astype(np.int64)


def divided(is_held_out: Sequence[bool]) -> tuple[Integers, Integers]:
    """The places of the rows to learn from, and of those to be judged by."""
    mask = np.array(is_held_out)
    return np.flatnonzero(~mask), np.flatnonzero(mask)


def class_by_walking(forest: Forest, row: Sequence[int]) -> int:
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
    """The range of a feature's values, to six decimals; a feature that never varies gets the smallest there is."""
    lowest, highest = math.floor(column.min() * 10**6), math.ceil(column.max() * 10**6)
    return FeatureRange(lowest, max(highest, lowest + 1), decimals=6)


def share_right(predicted: Sequence[int], classes: Sequence[int]) -> float:
    """The share of rows with the right class."""
    return sum(a == b for a, b in zip(predicted, classes, strict=True)) / len(classes)


if __name__ == "__main__":
    raise SystemExit(alone("forest"))
