"""What a round of averaged networks does with arrays: updates of clients, their mean, answers of the model.

update: moves (`moves`) from the weights that the round began with; model: a canonical network (`estimators.network`)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pallets.learning.aggregation.hierarchical import GroupSum
from pallets.learning.estimators.network_arrays import (
    NetworkShape,
    answers,
    decode_weights,
    encode_weights,
    starting_weights,
)
from pallets.learning.estimators.network_descent import descended
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.learning.moves import (
    MEAN_BITS,
    Moves,
    bits_of,
    decode_moves,
    encode_moves,
    encode_real_moves,
    mean_move,
)
from pallets.learning.robust.coordinates import quotients
from pallets.learning.training_rows import Column, Integers, Table, TrainingError

Reals = NDArray[np.float32]

_UNIT = np.float32(2.0**-WEIGHT_FRACTIONAL_BITS)


@dataclass(frozen=True, slots=True)
class Descent:
    """The built-in training; rate: 16 fractional bits."""

    epochs: int
    rate: int
    batch: int


@dataclass(frozen=True, slots=True)
class NetworkRounds:
    """The rounds of one task. bits: of a move, 16 or 32; seed: of the start before the first version"""

    shape: NetworkShape
    bits: int
    seed: bytes

    def began(self, base: bytes | None) -> Integers:
        """The weights of the base version, or of the seed; raises ArtifactDecodeError."""
        return starting_weights(self.shape, self.seed) if base is None else decode_weights(self.shape, base)

    def descended(self, start: Integers, rows: Table, targets: Column, descent: Descent, seed: bytes) -> bytes:
        """An update by the built-in training; raises TrainingError, Overflow."""
        trained = descended(
            self.shape, start, rows, targets, epochs=descent.epochs, rate=descent.rate, batch=descent.batch, seed=seed
        )
        return encode_moves(trained - start, self.bits)

    def as_reals(self, start: Integers) -> Reals:
        """The weights as training of one's own takes them."""
        reals: Reals = np.multiply(start, _UNIT, dtype=np.float32, casting="same_kind")
        return reals

    def moved(self, began: Reals, trained: object) -> bytes:
        """An update by training of one's own, from these weights to those; raises TrainingError, Overflow."""
        found = np.asarray(trained)
        if found.shape != began.shape or found.dtype.kind != "f":
            raise TrainingError(f"weights of shape {found.shape} and type {found.dtype}, not {len(began)} floats")
        distance = np.subtract(found, began, dtype=np.float32, casting="same_kind")
        return encode_real_moves(distance, self.bits, WEIGHT_FRACTIONAL_BITS)

    def read(self, update: bytes) -> Moves:
        """The moves of a client's update; raises MovesDecodeError."""
        return decode_moves(update, self.shape.parameters, self.bits)

    def read_joined(self, update: bytes) -> Moves:
        """The moves of a client's update, or the mean of clients whose own are hidden; raises MovesDecodeError."""
        is_mean = bits_of(update) == MEAN_BITS
        return decode_moves(update, self.shape.parameters, MEAN_BITS if is_mean else self.bits)

    def joined(self, start: Integers, updates: Sequence[Moves], samples: Sequence[int]) -> Integers:
        """The start and the mean move, within what weights may be; raises Overflow."""
        return self.moved_by(start, mean_move(updates, samples))

    def mean_of(self, total: GroupSum) -> Integers:
        """The mean of moves that were added up elsewhere: the same as of all of them at once."""
        return quotients(np.array(total.sums, dtype=np.int64), total.samples)

    def moved_by(self, start: Integers, move: Integers) -> Integers:
        """The start and a move, within what weights may be."""
        moved = start + move
        return np.clip(moved, 1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1, out=moved)

    def model(self, weights: Integers) -> bytes:
        """The canonical bytes of the network."""
        return encode_weights(self.shape, weights)

    def answers(self, weights: Integers, rows: Table) -> list[int]:
        """What the network says of each row."""
        return answers(self.shape, weights, rows)
