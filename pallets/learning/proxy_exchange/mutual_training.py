"""Mutual learning: a private and a proxy model descend together, each taught by the labels and by the other's answers.

    loss of one = (1 - share) · cross-entropy of the labels + share · divergence from the other's answers

Of sigmoids the gradient of that is the answer less (1 - share) · label + share · other's answer: in each step a model
wants what lies between the truth and what the other says. Both steps of an epoch look at the same answers, so neither
model goes first. Source: Kalra et al. 2023 (ProxyFL), with sigmoids for the softmax.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS
from pallets.learning.linear_model import LinearModel, LinearModelError, LinearParameters
from pallets.learning.linear_training import answers_of, inputs_of, stepped, wanted_of, weights_of
from pallets.learning.training_rows import Column, Integers, Table

SHARE_BITS = TARGET_FRACTIONAL_BITS
"""Fractional bits of a share."""

HALF = 1 << (SHARE_BITS - 1)


@dataclass(frozen=True, slots=True)
class MutualParameters:
    """How two models descend together. share: of what a model wants that is the other's answer, 16 fractional bits"""

    descent: LinearParameters
    share: int = HALF

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 << SHARE_BITS:
            raise LinearModelError(f"a share of {self.share}, not 0 to {1 << SHARE_BITS}")


def train_mutually(
    private: LinearModel, proxy: LinearModel, features: Table, targets: Column, parameters: MutualParameters
) -> tuple[LinearModel, LinearModel]:
    """The private and the proxy model after the epochs; raises LinearModelError, TrainingError and Overflow.

    features: (rows, features), 0 to 65,535; targets: (rows,) classes, or int32 with 16 fractional bits
    """
    if (private.kind, private.features, private.classes) != (proxy.kind, proxy.features, proxy.classes):
        raise LinearModelError("the private and the proxy model are of different shapes")
    inputs = inputs_of(private, features)
    truth = wanted_of(private, targets, len(inputs))
    own, shown = weights_of(private), weights_of(proxy)
    for _ in range(parameters.descent.epochs):
        own_says, shown_says = answers_of(private, inputs, own), answers_of(proxy, inputs, shown)
        own_wants = _between(truth, shown_says, parameters.share)
        shown_wants = _between(truth, own_says, parameters.share)
        own = stepped(own, own_says - own_wants, inputs, parameters.descent)
        shown = stepped(shown, shown_says - shown_wants, inputs, parameters.descent)
    return _with(private, own), _with(proxy, shown)


def _between(truth: Integers, other: Integers, share: int) -> Integers:
    """What lies that share of the way from the truth to the other's answer, rounded toward the truth."""
    way = other - truth
    found: Integers = truth + np.sign(way) * (np.abs(way) * share >> SHARE_BITS)
    return found


def _with(model: LinearModel, weights: Integers) -> LinearModel:
    return replace(model, weights=tuple(weights.ravel().tolist()))
