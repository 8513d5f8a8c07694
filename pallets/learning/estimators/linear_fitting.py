"""Linear, ridge, lasso, elastic net and logistic regression by scikit-learn, as `LinearModel`s.

Every weight is rounded to the nearest 2^-24. Difference to scikit-learn: a score at most `score_error`, a regressor's
value 2^-16 more (it is cut), a class none wherever the deciding scores are further apart than twice that.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

from pallets.learning.estimators.fitting import WHOLE, centred, fitted_by, labels_of, nearest, real, values_of
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.linear_model import LINEAR_FEATURE_LIMIT, LinearKind, LinearModel
from pallets.learning.training_rows import Column, Table


def linear_regression(rows: Table, targets: Column) -> LinearModel:
    """Ordinary least squares."""
    return _regressor(LinearRegression(), rows, targets)


def ridge(rows: Table, targets: Column, *, penalty: int = WHOLE) -> LinearModel:
    """Least squares with a penalty on squared weights, 16 fractional bits."""
    return _regressor(Ridge(alpha=real(penalty)), rows, targets)


def lasso(rows: Table, targets: Column, *, penalty: int = WHOLE, steps: int = 10_000) -> LinearModel:
    """Least squares with a penalty on absolute weights, 16 fractional bits."""
    return _regressor(Lasso(alpha=real(penalty), max_iter=steps), rows, targets)


def elastic_net(
    rows: Table, targets: Column, *, penalty: int = WHOLE, l1_share: int = WHOLE // 2, steps: int = 10_000
) -> LinearModel:
    """Least squares with both penalties, `l1_share` of the first on absolute weights; 16 fractional bits."""
    return _regressor(ElasticNet(alpha=real(penalty), l1_ratio=real(l1_share), max_iter=steps), rows, targets)


def logistic_regression(
    rows: Table, labels: Column, *, classes: int, inverse_penalty: int = WHOLE, steps: int = 2_000
) -> LinearModel:
    """Binary or multinomial logistic regression; inverse_penalty: scikit-learn's C, 16 fractional bits."""
    reals = centred(rows, LINEAR_FEATURE_LIMIT)
    wanted = labels_of(labels, len(reals), classes)
    fitted = fitted_by(LogisticRegression(C=real(inverse_penalty), max_iter=steps), reals, wanted)
    return LinearModel(LinearKind.CLASSIFIER, reals.shape[1], classes, _weights(fitted))


def score_error(model: LinearModel) -> Fraction:
    """How far a sum can be from that of the real weights: each is off by half a step, times at most one."""
    return Fraction(model.features + 1, 2 << WEIGHT_FRACTIONAL_BITS)


def _regressor(regression: Any, rows: Table, targets: Column) -> LinearModel:  # scikit-learn has no types
    reals = centred(rows, LINEAR_FEATURE_LIMIT)
    regression.fit(reals, values_of(targets, len(reals)))
    return LinearModel(LinearKind.REGRESSOR, reals.shape[1], 0, _weights(regression))


def _weights(fitted: Any) -> tuple[int, ...]:
    """Coefficients and constants of each output."""
    table = np.column_stack([np.atleast_2d(fitted.coef_), np.atleast_1d(fitted.intercept_)])
    return nearest(table, WEIGHT_FRACTIONAL_BITS)
