"""Decision trees and random forests grown by scikit-learn, as integer forests of canonical bytes.

scikit-learn splits steps, which floats hold exactly, so a threshold's floor sends every row the same way. A leaf says
its most frequent class, the lowest of equals, or its mean to the nearest 2^-16. Difference to scikit-learn: none for
one classifying tree; a value at most 2^-17 a tree and 2^-16 more where trees are averaged; a classifying forest votes
where scikit-learn averages the shares in the leaves, so rows on which trees disagree strongly can differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from pallets.learning.estimators.fitting import labels_of, steps_of, values_of
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.quantise import FEATURE_LIMIT
from pallets.learning.training_rows import Column, Table


def decision_tree_classifier(
    rows: Table, labels: Column, *, classes: int, max_depth: int = 32, min_leaf: int = 1, seed: int = 0
) -> Forest:
    """A forest of one tree; max_depth: comparisons on a path, at most 64."""
    grown = DecisionTreeClassifier(max_depth=max_depth, min_samples_leaf=min_leaf, random_state=seed)
    return _classifier(grown, rows, labels, classes)


def random_forest_classifier(
    rows: Table,
    labels: Column,
    *,
    classes: int,
    trees: int = 100,
    max_depth: int = 32,
    min_leaf: int = 1,
    seed: int = 0,
) -> Forest:
    """A forest of bootstrapped trees, the square root of the features drawn for each split."""
    grown = RandomForestClassifier(trees, max_depth=max_depth, min_samples_leaf=min_leaf, random_state=seed)
    return _classifier(grown, rows, labels, classes)


def decision_tree_regressor(
    rows: Table, targets: Column, *, max_depth: int = 32, min_leaf: int = 1, seed: int = 0
) -> Forest:
    """A forest of one tree of values with 16 fractional bits."""
    grown = DecisionTreeRegressor(max_depth=max_depth, min_samples_leaf=min_leaf, random_state=seed)
    return _regressor(grown, rows, targets)


def random_forest_regressor(
    rows: Table, targets: Column, *, trees: int = 10, max_depth: int = 32, min_leaf: int = 1, seed: int = 0
) -> Forest:
    """A forest of bootstrapped trees of values, every feature looked at for each split."""
    grown = RandomForestRegressor(trees, max_depth=max_depth, min_samples_leaf=min_leaf, random_state=seed)
    return _regressor(grown, rows, targets)


def _classifier(grown: Any, rows: Table, labels: Column, classes: int) -> Forest:  # scikit-learn has no types
    steps = steps_of(rows, FEATURE_LIMIT)
    grown.fit(steps, labels_of(labels, len(steps), classes, all_present=False))
    own_class = [int(label) for label in grown.classes_]

    def leaf(value: Any) -> int:
        return own_class[int(np.argmax(value[0]))]

    trees = tuple(_tree(each.tree_, leaf) for each in getattr(grown, "estimators_", [grown]))
    return Forest(ForestKind.CLASSIFIER, steps.shape[1], classes, 0, trees)


def _regressor(grown: Any, rows: Table, targets: Column) -> Forest:
    steps = steps_of(rows, FEATURE_LIMIT)
    grown.fit(steps, values_of(targets, len(steps)))

    def leaf(value: Any) -> int:
        return round(float(value[0][0]) * 2.0**TARGET_FRACTIONAL_BITS)

    trees = tuple(_tree(each.tree_, leaf) for each in getattr(grown, "estimators_", [grown]))
    return Forest(ForestKind.REGRESSOR, steps.shape[1], 0, TARGET_FRACTIONAL_BITS, trees)


def _tree(grown: Any, leaf: Any) -> Tree:
    """The nodes of a scikit-learn tree in preorder."""
    left, right, feature = (getattr(grown, name).tolist() for name in ("children_left", "children_right", "feature"))
    thresholds = np.floor(grown.threshold).astype(np.int64).tolist()
    features, values = bytearray(), list[int]()
    pending = [0]
    while pending:
        node = pending.pop()
        if left[node] == -1:
            features.append(LEAF)
            values.append(leaf(grown.value[node]))
        else:
            features.append(feature[node])
            values.append(thresholds[node])
            pending += (right[node], left[node])
    return Tree(bytes(features), tuple(values))
