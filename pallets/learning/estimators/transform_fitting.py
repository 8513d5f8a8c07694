"""PCA, truncated SVD, standard scaling and one-hot encoding fitted by scikit-learn, as integer transforms."""

from __future__ import annotations

import numpy as np
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from pallets.learning.estimators.fitting import centred, fitted_by, nearest, nearest_rows, steps_of
from pallets.learning.estimators.preprocessing import OneHot, Scaling
from pallets.learning.estimators.projection import Projection
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.training_rows import Table, TrainingError


def pca(rows: Table, *, components: int = 2) -> Projection:
    """Directions of most variance, around the mean."""
    reals = centred(rows)
    if components > min(reals.shape):
        raise TrainingError(f"{components} components of a table of shape {reals.shape}")
    fitted = fitted_by(PCA(components, svd_solver="full"), reals)
    constants = -(fitted.components_ @ fitted.mean_)
    return _projection(fitted.components_, constants)


def svd(rows: Table, *, components: int = 2, seed: int = 0) -> Projection:
    """Directions of most length, around the middle of the ranges (randomised, Halko et al. 2009)."""
    reals = centred(rows)
    if components > min(reals.shape):
        raise TrainingError(f"{components} components of a table of shape {reals.shape}")
    fitted = fitted_by(TruncatedSVD(components, random_state=seed), reals)
    return _projection(fitted.components_, np.zeros(components))


def standard_scaling(rows: Table) -> Scaling:
    """Mean zero and variance one of each feature; one without variance is only moved."""
    fitted = fitted_by(StandardScaler(), centred(rows))
    return Scaling(
        nearest(1.0 / fitted.scale_, WEIGHT_FRACTIONAL_BITS),
        nearest(-fitted.mean_ / fitted.scale_, WEIGHT_FRACTIONAL_BITS),
    )


def one_hot(rows: Table) -> OneHot:
    """The steps that each feature takes in the rows."""
    fitted = fitted_by(OneHotEncoder(handle_unknown="ignore"), steps_of(rows))
    return OneHot(tuple(tuple(steps.tolist()) for steps in fitted.categories_))


def _projection(components: np.ndarray, constants: np.ndarray) -> Projection:
    table = np.column_stack([components, constants])
    return Projection(components.shape[1], nearest_rows(table, WEIGHT_FRACTIONAL_BITS))
