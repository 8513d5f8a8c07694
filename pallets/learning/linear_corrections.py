"""What FedProx and SCAFFOLD add to a client's gradient, for tables of weights: `aggregation.client_descent` in numpy.

A correction takes the weights, (outputs, features + 1) with 24 fractional bits, and gives as many values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pallets.learning.fixed_point import INT64_MAX, Overflow
from pallets.learning.linear_model import RATE_BITS, LinearModel
from pallets.learning.training_rows import Integers

Correction = Callable[[Integers], Integers]


def proximal(start: LinearModel, mu: int) -> Correction:
    """FedProx: mu times the way from the start, rounded toward zero; mu has 16 fractional bits."""
    held = np.array(start.weights, dtype=np.int64).reshape(start.outputs, -1)

    def correction(weights: Integers) -> Integers:
        away = weights - held
        largest = int(np.abs(away).max(initial=0))
        if largest * mu > INT64_MAX:
            raise Overflow("the descent leaves int64: lower the proximal term")
        pull: Integers = np.sign(away) * (np.abs(away) * mu >> RATE_BITS)
        return pull

    return correction


def controlled(start: LinearModel, own: Sequence[int], server: Sequence[int]) -> Correction:
    """SCAFFOLD: the server's control variate less one's own, the same in each step."""
    added = np.array([everybody - mine for mine, everybody in zip(own, server, strict=True)], dtype=np.int64)
    table = added.reshape(start.outputs, -1)
    return lambda _weights: table


def summed(corrections: Sequence[Correction]) -> Correction | None:
    """All corrections together; None where there are none."""
    if not corrections:
        return None

    def correction(weights: Integers) -> Integers:
        total = np.zeros_like(weights)
        for each in corrections:
            total += each(weights)
        return total

    return correction
