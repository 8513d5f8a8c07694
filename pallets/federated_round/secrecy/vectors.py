"""Updates as vectors of one length that add up: what can be hidden in a sum, of each algorithm that can be.

A client's vector is how far its weights moved from where all began, with 24 fractional bits. The mean of a sum becomes
an update again, which the task's rule joins and its validators judge like any other. Trees are no vectors: of two
forests masked and added nothing is left that predicts, so their algorithms are refused when a task is created.
Compressed updates (`strategies.compressed`) are such vectors, too, with less of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chain.record import record
from pallets.federated_round.settings import LinearSettings, NetworkSettings, Settings, SettingsError, quantiser_of
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.strategies.strategy import UpdateRefused
from pallets.learning.aggregation.hierarchical import GroupSum
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS, divide
from pallets.learning.linear_model import (
    WEIGHT_LIMIT,
    LinearDecodeError,
    LinearModel,
    decode_linear,
    empty_model,
    encode_linear,
)
from pallets.learning.moves import LARGEST_MOVE, MEAN_BITS, encode_moves
from pallets.learning.robust.coordinates import quotients
from pallets.learning.secure_aggregation.server import Unmasked

Integers = NDArray[np.int64]


class Vectors(Protocol):
    """The updates of one task's round, which all began from the same weights."""

    @property
    def parameters(self) -> int:
        """How many integers an update is."""
        ...

    def move(self, update: bytes) -> Integers:
        """How far an update's weights are from where all began; raises UpdateRefused."""
        ...

    def update(self, move: Integers) -> bytes:
        """The whole update that moves so far, every move below 2^46; held within what a model may have."""
        ...

    def mean(self, found: Unmasked, fractional_bits: int) -> bytes:
        """The update that a sum's clients come to on average, rounded toward zero."""
        ...

    def group_sum(self, found: Unmasked, fractional_bits: int) -> GroupSum:
        """The sum as a group of a hierarchical round anchors it, held within what updates can give."""
        ...

    def mean_of(self, group: GroupSum) -> bytes:
        """The update that stands for what a group anchored: the same as of its sum."""
        ...


@record
class LinearVectors:
    """Linear models. start: where all began"""

    start: LinearModel

    @property
    def parameters(self) -> int:
        """How many weights a model has."""
        return len(self.start.weights)

    def move(self, update: bytes) -> Integers:
        """An update's weights without those of the start."""
        try:
            weights = decode_linear(update).weights
        except LinearDecodeError as error:
            raise UpdateRefused(str(error)) from None
        moved: Integers = np.array(weights, dtype=np.int64) - np.array(self.start.weights, dtype=np.int64)
        return moved

    def update(self, move: Integers) -> bytes:
        """The start, moved."""
        weights = [before + step for before, step in zip(self.start.weights, move.tolist(), strict=True)]
        return encode_linear(replace(self.start, weights=_held(weights)))

    def mean(self, found: Unmasked, fractional_bits: int) -> bytes:
        """The mean model, rounded once; held within what a model may have."""
        weights = [divide(total, found.weight) for total in self.totals(found, fractional_bits)]
        return encode_linear(replace(self.start, weights=_held(weights)))

    def group_sum(self, found: Unmasked, fractional_bits: int) -> GroupSum:
        """The sum of the models themselves, each times its samples: what a group of a hierarchical round anchors."""
        most = found.weight * (WEIGHT_LIMIT - 1)
        totals = self.totals(found, fractional_bits)
        return GroupSum(found.weight, tuple(min(max(total, -most), most) for total in totals))

    def mean_of(self, group: GroupSum) -> bytes:
        """The mean model of what a group anchored: the same as of its sum."""
        return encode_linear(replace(self.start, weights=_held(group.mean())))

    def totals(self, found: Unmasked, fractional_bits: int) -> list[int]:
        """The sums of the models' weights, 24 fractional bits."""
        shift = WEIGHT_FRACTIONAL_BITS - fractional_bits
        sums = zip(found.values.tolist(), self.start.weights, strict=True)
        return [(value << shift) + before * found.weight for value, before in sums]


@record
class NetworkVectors:
    """Networks: their updates are moves already."""

    strategy: NetworkAveraging

    @property
    def parameters(self) -> int:
        """How many weights the network has."""
        return self.strategy.parameters

    def move(self, update: bytes) -> Integers:
        """The moves."""
        return self.strategy.moves(update)

    def update(self, move: Integers) -> bytes:
        """The moves with all their bits, which no client sends by itself."""
        return encode_moves(move, MEAN_BITS)

    def mean(self, found: Unmasked, fractional_bits: int) -> bytes:
        """The mean move, in as many bits as it takes; held within what a move may be."""
        return encode_moves(mean_of_steps(found.values, found.weight, fractional_bits), MEAN_BITS)

    def group_sum(self, found: Unmasked, fractional_bits: int) -> GroupSum:
        """The sum of the moves."""
        shift = WEIGHT_FRACTIONAL_BITS - fractional_bits
        most = found.weight * (LARGEST_MOVE - 1) >> shift
        return GroupSum(found.weight, tuple((np.clip(found.values, -most, most) << shift).tolist()))

    def mean_of(self, group: GroupSum) -> bytes:
        """The mean move."""
        return encode_moves(quotients(np.array(group.sums, dtype=np.int64), group.samples), MEAN_BITS)


def mean_of_steps(sums: Integers, weight: int, fractional_bits: int) -> Integers:
    """Sums of steps over their weight, rounded toward zero, with 24 fractional bits and within moves.

    Divided before it is shifted, so that nothing leaves int64: a remainder is below the weight, which is below 2^38.
    """
    shift = WEIGHT_FRACTIONAL_BITS - fractional_bits
    whole = quotients(sums, weight)
    rest = quotients((sums - whole * weight) << shift, weight)
    most = (LARGEST_MOVE >> shift) - 1
    return (np.clip(whole, -most, most) << shift) + rest


def vectors_of(settings: Settings, base: bytes | None) -> Vectors:
    """How the updates of a task's round are vectors; raises SettingsError, and LinearDecodeError for the base."""
    if isinstance(settings, NetworkSettings):
        return NetworkVectors(NetworkAveraging(settings))
    if not isinstance(settings, LinearSettings):
        raise SettingsError(f"{type(settings).__name__} for a task whose updates are hidden: they are no vectors")
    if base is not None:
        return LinearVectors(decode_linear(base))
    return LinearVectors(empty_model(settings.kind, len(quantiser_of(settings).ranges), settings.classes))


def _held(weights: Sequence[int]) -> tuple[int, ...]:
    return tuple(min(max(weight, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) for weight in weights)
