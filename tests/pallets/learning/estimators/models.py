"""Random models of every kind that an artifact can hold."""

from __future__ import annotations

from hypothesis import strategies as st

from pallets.learning.estimators.artifact import NUMBER_LIMIT, Task
from pallets.learning.estimators.artifact_kinds import Model
from pallets.learning.estimators.categorical_bayes import CategoricalBayes
from pallets.learning.estimators.centroids import CENTRE_BITS, Centroids
from pallets.learning.estimators.density import CorePoints
from pallets.learning.estimators.discrete_bayes import DiscreteBayes, Events
from pallets.learning.estimators.gaussian_bayes import MEAN_BITS, GaussianBayes
from pallets.learning.estimators.neighbours import Neighbours
from pallets.learning.estimators.network import Network
from pallets.learning.estimators.preprocessing import OneHot, Scaling
from pallets.learning.estimators.projection import Projection
from pallets.learning.estimators.support_vectors import Kernel, SupportVectors
from pallets.learning.fixed_point import INT32_MAX, INT32_MIN
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearKind, LinearModel

STEPS = st.integers(0, 65535)
NUMBERS = st.integers(1 - NUMBER_LIMIT, NUMBER_LIMIT - 1)
WEIGHTS = st.integers(1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1)
SHAPES = st.tuples(st.sampled_from(Task), st.integers(1, 4), st.integers(2, 4))


def rows_of(
    features: int, count: int, values: st.SearchStrategy[int] = STEPS
) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    return st.tuples(*[st.tuples(*[values] * features)] * count)


@st.composite
def neighbours(draw: st.DrawFn) -> Neighbours:
    task, features, classes = draw(SHAPES)
    count = draw(st.integers(1, 8))
    is_classifier = task is Task.CLASSIFIER
    answers = st.integers(0, classes - 1) if is_classifier else st.integers(INT32_MIN, INT32_MAX)
    # few different coordinates, so that distances tie
    points = draw(rows_of(features, count, st.sampled_from([0, 1, 2, 65535])))
    k = draw(st.integers(1, count))
    return Neighbours(task, features, classes * is_classifier, k, points, draw(st.tuples(*[answers] * count)))


@st.composite
def support_vectors(draw: st.DrawFn, numbers: st.SearchStrategy[int] = NUMBERS) -> SupportVectors:
    task, features, classes = draw(SHAPES)
    kernel = draw(st.sampled_from(Kernel))
    is_classifier = task is Task.CLASSIFIER
    supports = draw(st.tuples(*[st.integers(0, 3)] * classes)) if is_classifier else ()
    count = sum(supports) if is_classifier else draw(st.integers(0, 5))
    rows, decisions = (classes - 1, classes * (classes - 1) // 2) if is_classifier else (1, 1)
    return SupportVectors(
        task=task,
        kernel=kernel,
        gamma=draw(st.integers(1, 2**34)) if kernel is Kernel.RBF else 0,
        features=features,
        classes=classes * is_classifier,
        supports=supports,
        vectors=draw(rows_of(features, count)),
        coefficients=draw(rows_of(count, rows, numbers)),
        intercepts=draw(st.tuples(*[numbers] * decisions)),
    )


@st.composite
def gaussian(draw: st.DrawFn) -> GaussianBayes:
    _, features, classes = draw(SHAPES)
    means = rows_of(features, classes, st.integers(-(1 << MEAN_BITS), 1 << MEAN_BITS))
    precisions = rows_of(features, classes, st.integers(0, NUMBER_LIMIT - 1))
    return GaussianBayes(features, classes, draw(st.tuples(*[NUMBERS] * classes)), draw(means), draw(precisions))


@st.composite
def discrete(draw: st.DrawFn) -> DiscreteBayes:
    _, features, classes = draw(SHAPES)
    events = draw(st.sampled_from(Events))
    constants = draw(st.tuples(*[NUMBERS] * classes))
    threshold = draw(STEPS) if events is Events.BITS else 0
    return DiscreteBayes(events, threshold, features, classes, constants, draw(rows_of(features, classes, NUMBERS)))


@st.composite
def categorical(draw: st.DrawFn) -> CategoricalBayes:
    _, features, classes = draw(SHAPES)
    categories = draw(st.tuples(*[st.integers(1, 4)] * features))
    logarithms = draw(rows_of(classes, sum(categories), NUMBERS))
    return CategoricalBayes(features, classes, categories, draw(st.tuples(*[NUMBERS] * classes)), logarithms)


@st.composite
def centroids(draw: st.DrawFn) -> Centroids:
    features, clusters = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    return Centroids(features, draw(rows_of(features, clusters, st.integers(-(1 << CENTRE_BITS), 1 << CENTRE_BITS))))


@st.composite
def core_points(draw: st.DrawFn) -> CorePoints:
    features, count = draw(st.integers(1, 4)), draw(st.integers(0, 6))
    clusters = draw(st.integers(min(count, 1), count))
    labels = draw(st.tuples(*[st.integers(0, max(clusters - 1, 0))] * count))
    return CorePoints(features, draw(st.integers(1, 2**22)), clusters, draw(rows_of(features, count)), labels)


@st.composite
def projections(draw: st.DrawFn) -> Projection:
    features = draw(st.integers(1, 4))
    return Projection(features, draw(rows_of(features + 1, draw(st.integers(1, features)), WEIGHTS)))


@st.composite
def scalings(draw: st.DrawFn) -> Scaling:
    features = draw(st.integers(1, 5))
    return Scaling(*draw(rows_of(features, 2, WEIGHTS)))


@st.composite
def one_hots(draw: st.DrawFn) -> OneHot:
    return OneHot(tuple(tuple(sorted(steps)) for steps in draw(st.lists(st.sets(STEPS, min_size=1), min_size=1))))


@st.composite
def networks(draw: st.DrawFn, weights: st.SearchStrategy[int] = WEIGHTS) -> Network:
    task, features, classes = draw(SHAPES)
    hidden = draw(st.integers(1, 4))
    shown = classes if task is Task.CLASSIFIER else 0
    count = hidden * (features + 1) + (shown if shown > 2 else 1) * (hidden + 1)
    return Network(task, features, hidden, shown, draw(st.tuples(*[weights] * count)))


@st.composite
def linear_models(draw: st.DrawFn) -> LinearModel:
    _, features, classes = draw(SHAPES)
    count = (classes if classes > 2 else 1) * (features + 1)
    return LinearModel(LinearKind.CLASSIFIER, features, classes, draw(st.tuples(*[WEIGHTS] * count)))


@st.composite
def stumps(draw: st.DrawFn) -> Forest:
    features = draw(st.integers(1, 4))
    node = st.tuples(st.integers(0, features - 1), STEPS, st.integers(0, 2), st.integers(0, 2))
    trees = [
        Tree(bytes([feature, LEAF, LEAF]), (threshold, left, right))
        for feature, threshold, left, right in draw(st.lists(node, max_size=4))
    ]
    return Forest(ForestKind.CLASSIFIER, features, 3, 0, tuple(trees))


def any_model() -> st.SearchStrategy[Model]:
    """A model of any kind, none more often than another."""
    return st.one_of(
        neighbours(), support_vectors(), gaussian(), discrete(), categorical(), centroids(), core_points(),
        projections(), scalings(), one_hots(), networks(), linear_models(), stumps(),
    )  # fmt: skip
