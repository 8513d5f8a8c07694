"""What a worker adds: of the width that the terms ask for, new each time, and never outside the range of weights."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from chain.crypto.hashing import blake2_256
from pallets.federated_round.local_noise import noised
from pallets.federated_round.noise import NOISELESS, LocalGaussian, Noise
from pallets.federated_round.strategies import StrategyError
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearKind, LinearModel, decode_linear, encode_linear

WIDTH = 4001
CLIP = 1 << 20


def secrets() -> Callable[[], bytes]:
    numbers = count()
    return lambda: blake2_256(next(numbers).to_bytes(4, "little"))


def model(weight: int) -> bytes:
    return encode_linear(LinearModel(LinearKind.REGRESSOR, WIDTH - 1, 0, (weight,) * WIDTH))


def test_without_noise_an_update_is_what_was_trained() -> None:
    assert noised(NOISELESS, b"anything", None, secrets()) == b"anything"


@pytest.mark.parametrize("base", [None, model(5 << 24)])
def test_the_noise_has_the_deviation_of_the_terms_around_the_clipped_step(base: bytes | None) -> None:
    start = 0 if base is None else 5 << 24
    shown = decode_linear(noised(LocalGaussian(CLIP, 1500), model(start + (1 << 24)), base, secrets()))
    moves = [weight - start for weight in shown.weights]
    # a step of 2^24 in each of 4001 weights, cut to a length of 2^20, is 16577 in each
    mean = sum(moves) / WIDTH
    deviation = (sum((move - mean) ** 2 for move in moves) / WIDTH) ** 0.5
    assert deviation == pytest.approx(2 * 1.5 * CLIP, rel=0.06)
    assert mean == pytest.approx(16_577, abs=5 * 3 * CLIP / WIDTH**0.5)


def test_noise_is_new_each_time() -> None:
    secret = secrets()
    once, again = (noised(LocalGaussian(CLIP, 1000), model(0), None, secret) for _ in range(2))
    assert once != again


def test_weights_stay_within_what_a_model_may_have() -> None:
    wide = LocalGaussian(1 << 43, 2000)
    weights = decode_linear(noised(wide, model(WEIGHT_LIMIT - 1), model(WEIGHT_LIMIT - 1), secrets())).weights
    assert max(weights) == WEIGHT_LIMIT - 1
    assert min(weights) > -WEIGHT_LIMIT


class Unheard(Noise):
    """From a newer chain than this node."""


def test_a_node_refuses_noise_that_it_does_not_know_how_to_add() -> None:
    with pytest.raises(StrategyError, match="cannot add the noise that the terms ask for: Unheard"):
        noised(Unheard(), model(0), None, secrets())
    with pytest.raises(StrategyError, match="no noise can be added"):
        noised(LocalGaussian(CLIP, 1000), b"a forest", None, secrets())
