from __future__ import annotations

from fractions import Fraction

import pytest

from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.artifact_kinds import predictions
from pallets.learning.estimators.families import family_of
from pallets.learning.estimators.model_search import Candidate, cross_validate, grid_search
from pallets.learning.estimators.scores import accuracy
from pallets.learning.estimators.splitting import stratified_folds
from tests.pallets.learning.estimators.tables import shipped

ROWS = shipped("wine").steps.tolist()
LABELS = shipped("wine").targets.tolist()
FOLDS = stratified_folds(LABELS, 3, b"folds")


def test_each_fold_is_judged_by_a_model_that_never_saw_it() -> None:
    found = cross_validate("gaussian_bayes", ROWS, LABELS, {"classes": 3}, folds=FOLDS, score=accuracy)
    expected = []
    for fold in FOLDS:
        model = family_of("gaussian_bayes").train(
            [ROWS[r] for r in fold.train], [LABELS[r] for r in fold.train], classes=3
        )
        said = predictions(model, [ROWS[row] for row in fold.test])
        expected.append(accuracy(said, [LABELS[row] for row in fold.test]))
    assert found == Candidate((("classes", 3),), tuple(expected))
    assert found.mean == sum(expected, Fraction(0)) / 3 > Fraction(9, 10)


def test_a_grid_is_ranked_best_first_and_processes_change_nothing() -> None:
    grid = {"classes": [3], "max_depth": [1, 2, 4], "min_leaf": [1, 5]}
    alone, spread = (
        grid_search("decision_tree_classifier", ROWS, LABELS, grid, folds=FOLDS, score=accuracy, jobs=jobs)
        for jobs in (1, 2)
    )
    assert alone == spread
    assert len(alone) == 6
    assert [each.mean for each in alone] == sorted((each.mean for each in alone), reverse=True)
    assert dict(alone[-1].settings)["max_depth"] == 1


def test_nothing_to_judge_is_refused() -> None:
    with pytest.raises(EstimatorError, match="1 settings to judge in 0 folds"):
        cross_validate("ridge", ROWS, LABELS, {}, folds=[], score=accuracy)
    with pytest.raises(EstimatorError, match="pca has no targets to be judged by"):
        cross_validate("pca", ROWS, LABELS, {}, folds=FOLDS, score=accuracy)
