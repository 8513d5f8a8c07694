"""Naive Bayes classifiers fitted by scikit-learn, as integer tables."""

from __future__ import annotations

import numpy as np
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB, MultinomialNB

from pallets.learning.estimators.artifact import FEATURE_MIDDLE, SCORE_BITS
from pallets.learning.estimators.categorical_bayes import CategoricalBayes
from pallets.learning.estimators.discrete_bayes import DiscreteBayes, Events
from pallets.learning.estimators.fitting import (
    WHOLE,
    centred,
    fitted_by,
    labels_of,
    nearest,
    nearest_rows,
    real,
    steps_of,
)
from pallets.learning.estimators.gaussian_bayes import MEAN_BITS, PRECISION_BITS, GaussianBayes
from pallets.learning.training_rows import Column, Table


def gaussian_bayes(rows: Table, labels: Column, *, classes: int) -> GaussianBayes:
    """A normal distribution of each feature in each class, whose deviation is an eighth of a step at least."""
    reals = centred(rows)
    fitted = fitted_by(GaussianNB(), reals, labels_of(labels, len(reals), classes))
    # scikit-learn's own floor is a share of the largest variance, which can be zero
    variances = np.maximum(fitted.var_, 2.0**-36)
    constants = np.log(fitted.class_prior_) - 0.5 * np.log(2.0 * np.pi * variances).sum(axis=1)
    return GaussianBayes(
        features=reals.shape[1],
        classes=classes,
        constants=nearest(constants, SCORE_BITS),
        means=nearest_rows(fitted.theta_, MEAN_BITS),
        precisions=nearest_rows(0.5 / variances, PRECISION_BITS),
    )


def bernoulli_bayes(
    rows: Table, labels: Column, *, classes: int, smoothing: int = WHOLE, threshold: int = FEATURE_MIDDLE
) -> DiscreteBayes:
    """Features that are present where their step is above the threshold; smoothing: alpha, 16 fractional bits."""
    steps = steps_of(rows)
    fitted = fitted_by(
        BernoulliNB(alpha=real(smoothing), binarize=threshold), steps, labels_of(labels, len(steps), classes)
    )
    absent = np.log1p(-np.exp(fitted.feature_log_prob_))
    constants = fitted.class_log_prior_ + absent.sum(axis=1)
    weights = nearest_rows(fitted.feature_log_prob_ - absent, SCORE_BITS)
    return DiscreteBayes(Events.BITS, threshold, steps.shape[1], classes, nearest(constants, SCORE_BITS), weights)


def multinomial_bayes(rows: Table, labels: Column, *, classes: int, smoothing: int = WHOLE) -> DiscreteBayes:
    """Features that are counts, the steps themselves; smoothing: alpha, 16 fractional bits."""
    steps = steps_of(rows)
    fitted = fitted_by(MultinomialNB(alpha=real(smoothing)), steps, labels_of(labels, len(steps), classes))
    constants = nearest(fitted.class_log_prior_, SCORE_BITS)
    return DiscreteBayes(
        Events.COUNTS, 0, steps.shape[1], classes, constants, nearest_rows(fitted.feature_log_prob_, SCORE_BITS)
    )


def categorical_bayes(rows: Table, labels: Column, *, classes: int, smoothing: int = WHOLE) -> CategoricalBayes:
    """Features that are categories, the steps themselves; each has as many as its highest step says."""
    steps = steps_of(rows)
    fitted = fitted_by(CategoricalNB(alpha=real(smoothing)), steps, labels_of(labels, len(steps), classes))
    table = np.concatenate([each.T for each in fitted.feature_log_prob_])
    return CategoricalBayes(
        features=steps.shape[1],
        classes=classes,
        categories=tuple(int(count) for count in fitted.n_categories_),
        constants=nearest(fitted.class_log_prior_, SCORE_BITS),
        logarithms=nearest_rows(table, SCORE_BITS),
    )
