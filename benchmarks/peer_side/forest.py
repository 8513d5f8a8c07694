"""scikit-learn's side: a random forest is fitted, and predicts one row at a time or all at once."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier

from benchmarks.peer_side.serve import Answer, serve

ROWS_A_ROUND = 20


class Session:
    """The fitted forest, and the fastest way found to ask it for one row."""

    def prepare(self, trees: int, seed: int) -> Answer:
        """Fit on two thirds of the rows; the answer has the accuracy on the others and the way that was chosen."""
        features, classes = datasets.load_breast_cancer(return_X_y=True)
        held_out = np.arange(len(classes)) % 3 == 0
        self.forest = RandomForestClassifier(n_estimators=trees, random_state=seed)
        self.forest.fit(features[~held_out], classes[~held_out])
        # the trees compare 32-bit floats: giving them saves a conversion
        self.rows = [row.reshape(1, -1) for row in features[held_out].astype(np.float32)]
        accuracy = float((self.forest.predict(features[held_out]) == classes[held_out]).mean())
        self.position = 0
        ways: dict[str, Callable[[Any], Any]] = {"predict": self.forest.predict, "predict unchecked": self._unchecked}
        fastest = min(ways, key=lambda name: min(self._seconds(ways[name]) for _ in range(3)))
        self.way = ways[fastest]
        nodes = sum(tree.tree_.node_count for tree in self.forest.estimators_)
        digits, digit_classes = datasets.load_digits(return_X_y=True)
        is_known = np.arange(len(digits)) % 3 != 0
        self.known, self.known_classes = digits[is_known].astype(np.float32), digit_classes[is_known]
        self.unknown, self.unknown_classes = digits[~is_known].astype(np.float32), digit_classes[~is_known]
        self.digit_forest = RandomForestClassifier(n_estimators=trees, random_state=seed)
        self.digit_forest.fit(self.known, self.known_classes)
        return {"accuracy": accuracy, "nodes": nodes, "way": fastest}

    def round(self) -> Answer:
        """CPU seconds for one prediction of one row."""
        return {"seconds": self._seconds(self.way)}

    def fit(self) -> Answer:
        """CPU seconds for fitting a forest to two thirds of the digits, and its nodes."""
        forest = RandomForestClassifier(n_estimators=len(self.digit_forest.estimators_), random_state=0)
        begun = time.process_time()
        forest.fit(self.known, self.known_classes)
        taken = time.process_time() - begun
        return {"seconds": taken, "nodes": sum(tree.tree_.node_count for tree in forest.estimators_)}

    def batch(self) -> Answer:
        """CPU seconds a row for predicting the other third of the digits at once, and the share that is right."""
        begun = time.process_time()
        predicted = self.digit_forest.predict(self.unknown)
        taken = time.process_time() - begun
        return {"seconds": taken / len(self.unknown), "accuracy": float((predicted == self.unknown_classes).mean())}

    def accuracy(self, data: str, seed: int, trees: int) -> Answer:
        """The share of right answers on the three tenths of a data set's rows that a seed holds out."""
        features, classes = getattr(datasets, f"load_{data}")(return_X_y=True)
        is_held_out = np.zeros(len(classes), dtype=bool)
        is_held_out[random.Random(seed).sample(range(len(classes)), len(classes) * 3 // 10)] = True
        forest = RandomForestClassifier(n_estimators=trees, random_state=seed)
        forest.fit(features[~is_held_out], classes[~is_held_out])
        return {"accuracy": float(forest.score(features[is_held_out], classes[is_held_out]))}

    def _unchecked(self, row: Any) -> Any:
        with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
            return self.forest.predict(row)

    def _seconds(self, predict: Callable[[Any], Any]) -> float:
        chosen = [self.rows[(self.position + step) % len(self.rows)] for step in range(ROWS_A_ROUND)]
        self.position += ROWS_A_ROUND
        begun = time.process_time()
        for row in chosen:
            predict(row)
        return (time.process_time() - begun) / ROWS_A_ROUND


if __name__ == "__main__":
    session = Session()
    serve(
        {
            "prepare": session.prepare,
            "round": session.round,
            "fit": session.fit,
            "batch": session.batch,
            "accuracy": session.accuracy,
        }
    )
