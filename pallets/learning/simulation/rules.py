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
from pallets.learning.robust.coordinates import median, trimmed_mean
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean
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


def _robust(rule: RobustRule, join: Callable[[Weights, Weights, int], Weights]) -> Callable[[int], Join]:
    """The rule against as many adversaries as are feared, or as it withstands among those who delivered."""

    def made(adversaries: int) -> Join:
        def joined(start: Weights, updates: Weights, _samples: Sequence[int]) -> Weights:
            withstood = min(adversaries, most_adversaries(rule, len(updates)))
            # too few delivered for the rule: whatever comes is worth no more than what is there
            return start if withstood < 0 else join(start, updates, withstood)

        return joined

    return made


def _clipped(start: Weights, updates: Weights, _adversaries: int) -> Weights:
    """The mean of the steps, none longer than the middle one."""
    steps = updates - start
    return start + clipped_mean(steps, median_norm(steps))


def _kept(updates: Weights, adversaries: int) -> int:
    """As many as Multi-Krum may keep."""
    return len(updates) - adversaries - 2


RULES: Final[dict[str, Callable[[int], Join]]] = {
    "fedavg": _mean,
    "fedavgm": lambda _adversaries: _momentum(),
    "fedadam": _adaptive(Adaptive.ADAM),
    "fedyogi": _adaptive(Adaptive.YOGI),
    "fedadagrad": _adaptive(Adaptive.ADAGRAD),
    "median": _robust(RobustRule.MEDIAN, lambda _start, updates, _f: median(updates)),
    "trimmed-mean": _robust(RobustRule.TRIMMED_MEAN, lambda _start, updates, f: trimmed_mean(updates, f, f)),
    "krum": _robust(RobustRule.KRUM, lambda _start, updates, f: krum(updates, f)),
    "multi-krum": _robust(RobustRule.MULTI_KRUM, lambda _start, updates, f: multi_krum(updates, f, _kept(updates, f))),
    "bulyan": _robust(RobustRule.BULYAN, lambda _start, updates, f: bulyan(updates, f)),
    "geometric-median": _robust(RobustRule.GEOMETRIC_MEDIAN, lambda _start, updates, f: geometric_median(updates, f)),
    "norm-clipping": _robust(RobustRule.NORM_CLIPPING, _clipped),
}
"""Makers of rules, from the number of adversaries that they are to withstand."""

ROBUST: Final = ("median", "trimmed-mean", "krum", "multi-krum", "bulyan", "geometric-median", "norm-clipping")
"""Those that a minority cannot move far."""
