"""Records with their codecs: every artifact that a family can leave, and one way to ask each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pallets.learning.estimators.artifact import EstimatorError, Task
from pallets.learning.estimators.categorical_bayes import (
    CategoricalBayes,
    decode_categorical_bayes,
    encode_categorical_bayes,
)
from pallets.learning.estimators.centroids import Centroids, decode_centroids, encode_centroids
from pallets.learning.estimators.density import CorePoints, decode_core_points, encode_core_points
from pallets.learning.estimators.discrete_bayes import DiscreteBayes, decode_discrete_bayes, encode_discrete_bayes
from pallets.learning.estimators.gaussian_bayes import GaussianBayes, decode_gaussian_bayes, encode_gaussian_bayes
from pallets.learning.estimators.neighbours import Neighbours, decode_neighbours, encode_neighbours
from pallets.learning.estimators.network import Network, decode_network, encode_network
from pallets.learning.estimators.preprocessing import (
    OneHot,
    Scaling,
    decode_one_hot,
    decode_scaling,
    encode_one_hot,
    encode_scaling,
)
from pallets.learning.estimators.projection import Projection, decode_projection, encode_projection
from pallets.learning.estimators.support_vectors import (
    SupportVectors,
    decode_support_vectors,
    encode_support_vectors,
)
from pallets.learning.forest import Forest, ForestKind
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.linear_model import LinearKind, LinearModel, decode_linear, encode_linear
from pallets.learning.prediction import Predictor

Asked = (
    LinearModel
    | Neighbours
    | SupportVectors
    | GaussianBayes
    | DiscreteBayes
    | CategoricalBayes
    | Centroids
    | CorePoints
    | Network
)
"""Models with a `predict` of their own."""

Transform = Projection | Scaling | OneHot
Model = Asked | Forest | Transform

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class ArtifactKind:
    """A record's name, the magic of its bytes, and its codec; `encode` refuses other records by EstimatorError."""

    name: str
    magic: bytes
    encode: Callable[[Model], bytes]
    decode: Callable[[bytes], Model]


def _kind(
    magic: bytes, model: type[Kept], encode: Callable[[Kept], bytes], decode: Callable[[bytes], Model]
) -> ArtifactKind:
    def checked_encode(given: Model) -> bytes:
        if not isinstance(given, model):
            raise EstimatorError(f"a {type(given).__name__} where a {model.__name__} is encoded")
        return encode(given)

    return ArtifactKind(model.__name__, magic, checked_encode, decode)


FOREST = _kind(b"PLF\x01", Forest, encode_forest, decode_forest)
LINEAR = _kind(b"PLL\x01", LinearModel, encode_linear, decode_linear)
NEIGHBOURS = _kind(b"PEN\x01", Neighbours, encode_neighbours, decode_neighbours)
SUPPORT_VECTORS = _kind(b"PEV\x01", SupportVectors, encode_support_vectors, decode_support_vectors)
GAUSSIAN_BAYES = _kind(b"PEG\x01", GaussianBayes, encode_gaussian_bayes, decode_gaussian_bayes)
DISCRETE_BAYES = _kind(b"PED\x01", DiscreteBayes, encode_discrete_bayes, decode_discrete_bayes)
CATEGORICAL_BAYES = _kind(b"PEC\x01", CategoricalBayes, encode_categorical_bayes, decode_categorical_bayes)
CENTROIDS = _kind(b"PEK\x01", Centroids, encode_centroids, decode_centroids)
CORE_POINTS = _kind(b"PEB\x01", CorePoints, encode_core_points, decode_core_points)
PROJECTION = _kind(b"PEP\x01", Projection, encode_projection, decode_projection)
SCALING = _kind(b"PES\x01", Scaling, encode_scaling, decode_scaling)
ONE_HOT = _kind(b"PEH\x01", OneHot, encode_one_hot, decode_one_hot)
NETWORK = _kind(b"PEW\x01", Network, encode_network, decode_network)

KINDS = (
    FOREST, LINEAR, NEIGHBOURS, SUPPORT_VECTORS, GAUSSIAN_BAYES, DISCRETE_BAYES, CATEGORICAL_BAYES, CENTROIDS,
    CORE_POINTS, PROJECTION, SCALING, ONE_HOT, NETWORK,
)  # fmt: skip


def says_classes(model: Model) -> bool | None:
    """Whether a model says classes rather than values; None where its kind alone tells."""
    if isinstance(model, Forest):
        return model.kind is ForestKind.CLASSIFIER
    if isinstance(model, LinearModel):
        return model.kind is LinearKind.CLASSIFIER
    if isinstance(model, Neighbours | SupportVectors | Network):
        return model.task is Task.CLASSIFIER
    return None


def predictions(model: Model, rows: Sequence[Sequence[int]]) -> list[int]:
    """The class, cluster or fixed-point value of each row; raises EstimatorError for a transform."""
    if isinstance(model, Transform):
        raise EstimatorError(f"a {type(model).__name__} transforms rows and predicts nothing")
    asked = Predictor(model) if isinstance(model, Forest) else model
    return [asked.predict(row) for row in rows]
