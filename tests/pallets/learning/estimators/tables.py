"""The data sets that scikit-learn ships, quantised over their own ranges, and the reals that their steps stand for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from sklearn import datasets

CLASSIFIED = ("iris", "wine", "breast_cancer", "digits")
ROWS = 500
"""Of the largest, so that a test takes a moment."""


@dataclass(frozen=True)
class Shipped:
    """Steps, and classes or values with 16 fractional bits; odd rows judge what even rows taught."""

    steps: np.ndarray
    targets: np.ndarray
    classes: int

    @property
    def reals(self) -> np.ndarray:
        return reals_of(self.steps)

    @property
    def values(self) -> np.ndarray:
        return self.targets / 65536

    @property
    def train(self) -> Shipped:
        return Shipped(self.steps[::2], self.targets[::2], self.classes)

    @property
    def test(self) -> Shipped:
        return Shipped(self.steps[1::2], self.targets[1::2], self.classes)


@cache
def shipped(name: str) -> Shipped:
    """iris, wine, breast_cancer or digits with classes, diabetes with values."""
    table: Any = getattr(datasets, f"load_{name}")()
    data, target = np.asarray(table.data, float), np.asarray(table.target)
    order = np.random.default_rng(7).permutation(len(data))[:ROWS]
    spread = data.max(axis=0) - data.min(axis=0)
    steps = np.floor((data - data.min(axis=0)) / np.where(spread, spread, 1) * 65535).astype(np.int64)[order]
    if name == "diabetes":
        return Shipped(steps, target[order].astype(np.int64) << 16, 0)
    return Shipped(steps, target[order].astype(np.int64), int(target.max()) + 1)


def reals_of(steps: Any) -> np.ndarray:
    """What steps stand for, from -1 to below 1."""
    return (np.asarray(steps) - 32768) / 32768


def margins(scores: np.ndarray) -> np.ndarray:
    """The distance between the two best scores of each row."""
    best = np.sort(scores, axis=1)
    gaps: np.ndarray = best[:, -1] - best[:, -2]
    return gaps
