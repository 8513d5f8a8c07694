from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from pallets.learning.estimators.transform_fitting import one_hot, pca, standard_scaling, svd
from pallets.learning.training_rows import TrainingError
from tests.pallets.learning.estimators.tables import CLASSIFIED, shipped

TABLES = (*CLASSIFIED, "diabetes")


@pytest.mark.parametrize("name", TABLES)
def test_coordinates_of_pca_are_those_of_scikit_learn_within_the_stated_error(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = pca(train.steps, components=3)
    expected: Any = PCA(3, svd_solver="full").fit(train.reals).transform(test.reals)
    found = np.array([model.transform(row) for row in test.steps.tolist()]) / 65536
    assert np.abs(found - expected).max() <= float(model.error_bound) + 1e-9


@pytest.mark.parametrize("name", TABLES)
def test_coordinates_of_svd_are_those_of_scikit_learn_within_the_stated_error(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = svd(train.steps, components=2, seed=4)
    expected: Any = TruncatedSVD(2, random_state=4).fit(train.reals).transform(test.reals)
    found = np.array([model.transform(row) for row in test.steps.tolist()]) / 65536
    assert np.abs(found - expected).max() <= float(model.error_bound) + 1e-9


@pytest.mark.parametrize("name", TABLES)
def test_scaled_values_are_those_of_scikit_learn_within_the_stated_error(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = standard_scaling(train.steps)
    expected: Any = StandardScaler().fit(train.reals).transform(test.reals)
    found = np.array([model.transform(row) for row in test.steps.tolist()]) / 65536
    assert np.abs(found - expected).max() <= float(model.error_bound) + 1e-9


def test_one_hot_rows_are_those_of_scikit_learn_unknown_categories_included() -> None:
    train, test = shipped("wine").train.steps >> 12, shipped("wine").test.steps >> 12
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(train)
    model = one_hot(train)
    found = [model.transform(row) for row in test.tolist()]
    assert (np.array(found) == encoder.transform(test)).all()
    assert min(map(sum, found)) < model.features  # some are unknown


@pytest.mark.parametrize("fit", [pca, svd])
def test_more_components_than_there_can_be_are_refused(fit: object) -> None:
    assert callable(fit)
    with pytest.raises(TrainingError, match=r"3 components of a table of shape \(2, 3\)"):
        fit([[1, 2, 3], [4, 5, 6]], components=3)
