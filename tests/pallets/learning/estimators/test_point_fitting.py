from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, KMeans

from pallets.learning.estimators.density import NOISE
from pallets.learning.estimators.point_fitting import dbscan, k_means, neighbours_classifier
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.estimators.tables import CLASSIFIED, shipped


@pytest.mark.parametrize("name", CLASSIFIED)
def test_clusters_of_k_means_are_those_of_scikit_learn(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = k_means(train.steps, clusters=train.classes, seed=3)
    settings: dict[str, Any] = {"n_init": 1, "random_state": 3}
    learner: Any = KMeans(train.classes, **settings).fit(train.reals)
    found = np.array([model.distances(row) for row in test.steps.tolist()], float) / 2**48
    assert np.abs(found - learner.transform(test.reals) ** 2).max() <= float(model.error_bound) + 1e-9
    assert float(model.error_bound) < 2e-5
    assert [model.predict(row) for row in test.steps.tolist()] == learner.predict(test.reals).tolist()


@pytest.mark.parametrize(("name", "radius"), [("iris", 9_000), ("wine", 30_000), ("digits", 110_000)])
def test_core_points_and_noise_of_dbscan_are_those_of_scikit_learn(name: str, radius: int) -> None:
    table = shipped(name)
    model = dbscan(table.steps, radius=radius, at_least=5)
    learner: Any = DBSCAN(eps=radius, min_samples=5).fit(table.steps)
    found = np.array([model.predict(row) for row in table.steps.tolist()])
    is_core = np.zeros(len(found), bool)
    is_core[learner.core_sample_indices_] = True
    assert len(set(learner.labels_[is_core])) > 1
    assert (learner.labels_ == NOISE).sum() > 5
    assert (found[is_core] == learner.labels_[is_core]).all()
    assert ((found == NOISE) == (learner.labels_ == NOISE)).all()
    assert (found == learner.labels_).mean() > 0.97  # what is left are border rows near two clusters


def test_rows_without_a_core_point_are_all_noise() -> None:
    assert dbscan([[0], [60_000]], radius=5, at_least=2).predict((0,)) == NOISE


@pytest.mark.parametrize("rows", [[[1]], [[1], [2]]])
def test_more_clusters_or_neighbours_than_rows_are_refused(rows: list[list[int]]) -> None:
    with pytest.raises(TrainingError, match=f"3 clusters of {len(rows)} rows"):
        k_means(rows, clusters=3)
    with pytest.raises(TrainingError, match=f"3 neighbours among {len(rows)} rows"):
        neighbours_classifier(rows, [0] * len(rows), classes=2, k=3)
