"""How the server joins a round's updates of an averaged model: the federated optimisers and the robust rules by name.

A rule sees the weights that the round began with, the clients' weights and their samples; what it remembers between
rounds it keeps to itself, so each simulation has rules of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pallets.learning.aggregation.adaptive import Adaptive, AdaptiveParameters, adaptive_step
from pallets.learning.aggregation.momentum import momentum_step
from pallets.learning.aggregation.optimiser_state import FIRST_BITS, blank
from pallets.learning.aggregation.rates import ONE
from pallets.learning.array_averaging import weighted_mean
from pallets.learning.robust.bounds import Rule as RobustRule
from pallets.learning.robust.bounds import most_adversaries
from pallets.learning.robust.norms import clipped_mean
from pallets.learning.robust.tables import joined_by
from pallets.learning.simulation.clipping import median_norm

Weights = NDArray[np.int64]

Join = Callable[[Weights, Weights, Sequence[int]], Weights]
"""From start (parameters), updates (clients, parameters) and samples to the new weights."""

MOMENTUM: Final = ONE // 2
ADAPTIVE_RATE: Final = ONE // 4
TAU: Final = 1 << (FIRST_BITS - 4)
"""A sixteenth: parameters that hardly move are not blown up."""


def _mean(_adversaries: int) -> Join:
    """The mean, each update counted by its samples."""
    return lambda _start, updates, samples: weighted_mean(updates, samples)


def _momentum() -> Join:
    kept = [blank(0)]

    def join(start: Weights, updates: Weights, samples: Sequence[int]) -> Weights:
        state = kept[0] if kept[0].first else blank(len(start))
        mean = weighted_mean(updates, samples).tolist()
        moved, kept[0] = momentum_step(start.tolist(), mean, state, learning_rate=ONE, momentum=MOMENTUM)
        return np.array(moved, dtype=np.int64)

    return join


def _adaptive(kind: Adaptive) -> Callable[[int], Join]:
    betas = (0, 0) if kind is Adaptive.ADAGRAD else (ONE * 9 // 10, ONE * 99 // 100)
    parameters = AdaptiveParameters(kind, ADAPTIVE_RATE, *betas, TAU)

    def made(_adversaries: int) -> Join:
        kept = [blank(0)]

        def join(start: Weights, updates: Weights, samples: Sequence[int]) -> Weights:
            state = kept[0] if kept[0].first else blank(len(start))
            mean = weighted_mean(updates, samples).tolist()
            moved, kept[0] = adaptive_step(start.tolist(), mean, state, parameters)
            return np.array(moved, dtype=np.int64)

        return join

    return made


def _robust(rule: RobustRule, number: Callable[[int, int], int] = lambda _clients, _f: 0) -> Callable[[int], Join]:
    """The rule against as many adversaries as are feared, or as it withstands among those who delivered.

    number: what the rule takes beside them, of clients and adversaries
    """

    def made(adversaries: int) -> Join:
        def joined(start: Weights, updates: Weights, _samples: Sequence[int]) -> Weights:
            clients = len(updates)
            withstood = min(adversaries, most_adversaries(rule, clients))
            # too few delivered for the rule: whatever comes is worth no more than what is there
            return start if withstood < 0 else joined_by(rule, updates, withstood, number(clients, withstood))

        return joined

    return made


def _clipped(_adversaries: int) -> Join:
    """The mean of the steps, none longer than the middle one."""

    def joined(start: Weights, updates: Weights, _samples: Sequence[int]) -> Weights:
        steps = updates - start
        return start + clipped_mean(steps, median_norm(steps))

    return joined


RULES: Final[dict[str, Callable[[int], Join]]] = {
    "fedavg": _mean,
    "fedavgm": lambda _adversaries: _momentum(),
    "fedadam": _adaptive(Adaptive.ADAM),
    "fedyogi": _adaptive(Adaptive.YOGI),
    "fedadagrad": _adaptive(Adaptive.ADAGRAD),
    "median": _robust(RobustRule.MEDIAN),
    "trimmed-mean": _robust(RobustRule.TRIMMED_MEAN, lambda _clients, adversaries: adversaries),
    "krum": _robust(RobustRule.KRUM),
    "multi-krum": _robust(RobustRule.MULTI_KRUM, lambda clients, adversaries: clients - adversaries - 2),
    "bulyan": _robust(RobustRule.BULYAN),
    "geometric-median": _robust(RobustRule.GEOMETRIC_MEDIAN),
    "norm-clipping": _clipped,
}
"""Makers of rules, from the number of adversaries that they are to withstand."""

ROBUST: Final = ("median", "trimmed-mean", "krum", "multi-krum", "bulyan", "geometric-median", "norm-clipping")
"""Those that a minority cannot move far."""
