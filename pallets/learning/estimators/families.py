"""The families that there are, and the model of any canonical bytes.

Numbers are stable. Importing this needs neither numpy nor scikit-learn; `train` imports them when it is called.
"""

from __future__ import annotations

from pallets.learning.estimators import family_parameters as having
from pallets.learning.estimators.artifact import ArtifactDecodeError, EstimatorError
from pallets.learning.estimators.artifact_kinds import (
    CATEGORICAL_BAYES,
    CENTROIDS,
    CORE_POINTS,
    DISCRETE_BAYES,
    FOREST,
    GAUSSIAN_BAYES,
    LINEAR,
    NEIGHBOURS,
    NETWORK,
    ONE_HOT,
    PROJECTION,
    SCALING,
    SUPPORT_VECTORS,
    Model,
)
from pallets.learning.estimators.family import Family, Purpose, check_size
from pallets.learning.estimators.family_parameters import ONE, PARAMETER_BITS, Parameter

CLASSIFY, REGRESS, CLUSTER, TRANSFORM = Purpose

_TREE = (having.MAX_DEPTH, having.MIN_LEAF, having.SEED)
_FOREST_OF_100 = (Parameter("trees", 1, 2**16 - 1, 100), *_TREE)
_FOREST_OF_10 = (Parameter("trees", 1, 2**16 - 1, 10), *_TREE)
_L1_SHARE = Parameter("l1_share", 0, ONE, ONE // 2, PARAMETER_BITS)
_TOLERANCE = Parameter("tolerance", 0, 2**40, ONE // 10, PARAMETER_BITS)
_MACHINE = (having.KERNEL, having.GAMMA, having.INVERSE_PENALTY)
_CLUSTERS = Parameter("clusters", 1, 256, 8)
_STARTS = Parameter("starts", 1, 100, 1)
_RADIUS = Parameter("radius", 1, 2**22, 2**13)
_AT_LEAST = Parameter("at_least", 1, 2**20, 5)
_RATE = Parameter("rate", 1, 2**20, ONE // 10, PARAMETER_BITS)
_SLOW_RATE = Parameter("rate", 1, 2**20, ONE // 100, PARAMETER_BITS)
_LOGISTIC_STEPS = Parameter("steps", 1, 2**20, 2_000)

_SAME_CLASS = "the same class"
_BY_MARGIN = "the same class wherever the margin exceeds twice the artifact's stated error"
_CUT_MEAN = "a value at most 2^-15 away"
_BY_WEIGHTS = "a value at most (features + 1) / 2^25 + 2^-16 away"
_VOTES = "votes where scikit-learn averages shares, so divided rows can differ"
_BY_BOUND = "a value at most error_bound away"

FAMILIES = (
    Family(0, "decision_tree_classifier", CLASSIFY, FOREST, "tree_fitting",
           (having.CLASSES, *_TREE), _SAME_CLASS),
    Family(1, "decision_tree_regressor", REGRESS, FOREST, "tree_fitting",
           _TREE, _CUT_MEAN),
    Family(2, "random_forest_classifier", CLASSIFY, FOREST, "tree_fitting",
           (having.CLASSES, *_FOREST_OF_100), _VOTES),
    Family(3, "random_forest_regressor", REGRESS, FOREST, "tree_fitting",
           _FOREST_OF_10, _CUT_MEAN),
    Family(4, "linear_regression", REGRESS, LINEAR, "linear_fitting", (), _BY_WEIGHTS),
    Family(5, "ridge", REGRESS, LINEAR, "linear_fitting", (having.PENALTY,), _BY_WEIGHTS),
    Family(6, "lasso", REGRESS, LINEAR, "linear_fitting", (having.PENALTY, having.STEPS), _BY_WEIGHTS),
    Family(7, "elastic_net", REGRESS, LINEAR, "linear_fitting",
           (having.PENALTY, _L1_SHARE, having.STEPS), _BY_WEIGHTS),
    Family(8, "logistic_regression", CLASSIFY, LINEAR, "linear_fitting",
           (having.CLASSES, having.INVERSE_PENALTY, _LOGISTIC_STEPS), _BY_MARGIN),
    Family(9, "neighbours_classifier", CLASSIFY, NEIGHBOURS, "point_fitting",
           (having.CLASSES, having.NEIGHBOURS), f"{_SAME_CLASS} wherever the k-th neighbour is not tied"),
    Family(10, "neighbours_regressor", REGRESS, NEIGHBOURS, "point_fitting",
           (having.NEIGHBOURS,), f"{_CUT_MEAN} wherever the k-th neighbour is not tied"),
    Family(11, "support_vector_classifier", CLASSIFY, SUPPORT_VECTORS, "kernel_fitting",
           (having.CLASSES, *_MACHINE), _BY_MARGIN),
    Family(12, "support_vector_regressor", REGRESS, SUPPORT_VECTORS, "kernel_fitting",
           (*_MACHINE, _TOLERANCE), f"{_BY_BOUND}, and 2^-16"),
    Family(13, "gaussian_bayes", CLASSIFY, GAUSSIAN_BAYES, "bayes_fitting",
           (having.CLASSES,), _BY_MARGIN),
    Family(14, "bernoulli_bayes", CLASSIFY, DISCRETE_BAYES, "bayes_fitting",
           (having.CLASSES, having.SMOOTHING, having.THRESHOLD), _BY_MARGIN),
    Family(15, "multinomial_bayes", CLASSIFY, DISCRETE_BAYES, "bayes_fitting",
           (having.CLASSES, having.SMOOTHING), _BY_MARGIN),
    Family(16, "categorical_bayes", CLASSIFY, CATEGORICAL_BAYES, "bayes_fitting",
           (having.CLASSES, having.SMOOTHING), _BY_MARGIN),
    Family(17, "k_means", CLUSTER, CENTROIDS, "point_fitting",
           (_CLUSTERS, _STARTS, having.SEED), "the same cluster wherever the margin exceeds twice the stated error"),
    Family(18, "dbscan", CLUSTER, CORE_POINTS, "point_fitting",
           (_RADIUS, _AT_LEAST), "the same core points and noise; a border row goes to its nearest core point"),
    Family(19, "pca", TRANSFORM, PROJECTION, "transform_fitting", (having.COMPONENTS,), _BY_BOUND),
    Family(20, "svd", TRANSFORM, PROJECTION, "transform_fitting",
           (having.COMPONENTS, having.SEED), _BY_BOUND),
    Family(21, "one_hot", TRANSFORM, ONE_HOT, "transform_fitting", (), "the same row"),
    Family(22, "standard_scaling", TRANSFORM, SCALING, "transform_fitting", (), _BY_BOUND),
    Family(23, "network_classifier", CLASSIFY, NETWORK, "network_fitting",
           (having.CLASSES, having.HIDDEN, having.EPOCHS, _RATE, having.SEED), _BY_MARGIN),
    Family(24, "network_regressor", REGRESS, NETWORK, "network_fitting",
           (having.HIDDEN, having.EPOCHS, _SLOW_RATE, having.SEED), f"{_BY_BOUND}, and 2^-16"),
)  # fmt: skip


def family_of(name: str) -> Family:
    """The family of a name; raises EstimatorError listing those that there are."""
    for each in FAMILIES:
        if each.name == name:
            return each
    raise EstimatorError(f"no family {name!r}; there are {', '.join(each.name for each in FAMILIES)}")


def decode(data: bytes) -> Model:
    """The model of canonical bytes of any kind, told by its magic; raises DecodeError."""
    for each in FAMILIES:
        if data.startswith(each.kind.magic):
            check_size(data)
            return each.kind.decode(data)
    raise ArtifactDecodeError(0, f"starts with {data[:4].hex()}, which no family does")
