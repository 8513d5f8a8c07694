"""What the models of federated rounds say: from a version's bytes to answers, whatever the task trains.

predictor_of(decode_settings(settings), data).predict(row)        row: quantised features
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pallets.federated_round.settings import (
    BoostingSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
    Taught,
)
from pallets.learning.boosting.model import BoostedPredictor
from pallets.learning.boosting.model_codec import decode_boosted
from pallets.learning.estimators.network import decode_network
from pallets.learning.forest_codec import decode_forest
from pallets.learning.forest_federation import decode_federated
from pallets.learning.linear_model import decode_linear
from pallets.learning.prediction import Predictor


class Answers(Protocol):
    """Whatever answers rows."""

    def predict(self, row: Sequence[int]) -> int:
        """The class of a row, or its value with 16 fractional bits."""
        ...


def predictor_of(settings: Taught, data: bytes) -> Answers:
    """The model of a version's canonical bytes; raises `learning.decoding.DecodeError`."""
    match settings:
        case ForestSettings():
            return Predictor(decode_forest(data))
        case QuotaSettings():
            return Predictor(decode_federated(data).forest)
        case BoostingSettings():
            return BoostedPredictor(decode_boosted(data))
        case LinearSettings():
            return decode_linear(data)
        case NetworkSettings():
            return decode_network(data)


def described(settings: Taught, data: bytes) -> str:
    """What a version holds, in words; raises `learning.decoding.DecodeError`."""
    match settings:
        case ForestSettings():
            forest = decode_forest(data)
            return f"{len(forest.trees)} trees, {forest.nodes} nodes"
        case QuotaSettings():
            federated = decode_federated(data)
            return f"{len(federated.forest.trees)} trees of {len(federated.shares)} clients"
        case BoostingSettings():
            boosted = decode_boosted(data)
            return f"{boosted.stages} stages, {boosted.forest.nodes} nodes"
        case LinearSettings():
            return f"{len(decode_linear(data).weights)} weights"
        case NetworkSettings():
            network = decode_network(data)
            return f"{network.hidden} hidden units, {len(network.weights)} weights"
