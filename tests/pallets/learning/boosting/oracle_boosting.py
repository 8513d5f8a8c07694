"""The slow obvious booster: lists and loops, straight from the rules in the docstrings of the fast one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pallets.learning.boosting.model import BoostedModel, BoostingParameters
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN, divide
from pallets.learning.forest import ForestParameters
from pallets.learning.sigmoid import ONE, sigmoid
from pallets.learning.stream import Stream, seed_for
from tests.pallets.learning.forests import walk
from tests.pallets.learning.oracle_forest import bins_of, oracle_tree


def oracle_boosted(
    model: BoostedModel,
    rows: list[list[int]],
    targets: Sequence[int],
    parameters: BoostingParameters,
    seed: bytes,
) -> BoostedModel:
    """The model with more stages."""
    bins = bins_of(rows)
    tree_parameters = ForestParameters(
        max_depth=parameters.max_depth,
        min_leaf=parameters.min_leaf,
        features_per_split=parameters.features_per_split,
    )
    for _ in range(parameters.stages):
        added = []
        for column in range(model.columns):
            stream = Stream(seed_for("boosting", seed, model.stages, column))
            count = (len(rows) * parameters.rows_share + ONE - 1) // ONE
            sample = sorted(stream.choice(count, len(rows))) if count < len(rows) else list(range(len(rows)))
            scores = [score_of(model, row, column) for row in rows]
            lacking, weights = residuals(model, scores, targets, column)

            def leaf(
                own: list[int],
                lacking: list[int] = lacking,
                weights: list[int] = weights,
                is_class: int = model.classes,
            ) -> int:
                total = sum(lacking[row] for row in own)
                if not is_class:
                    return divide(divide(total, len(own)) * parameters.rate, ONE)
                step = divide(total * ONE, max(sum(weights[row] for row in own) // ONE, 1))
                return divide(max(min(step, 16 * ONE), -16 * ONE) * parameters.rate, ONE)

            added.append(oracle_tree(bins, lacking, tree_parameters, stream, sample, leaf))
        model = replace(model, forest=replace(model.forest, trees=(*model.forest.trees, *added)))
    return model


def score_of(model: BoostedModel, row: list[int], column: int) -> int:
    """What a column says about a row, tree by tree."""
    own = model.forest.trees[column :: model.columns]
    return model.start[column] + sum(walk(tree, row) for tree in own)


def residuals(
    model: BoostedModel, scores: list[int], targets: Sequence[int], column: int
) -> tuple[list[int], list[int]]:
    """What each row lacks, and how much it weighs."""
    if not model.classes:
        return [max(min(t - s, INT32_MAX), INT32_MIN) for t, s in zip(targets, scores, strict=True)], []
    own_class = 1 if model.columns == 1 else column
    said = [sigmoid(score) for score in scores]
    wanted = [ONE if target == own_class else 0 for target in targets]
    return [w - p for w, p in zip(wanted, said, strict=True)], [p * (ONE - p) for p in said]
