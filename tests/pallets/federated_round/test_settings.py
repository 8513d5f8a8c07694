"""Settings have one encoding, and what nobody could train with is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.federated_round.settings import (
    BoostingSettings,
    CompressedSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
    Settings,
    SettingsError,
    Taught,
    compressible,
    decode_settings,
    encode_settings,
    quantiser_of,
)
from pallets.federated_round.strategies import Averaging, Boosting, ForestMerge, ForestQuota, strategy_for
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.learning.forest import ForestKind
from pallets.learning.linear_model import LinearKind
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry import FOREST_MERGE, FOREST_QUOTA, LINEAR_AVERAGING, NETWORK_AVERAGING, TREE_BOOSTING

QUANTISER = Quantiser((FeatureRange(0, 10), FeatureRange(-5, 5)))
FOREST = ForestSettings(encode_quantiser(QUANTISER), 3, 10, 6, 1, 0)
LINEAR = LinearSettings(encode_quantiser(QUANTISER), 0, 50, 1 << 16, 0)
QUOTA = QuotaSettings(encode_quantiser(QUANTISER), 3, 10, 20, 6, 1, 0)
BOOSTED = BoostingSettings(encode_quantiser(QUANTISER), 0, 4, 1 << 14, 3, 1, 2, 1 << 16, -5)


NETWORK = NetworkSettings(encode_quantiser(QUANTISER), 3, 8, 16, 5, 1 << 13, 32)


@pytest.mark.parametrize("settings", [FOREST, LINEAR, QUOTA, BOOSTED, NETWORK])
def test_settings_survive_their_bytes(settings: Taught) -> None:
    assert decode_settings(encode_settings(settings)) == settings
    assert quantiser_of(settings) == QUANTISER


@pytest.mark.parametrize("settings", [LINEAR, NETWORK])
def test_settings_of_compressed_updates_say_what_is_trained(settings: Taught) -> None:
    found = CompressedSettings(encode_settings(settings), bits=8, kept=3)
    assert decode_settings(encode_settings(found)) == found
    assert compressible(found) == settings
    assert encode_settings(found)[0] == 255  # apart from the ids of algorithms


def test_settings_within_settings_within_settings_are_refused_at_once() -> None:
    data = encode_settings(LINEAR)
    for _ in range(3000):
        data = encode_settings(CompressedSettings(data, 8, 0))
    with pytest.raises(SettingsError, match="updates under CompressedSettings are no vectors"):
        decode_settings(data)


def test_classes_say_what_is_predicted() -> None:
    assert (FOREST.kind, replace(FOREST, classes=0).kind) == (ForestKind.CLASSIFIER, ForestKind.REGRESSOR)
    assert (LINEAR.kind, replace(LINEAR, classes=2).kind) == (LinearKind.REGRESSOR, LinearKind.CLASSIFIER)


@pytest.mark.parametrize(
    "settings",
    [
        replace(FOREST, quantiser=b""),
        replace(FOREST, classes=1),
        replace(FOREST, classes=257),
        replace(FOREST, max_depth=65),
        replace(FOREST, min_leaf=0),
        replace(LINEAR, quantiser=b"PLQ"),
        replace(LINEAR, classes=1),
        replace(QUOTA, trees=0),
        replace(QUOTA, rows_for_a_tree=0),
        replace(QUOTA, classes=1),
        replace(BOOSTED, rate=0),
        replace(BOOSTED, features_per_split=0),
        replace(BOOSTED, classes=2),
        replace(LINEAR, epochs=2**21),
        replace(LINEAR, learning_rate=2**25),
        replace(NETWORK, hidden=0),
        replace(NETWORK, hidden=2**11 + 1),
        replace(NETWORK, bits=8),
        replace(NETWORK, batch=0),
        replace(NETWORK, classes=1),
        CompressedSettings(encode_settings(FOREST), 8, 0),
        CompressedSettings(encode_settings(replace(NETWORK, batch=0)), 8, 0),
        CompressedSettings(encode_settings(LINEAR), 33, 0),
        CompressedSettings(encode_settings(LINEAR), 0, 0),
        CompressedSettings(b"", 8, 0),
    ],
)
def test_settings_that_cannot_be_trained_with_are_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError):
        decode_settings(encode_settings(settings))


@given(st.binary(max_size=60))
def test_other_bytes_are_refused_or_canonical(data: bytes) -> None:
    try:
        settings = decode_settings(data)
    except SettingsError:
        return
    assert encode_settings(settings) == data


def test_a_number_that_leaves_its_field_is_refused() -> None:
    with pytest.raises(SettingsError):
        encode_settings(replace(FOREST, max_depth=256))


def test_an_algorithm_takes_its_own_settings_only() -> None:
    assert isinstance(strategy_for(FOREST_MERGE, encode_settings(FOREST)), ForestMerge)
    assert isinstance(strategy_for(LINEAR_AVERAGING, encode_settings(LINEAR)), Averaging)
    assert isinstance(strategy_for(FOREST_QUOTA, encode_settings(QUOTA)), ForestQuota)
    assert isinstance(strategy_for(TREE_BOOSTING, encode_settings(BOOSTED)), Boosting)
    assert isinstance(strategy_for(NETWORK_AVERAGING, encode_settings(NETWORK)), NetworkAveraging)
    wrong = (
        (NETWORK_AVERAGING, LINEAR),
        (FOREST_MERGE, QUOTA),
        (LINEAR_AVERAGING, FOREST),
        (FOREST_QUOTA, FOREST),
        (TREE_BOOSTING, FOREST),
    )
    for algorithm, settings in (*wrong, (99, FOREST)):
        with pytest.raises(SettingsError):
            strategy_for(algorithm, encode_settings(settings))
