"""What each coalition's boosted trees are worth beside the base version. Numpy: for those who validate.

A leaf counts divided by the size of the coalition, so each client's answers are divided once for each size; a
coalition's scores are sums of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from pallets.federated_round.strategies.judging import Yardstick
from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.boosting.model import BoostedModel
from pallets.learning.boosting.training import boosted_scores
from pallets.learning.forest import Forest
from pallets.learning.training_rows import Integers


class Corrections:
    """The clients' trees, and the model that all of them correct, which is in every coalition."""

    def __init__(
        self, begun: BoostedModel, added: Sequence[Forest], rows: Sequence[tuple[int, ...]], yardstick: Yardstick
    ) -> None:
        self._classes, self._columns = begun.classes, begun.columns
        self._yardstick = yardstick
        self._clients = len(added)
        self._begun = boosted_scores(begun, rows)
        # (rows, stages, columns) of each client
        self._leaves = [
            BatchPredictor(trees).leaf_values(rows).reshape(len(rows), -1, self._columns) for trees in added
        ]
        self._share = cache(self._share_of)

    def value(self, coalition: int) -> int:
        """The value of a coalition, by bit mask; nobody leaves the model as it was."""
        members = [client for client in range(self._clients) if coalition >> client & 1]
        scores = self._begun
        for client in members:
            scores = scores + self._share(client, len(members))
        return self._yardstick.value(self._said(scores).tolist())

    def _share_of(self, client: int, size: int) -> Integers:
        """(rows, columns) what a client's trees add to the scores in a coalition of that size."""
        leaves = self._leaves[client]
        shared: Integers = (np.sign(leaves) * (np.abs(leaves) // size)).sum(axis=1)
        return shared

    def _said(self, scores: Integers) -> Integers:
        """`boosting.model.said` of each row."""
        if self._classes > 2:
            highest: Integers = np.argmax(scores, axis=1)
            return highest
        said: Integers = (scores[:, 0] > 0).astype(np.int64) if self._classes else scores[:, 0]
        return said
