"""scikit-learn's side: a random forest predicts one row at a time."""
# pyright: reportMissingImports=false
# mypy: disable-error-code="import-not-found"
# The peer's packages are absent from the environment in which types are checked.

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import sklearn
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

from benchmarks.peer_side.serve import Answer, serve

ROWS_A_ROUND = 20


class Session:
    """The fitted forest, and the fastest way found to ask it for one row."""

    def prepare(self, trees: int, seed: int) -> Answer:
        """Fit on two thirds of the rows; the answer has the accuracy on the others and the way that was chosen."""
        features, classes = load_breast_cancer(return_X_y=True)
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
        return {"accuracy": accuracy, "nodes": nodes, "way": fastest}

    def round(self) -> Answer:
        """CPU seconds for one prediction of one row."""
        return {"seconds": self._seconds(self.way)}

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
    serve({"prepare": session.prepare, "round": session.round})
