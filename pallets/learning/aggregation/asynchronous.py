"""Buffered asynchronous rounds: whoever is done sends; when the buffer is full, the weights move.

    weight of an update = 1 / √(1 + staleness);   weights ← weights + rate · Σ weight · samples · change / Σ samples

Staleness counts the versions that came out since the one that the client began from. A stale update therefore counts
for less, and a buffer of stale ones moves less. Which buffer an update falls into is the chain's order; within one the
order changes nothing. Source: Nguyen et al. 2022 (FedBuff), with samples as weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt

from pallets.learning.aggregation.rates import ONE, RATE_BITS, OptimiserError, check_lengths, check_rate
from pallets.learning.fixed_point import INT64_MAX, divide, ensure_int64


class StaleUpdate(OptimiserError):
    """An update from a version that is too old, or not out yet."""


class BufferIsFull(OptimiserError):
    """The weights must move before another update is taken."""


class BufferNotFull(OptimiserError):
    """Too few updates for the weights to move."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """What has arrived since the weights moved last. Every step gives a new record.

    version: of the weights now
    capacity: updates that make the weights move
    largest_staleness: versions that an update may be behind
    sums: Σ weight · samples · change, 24 + 32 fractional bits
    clients: who is in the sum, ascending; each at most once
    """

    capacity: int
    largest_staleness: int
    version: int
    sums: tuple[int, ...]
    samples: int = 0
    clients: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.capacity < 1 or self.largest_staleness < 0 or self.version < 0:
            raise OptimiserError(
                f"a buffer of {self.capacity} updates up to {self.largest_staleness} versions old at {self.version}"
            )

    @property
    def is_full(self) -> bool:
        """Whether the weights are to move."""
        return len(self.clients) >= self.capacity

    def added(self, client: bytes, change: Sequence[int], samples: int, begun_from: int) -> Buffer:
        """The buffer with one more update.

        change: trained weights minus those of version `begun_from`, 24 fractional bits
        Raises StaleUpdate, BufferIsFull, or OptimiserError.
        """
        if self.is_full:
            raise BufferIsFull(f"{self.capacity} updates have arrived; move the weights first")
        if client in self.clients:
            raise OptimiserError(f"client {client.hex()} is in the buffer already")
        staleness = self.version - begun_from
        if not 0 <= staleness <= self.largest_staleness:
            raise StaleUpdate(
                f"an update from version {begun_from} at {self.version}: at most {self.largest_staleness} behind"
            )
        if not 1 <= samples <= INT64_MAX:
            raise OptimiserError(f"an update of {samples} samples")
        check_lengths(self.sums, change=change)
        factor = staleness_weight(staleness) * samples
        return replace(
            self,
            sums=tuple(total + factor * value for total, value in zip(self.sums, change, strict=True)),
            samples=self.samples + samples,
            clients=tuple(sorted((*self.clients, client))),
        )

    def moved(self, weights: Sequence[int], learning_rate: int = ONE) -> tuple[list[int], Buffer]:
        """New weights, each rounded toward zero once, and the empty buffer of the next version.

        Raises BufferNotFull before the buffer is full, and Overflow where a weight leaves int64.
        """
        if not self.is_full:
            raise BufferNotFull(f"{len(self.clients)} of {self.capacity} updates have arrived")
        check_lengths(weights, sums=self.sums)
        check_rate(learning_rate, "learning_rate")
        scale = self.samples << 2 * RATE_BITS
        new = [
            ensure_int64(weight + divide(learning_rate * total, scale), f"weight {index}")
            for index, (weight, total) in enumerate(zip(weights, self.sums, strict=True))
        ]
        return new, empty_buffer(len(weights), self.capacity, self.largest_staleness, self.version + 1)


def empty_buffer(parameters: int, capacity: int, largest_staleness: int, version: int = 0) -> Buffer:
    """The buffer before the first update."""
    return Buffer(capacity, largest_staleness, version, (0,) * parameters)


def staleness_weight(staleness: int) -> int:
    """1 / √(1 + staleness) with 32 fractional bits, rounded down."""
    return isqrt((1 << 2 * RATE_BITS) // (1 + staleness))
