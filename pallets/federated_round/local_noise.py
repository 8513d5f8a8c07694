"""A client's update with the noise that its task's terms ask for; drawn on the client's node, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import shake_256

from pallets.federated_round.noise import MULTIPLIER_UNITS, LocalGaussian, Noise, Noiseless
from pallets.federated_round.strategies import StrategyError
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearDecodeError, LinearModel, decode_linear, encode_linear

Secret = Callable[[], bytes]
"""Thirty-two bytes that nobody else knows, others each time."""


def noised(noise: Noise, update: bytes, base: bytes | None, secret: Secret) -> bytes:
    """The update with noise; raises StrategyError for noise that this node does not know how to add.

    base: what the update is a step from; None: from nothing
    """
    match noise:
        case Noiseless():
            return update
        case LocalGaussian():
            try:
                trained, begun = decode_linear(update), None if base is None else decode_linear(base)
            except LinearDecodeError as error:
                raise StrategyError(f"no noise can be added: {error}") from None
            return encode_linear(_with_gaussian(noise, trained, begun, secret))
    raise StrategyError(f"this node cannot add the noise that the terms ask for: {type(noise).__name__}")


def _with_gaussian(
    noise: LocalGaussian, trained: LinearModel, begun: LinearModel | None, secret: Secret
) -> LinearModel:
    import numpy as np  # for those who train

    from pallets.learning.privacy.mechanisms import with_local_noise

    start = (0,) * len(trained.weights) if begun is None else begun.weights
    step = np.array([after - before for after, before in zip(trained.weights, start, strict=True)], dtype=np.int64)
    shown = with_local_noise(step, noise.clip, noise.multiplier / MULTIPLIER_UNITS, _stream(secret))
    # what leaves the range of weights is cut to it: that looks at nothing but what is shown anyway
    weights = (before + move for before, move in zip(start, shown.tolist(), strict=True))
    return replace(trained, weights=tuple(min(max(each, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) for each in weights))


def _stream(secret: Secret) -> Callable[[int], bytes]:
    """As many unpredictable bytes as are asked for, from a new secret each time."""
    return lambda count: shake_256(b"palletlab/noise" + secret()).digest(count)
