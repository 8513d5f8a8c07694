"""Networks in rounds: what is joined, training of one's own, and rounds played on a development chain."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from chain.content.chunked import ChunkedStore
from chain.content.memory import MemoryStore
from chain.crypto.keys import KeyPair
from chain.primitives import AccountId
from pallets.federated_round import Outcome, Reason, Role
from pallets.federated_round.audit import Evidence, audit_payouts, audit_work
from pallets.federated_round.data import DataSet, Operator
from pallets.federated_round.settings import NetworkSettings
from pallets.federated_round.strategies import ClientUpdate, StrategyError, TakesTraining, UpdateRefused
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.types import Phase
from pallets.federated_round.worth import BySamples, SampledShapley, Worth
from pallets.learning.averaging import weighted_mean
from pallets.learning.estimators.network import decode_network
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry import NETWORK_AVERAGING
from tests.pallets.federated_round.dev_learners import TERMS, Learners, rows_of

SETTINGS = NetworkSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)),
    classes=2,
    hidden=8,
    bits=32,
    epochs=20,
    learning_rate=1 << 15,
    batch=8,
)
STRATEGY = NetworkAveraging(SETTINGS)
ACCOUNTS = tuple(AccountId(bytes((number,)) * 32) for number in (1, 2))


@dataclass(frozen=True)
class Shift:
    """Adds a number to every weight."""

    by: float

    def __call__(self, weights: NDArray[np.float32], _data: DataSet, _seed: bytes) -> NDArray[np.float32]:
        return weights + np.float32(self.by)


def test_the_model_is_the_base_moved_by_the_weighted_mean() -> None:
    assert isinstance(STRATEGY, TakesTraining)
    first, second = (STRATEGY.train_with(Shift(by), rows_of("r"), None, b"") for by in (0.5, -0.25))
    base = STRATEGY.aggregate([ClientUpdate(ACCOUNTS[0], 1, first)], None).model
    joined = STRATEGY.aggregate([ClientUpdate(ACCOUNTS[0], 1, first), ClientUpdate(ACCOUNTS[1], 2, second)], base).model
    began, ended = decode_network(base).weights, decode_network(joined).weights
    moves = [[round(by * 2**24)] for by in (0.5, -0.25)]
    expected = weighted_mean(moves, [1, 2])[0]
    assert max(abs(after - before - expected) for after, before in zip(ended, began, strict=True)) <= 2


def test_training_that_gives_no_weights_is_told() -> None:
    with pytest.raises(StrategyError, match="the operator's training: weights of shape"):
        STRATEGY.train_with(lambda _weights, _data, _seed: None, rows_of("r"), None, b"")
    with pytest.raises(StrategyError, match="the operator's training: moves that are no numbers"):
        STRATEGY.train_with(Shift(float("nan")), rows_of("r"), None, b"")


def test_a_base_or_a_model_that_is_none_is_refused() -> None:
    update = STRATEGY.train(rows_of("r"), None, b"seed")
    with pytest.raises(UpdateRefused, match="artifact encoding"):
        STRATEGY.train(rows_of("r"), b"none", b"seed")
    judged = STRATEGY.evaluate([ClientUpdate(ACCOUNTS[0], 1, update)], None, b"none", rows_of("t"))
    assert judged.after == judged.before - 1_000_000


class Shifting(Learners):
    """Clients who train by adding to every weight."""

    def _operator(self, key: KeyPair) -> Operator:
        operator = super()._operator(key)
        return operator if operator.data is None else replace(operator, training=Shift(2**-10))


def played(worth: Worth, kind: type[Learners] = Learners) -> Learners:
    """Two rounds of networks by five clients on a development chain."""
    terms = replace(TERMS, worth=worth, seats=replace(TERMS.seats, clients=5, minimum_clients=3), reward_threshold=0)
    learners = kind(
        (terms,),
        clients=5,
        rounds=2,
        settings=SETTINGS,
        algorithm=NETWORK_AVERAGING,
        content=ChunkedStore(MemoryStore()),
    )
    learners.play_all()
    return learners


@pytest.mark.parametrize("worth", [SampledShapley(orders=3, tolerance=0), BySamples()])
def test_rounds_of_networks_are_published_paid_and_audited(worth: Worth) -> None:
    learners = played(worth)
    rounds = learners.node.runtime_at().federated_round
    assert learners.course(0, 0).outcome is Outcome.PUBLISHED
    judged = rounds.judged(0, 0)
    assert judged is not None
    assert judged.after > judged.constant
    if isinstance(worth, BySamples):
        part = (judged.after - judged.before) // 5
        assert [(each.contribution, each.solo) for each in judged.clients] == [(part, judged.after)] * 5
        assert {each.reason for each in learners.settled(Role.CLIENT).values()} == {Reason.CONTRIBUTED}
    for number in (0, 1):
        task = rounds.task(0)
        evidence = Evidence(rounds, 0, number, task, Phase.REVEAL_EVALUATIONS, learners.content.get)
        assert audit_work(evidence) == []
        assert audit_payouts(evidence) == []


def test_operators_train_with_what_they_like() -> None:
    learners = played(BySamples(), Shifting)
    agreed = learners.node.runtime_at().federated_round.agreed_aggregate.get((0, 0))
    assert agreed is not None
    assert agreed.model is not None
    start = decode_network(STRATEGY.aggregate([ClientUpdate(ACCOUNTS[0], 1, still())], None).model)
    model = decode_network(learners.content.get(agreed.model.cid.decode()))
    moved = {after - before for after, before in zip(model.weights, start.weights, strict=True)}
    assert moved <= set(range(2**14 - 2, 2**14 + 3))


def still() -> bytes:
    """An update that moves nothing."""
    return STRATEGY.train_with(Shift(0), rows_of("r"), None, b"")
