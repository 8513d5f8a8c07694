from __future__ import annotations

import numpy as np

from chain.primitives import AccountId
from pallets.federated_round.settings import LinearSettings, NetworkSettings, encode_settings
from pallets.federated_round.strategies import Averaging, ClientUpdate, strategy_for
from pallets.federated_round.strategies.by_samples import BySamplesStrategy, by_samples
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.strategies.strategy import NOBODY, takes_training
from pallets.federated_round.worth import BySamples
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry import LINEAR_AVERAGING
from tests.pallets.federated_round.dev_learners import rows_of

SETTINGS = LinearSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)), classes=2, epochs=15, learning_rate=3 << 16, l2=0
)
STRATEGY = BySamplesStrategy(Averaging(SETTINGS, worth=BySamples()))
ROWS = rows_of("rows", 60)
UPDATE = STRATEGY.train(ROWS, None, b"")
MODEL = STRATEGY.aggregate([ClientUpdate(NOBODY, 1, UPDATE)], None).model


def clients(*samples: int) -> list[ClientUpdate]:
    """Clients whose updates nobody looks at."""
    return [ClientUpdate(AccountId(bytes([number]) * 32), count, b"") for number, count in enumerate(samples)]


def test_an_improvement_is_divided_by_samples_and_adds_up() -> None:
    judged = STRATEGY.evaluate(clients(10, 20, 30), None, MODEL, rows_of("test", 40))
    gain = judged.after - judged.before
    assert gain > 0
    assert [score.contribution for score in judged.clients] == [gain // 6, gain * 2 // 6, gain // 2]
    assert {score.solo for score in judged.clients} == {judged.after}


def test_where_nothing_improved_nobody_contributed_and_nobody_harmed() -> None:
    judged = STRATEGY.evaluate(clients(10, 20), MODEL, UPDATE, rows_of("test", 40))
    assert judged.after == judged.before
    assert [score.contribution for score in judged.clients] == [0, 0]
    broken = STRATEGY.evaluate(clients(10), MODEL, b"none", rows_of("test", 40))
    assert broken.after < broken.before
    assert [score.contribution for score in broken.clients] == [0]


def test_all_else_is_as_without_it() -> None:
    assert isinstance(strategy_for(LINEAR_AVERAGING, encode_settings(SETTINGS), worth=BySamples()), BySamplesStrategy)
    plain = Averaging(SETTINGS)
    assert plain.train(ROWS, None, b"") == UPDATE
    STRATEGY.check(UPDATE)
    STRATEGY.check_data(ROWS)


def test_training_of_ones_own_is_taken_where_the_strategy_takes_it() -> None:
    assert not takes_training(by_samples(Averaging(SETTINGS)))  # whose clients keep what they train with
    networks = NetworkAveraging(NetworkSettings(SETTINGS.quantiser, 2, 3, 16, 1, 1, 1))
    judged = by_samples(networks)
    assert takes_training(judged)
    shift = (lambda weights, _data, _seed: weights + np.float32(0.5), ROWS, None, b"")
    assert judged.train_with(*shift) == networks.train_with(*shift)
