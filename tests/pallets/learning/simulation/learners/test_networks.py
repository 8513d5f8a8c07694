from __future__ import annotations

from dataclasses import replace

import numpy as np

from chain.primitives import AccountId
from pallets.federated_round.rules import Median
from pallets.federated_round.settings import NetworkSettings
from pallets.federated_round.strategies import ClientUpdate
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network import Network
from pallets.learning.estimators.network_arrays import NetworkShape, encode_weights
from pallets.learning.moves import decode_moves, encode_moves
from pallets.learning.network_rounds import NetworkRounds
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.simulation.learners.learner import Model
from pallets.learning.simulation.learners.networks import START
from pallets.learning.simulation.servers import Arrived, server_of
from pallets.learning.training_rows import Integers
from tests.pallets.learning.simulation.learners.kinds import (
    ARRIVED,
    DESCENT,
    NETWORKS,
    PARTS,
    PLAIN,
    SAMPLES,
    updates_of,
)

ROUNDS = NetworkRounds(NetworkShape(Task.CLASSIFIER, 4, 6, 3), 16, START)


def weights(model: Model) -> Integers:
    assert isinstance(model, Network)
    return np.array(model.weights, dtype=np.int64)


def test_updates_are_what_rounds_on_chain_send_and_join() -> None:
    begun = ROUNDS.began(None)
    assert NETWORKS.start.weights == tuple(begun.tolist())
    sent = [ROUNDS.descended(begun, *part, NETWORKS.descent, bytes([number])) for number, part in enumerate(PARTS)]
    moves = [ROUNDS.read(each) for each in sent]
    updates = [NETWORKS.trained(NETWORKS.start, *part, bytes([number]), PLAIN) for number, part in enumerate(PARTS)]
    assert [each.weights for each in updates] == [tuple((begun + each.values).tolist()) for each in moves]
    joined = NETWORKS.joined(NETWORKS.start, updates, ARRIVED, None)
    assert joined.weights == tuple(ROUNDS.joined(begun, moves, SAMPLES).tolist())


def test_a_servers_rule_joins_the_moves_as_they_are_sent() -> None:
    """As a task of networks joins them on chain."""
    settings = NetworkSettings(encode_quantiser(Quantiser((FeatureRange(0, 1),) * 4)), 3, 6, 16, 1, 1, 1)
    chain, begun = NetworkAveraging(settings, Median(0)), ROUNDS.began(None)
    updates = [NETWORKS.own(update) for update in updates_of(NETWORKS)]
    sent = [encode_moves(weights(update) - begun, 16) for update in updates]
    base = encode_weights(ROUNDS.shape, begun)
    given = [ClientUpdate(AccountId(bytes((place,)) * 32), 1, each) for place, each in enumerate(sent)]
    joined = NETWORKS.joined(NETWORKS.start, updates, ARRIVED, server_of("median", 0, DESCENT))
    assert encode_weights(ROUNDS.shape, weights(joined)) == chain.aggregate(given, base).model


def test_what_is_sent_has_the_bits_of_a_move() -> None:
    begun = weights(NETWORKS.start)
    step = (np.arange(len(begun), dtype=np.int64) - 5) * 123_456_789
    far = decode_moves(encode_moves(step, 16), len(begun), 16).values
    assert (far != step).any()
    update = replace(NETWORKS.start, weights=tuple((begun + step).tolist()))
    joined = NETWORKS.joined(NETWORKS.start, [update], Arrived((0,), (5,)), None)
    assert (weights(joined) == begun + far).all()
