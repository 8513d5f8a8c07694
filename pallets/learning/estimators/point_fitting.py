"""Models that keep points: nearest neighbours (no training at all), k-means and DBSCAN by scikit-learn."""

from __future__ import annotations

from typing import Any

from sklearn.cluster import DBSCAN, KMeans

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.centroids import CENTRE_BITS, Centroids
from pallets.learning.estimators.density import CorePoints
from pallets.learning.estimators.fitting import centred, fitted_by, labels_of, nearest_rows, steps_of
from pallets.learning.estimators.neighbours import Neighbours
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN
from pallets.learning.training_rows import Column, Integers, Table, TrainingError, column_of


def neighbours_classifier(rows: Table, labels: Column, *, classes: int, k: int = 5) -> Neighbours:
    """The rows with their classes."""
    steps = steps_of(rows)
    answers = labels_of(labels, len(steps), classes, all_present=False)
    return _neighbours(Task.CLASSIFIER, classes, k, steps, answers)


def neighbours_regressor(rows: Table, targets: Column, *, k: int = 5) -> Neighbours:
    """The rows with their values, 16 fractional bits."""
    steps = steps_of(rows)
    return _neighbours(Task.REGRESSOR, 0, k, steps, column_of(targets, len(steps), INT32_MIN, INT32_MAX, "target"))


def k_means(rows: Table, *, clusters: int = 8, starts: int = 1, seed: int = 0) -> Centroids:
    """Centres by Lloyd's iteration, the best of `starts` beginnings by k-means++."""
    reals = centred(rows)
    if clusters > len(reals):
        raise TrainingError(f"{clusters} clusters of {len(reals)} rows")
    beginnings: Any = starts  # scikit-learn's default is a text, which checkers take for the type
    fitted = fitted_by(KMeans(clusters, n_init=beginnings, random_state=seed), reals)
    return Centroids(reals.shape[1], nearest_rows(fitted.cluster_centers_, CENTRE_BITS))


def dbscan(rows: Table, *, radius: int = 2**13, at_least: int = 5) -> CorePoints:
    """Clusters of core points, which have `at_least` rows, themselves among them, within `radius` steps."""
    steps = steps_of(rows)
    fitted = fitted_by(DBSCAN(eps=radius, min_samples=at_least), steps)
    labels = fitted.labels_[fitted.core_sample_indices_]
    return CorePoints(
        features=steps.shape[1],
        radius=radius,
        clusters=int(labels.max(initial=-1)) + 1,
        points=_tuples(steps[fitted.core_sample_indices_]),
        labels=tuple(labels.tolist()),
    )


def _neighbours(task: Task, classes: int, k: int, steps: Integers, answers: Integers) -> Neighbours:
    if k > len(steps):
        raise TrainingError(f"{k} neighbours among {len(steps)} rows")
    return Neighbours(task, steps.shape[1], classes, k, _tuples(steps), tuple(answers.tolist()))


def _tuples(steps: Integers) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, steps.tolist()))
