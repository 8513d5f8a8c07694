"""A client's steps down its own gradient, with what FedProx or SCAFFOLD add to it.

    weights ← weights - rate · (gradient(weights) + correction(weights))

FedProx: correction = μ · (weights - start), the gradient of μ/2 · |weights - start|² (Li et al. 2020).
SCAFFOLD: correction = server - own control variate (Karimireddy et al. 2020).
Weights and gradients have 24 fractional bits, rate and μ 32; each product rounds toward zero once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pallets.learning.aggregation.rates import ONE, OptimiserError, check_lengths, check_rate
from pallets.learning.fixed_point import divide, ensure_int64

Gradient = Callable[[Sequence[int]], Sequence[int]]
"""The gradient at some weights, or a correction of it."""


def descend(
    start: Sequence[int], gradient: Gradient, *, steps: int, learning_rate: int, correction: Gradient | None = None
) -> list[int]:
    """The weights after so many steps."""
    check_rate(learning_rate, "learning_rate")
    if steps < 0:
        raise OptimiserError(f"{steps} steps")
    weights = list(start)
    for _ in range(steps):
        slopes = list(gradient(weights))
        check_lengths(weights, gradient=slopes)
        if correction is not None:
            slopes = [slope + added for slope, added in zip(slopes, correction(weights), strict=True)]
        weights = [
            ensure_int64(weight - divide(learning_rate * slope, ONE), f"weight {index}")
            for index, (weight, slope) in enumerate(zip(weights, slopes, strict=True))
        ]
    return weights


def proximal(start: Sequence[int], mu: int) -> Gradient:
    """FedProx's correction: it holds the weights near the start."""
    check_rate(mu, "mu")
    held = tuple(start)
    return lambda weights: [divide(mu * (weight - begun), ONE) for weight, begun in zip(weights, held, strict=True)]


def controlled(own: Sequence[int], server: Sequence[int]) -> Gradient:
    """SCAFFOLD's correction: the gradient of all data instead of one's own."""
    check_lengths(own, server=server)
    added = [everybody - mine for mine, everybody in zip(own, server, strict=True)]
    return lambda _weights: added
