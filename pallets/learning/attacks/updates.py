"""Attacks on the update of an averaged model: what is sent in place of the weights that honest training gave."""

from __future__ import annotations

from collections.abc import Sequence

from pallets.learning.stream import Stream


def random_weights(count: int, largest: int, seed: bytes) -> tuple[int, ...]:
    """Fixed-point weights drawn uniformly from -largest to largest."""
    return tuple(drawn - largest for drawn in Stream(seed).draws(count, 2 * largest + 1))


def scaled_update(start: Sequence[int], trained: Sequence[int], factor: int) -> tuple[int, ...]:
    """The weights of an update `factor` times as long: it outweighs others, or learns at others' cost."""
    return tuple(old + factor * (new - old) for old, new in zip(start, trained, strict=True))


def reversed_update(start: Sequence[int], trained: Sequence[int], factor: int) -> tuple[int, ...]:
    """The weights that undo an honest update `factor` times; sign flip where the factor is 1."""
    return scaled_update(start, trained, -factor)
