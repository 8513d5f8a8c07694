"""Rounds that Flower's own strategies have aggregated, for agreement within a stated error.

`flower_rounds.json` has five clients' updates of eight rounds (24 fractional bits), their samples, and the weights
after each round by `FedAvgM(0.5, 0.9)`, `FedAdam(0.1, 0.9, 0.99, 1e-9)`, `FedYogi(0.01, 0.9, 0.99, 1e-3)` and
`FedAdagrad(0.1, tau=1e-9)` of flwr 1.41.0 in 64-bit floats; of the first round also `QFedAvg(0.2, 0.1)` at a loss of
0.625, `FedMedian`, `FedTrimmedAvg(0.2)` and `Krum` against one adversary.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pallets.learning.aggregation.optimiser_state import OptimiserState, blank
from pallets.learning.averaging import weighted_mean

_RECORD = json.loads(Path(__file__).with_name("flower_rounds.json").read_text(encoding="utf-8"))
START: Final[list[int]] = _RECORD["start"]
UPDATES: Final[list[list[list[int]]]] = _RECORD["updates"]
SAMPLES: Final[list[list[int]]] = _RECORD["samples"]

Step = Callable[[Sequence[int], Sequence[int], OptimiserState], tuple[list[int], OptimiserState]]


def rounds_of(strategy: str) -> list[list[float]]:
    """The weights that Flower has after each round."""
    rounds: list[list[float]] = _RECORD["flower"][strategy]
    return rounds


def first_round_of(strategy: str) -> list[float]:
    """The weights that Flower has after the first round."""
    weights: list[float] = _RECORD["flower"][strategy]
    return weights


def largest_difference(ours: Sequence[int], flower: Sequence[float]) -> float:
    """In units of the weights."""
    return max(abs(mine / 2**24 - other) for mine, other in zip(ours, flower, strict=True))


def differences(strategy: str, step: Step) -> list[float]:
    """How far our weights are from Flower's after each round."""
    weights, state, found = list(START), blank(len(START)), []
    for updates, samples, expected in zip(UPDATES, SAMPLES, rounds_of(strategy), strict=True):
        weights, state = step(weights, weighted_mean(updates, samples), state)
        found.append(largest_difference(weights, expected))
    return found
