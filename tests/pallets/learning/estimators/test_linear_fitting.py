from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

from pallets.learning.estimators.fitting import WHOLE
from pallets.learning.estimators.linear_fitting import (
    elastic_net,
    lasso,
    linear_regression,
    logistic_regression,
    ridge,
    score_error,
)
from pallets.learning.linear_model import LinearModel
from pallets.learning.training_rows import Table
from tests.pallets.learning.estimators.tables import CLASSIFIED, margins, reals_of, shipped

FITS: dict[str, tuple[Any, Any]] = {
    "linear": (linear_regression, LinearRegression()),
    "ridge": (lambda rows, targets: ridge(rows, targets, penalty=WHOLE // 2), Ridge(alpha=0.5)),
    "lasso": (lambda rows, targets: lasso(rows, targets, penalty=WHOLE // 8), Lasso(alpha=0.125, max_iter=10_000)),
    "elastic net": (
        lambda rows, targets: elastic_net(rows, targets, penalty=WHOLE // 8, l1_share=WHOLE // 4),
        ElasticNet(alpha=0.125, l1_ratio=0.25, max_iter=10_000),
    ),
}


def assert_values_agree(model: LinearModel, learner: Any, rows: Table) -> None:
    found = np.array([model.predict(row) for row in np.asarray(rows).tolist()]) / 65536
    expected = learner.predict(reals_of(rows))
    assert np.abs(found - expected).max() <= float(score_error(model)) + 2**-16 + 1e-9


@pytest.mark.parametrize("fit", FITS)
def test_values_are_those_of_scikit_learn_within_the_stated_error(fit: str) -> None:
    train, test = shipped("diabetes").train, shipped("diabetes").test
    train_ours, learner = FITS[fit]
    model = train_ours(train.steps, train.targets)
    assert_values_agree(model, learner.fit(train.reals, train.values), test.steps)


@settings(max_examples=25)
@given(st.data(), st.sampled_from(["ridge", "lasso", "elastic net"]), st.integers(2, 12), st.integers(1, 4))
def test_random_tables_agree_too(data: st.DataObject, fit: str, rows: int, features: int) -> None:
    steps = st.lists(st.integers(0, 65535), min_size=features, max_size=features)
    table = data.draw(st.lists(steps, min_size=rows, max_size=rows))
    targets = data.draw(st.lists(st.integers(-(2**20), 2**20), min_size=rows, max_size=rows))
    train_ours, learner = FITS[fit]
    learner.fit(reals_of(table), np.array(targets) / 65536)
    assert_values_agree(train_ours(table, targets), learner, table)


@pytest.mark.parametrize("name", CLASSIFIED)
def test_scores_and_classes_are_those_of_scikit_learn(name: str) -> None:
    train, test = shipped(name).train, shipped(name).test
    model = logistic_regression(train.steps, train.targets, classes=train.classes)
    learner = LogisticRegression(C=1.0, max_iter=2000).fit(train.reals, train.targets)
    scores = learner.decision_function(test.reals).reshape(len(test.steps), -1)
    found = np.array([model.scores(row) for row in test.steps.tolist()]) / 2**39
    assert np.abs(found - scores).max() <= float(score_error(model)) + 1e-9
    distances = np.abs(scores[:, 0]) if train.classes == 2 else margins(scores)
    assert distances.min() > 2 * float(score_error(model))
    assert [model.predict(row) for row in test.steps.tolist()] == learner.predict(test.reals).tolist()
