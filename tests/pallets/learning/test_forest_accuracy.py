from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.datasets import TabularTask, breast_cancer, digits, iris, wine
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_training import train_classifier
from pallets.learning.partition import hold_out

TREES = 40
SEEDS = 10
POINT = 0.01


@pytest.mark.parametrize("load", [iris, wine, breast_cancer, digits])
def test_accuracy_is_within_a_point_of_scikit_learns_over_ten_seeds(load: Callable[[], TabularTask]) -> None:
    task = load()
    rows, targets = np.array(task.rows), np.array(task.targets)
    parameters = ForestParameters(trees=TREES, classes=task.classes)
    ours = theirs = 0.0
    for seed in range(SEEDS):
        learn, judge = map(list, hold_out(len(rows), Fraction(3, 10), bytes([seed])))
        forest = train_classifier(rows[learn], targets[learn], parameters, bytes([seed]))
        ours += float((BatchPredictor(forest).predict(rows[judge]) == targets[judge]).mean())
        peer = RandomForestClassifier(TREES, random_state=seed).fit(rows[learn], targets[learn])
        theirs += float(peer.score(rows[judge], targets[judge]))
    assert ours / SEEDS > theirs / SEEDS - POINT
    assert ours / SEEDS > 0.9
