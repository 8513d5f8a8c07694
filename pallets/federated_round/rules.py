"""How a task makes one model of its clients' updates: the rule, its numbers, and what it withstands.

The rule stands in the task's terms, so a task that asks too much of it is never created. Bounds are asked of the fewest
updates that a round goes on with: whoever else is absent, the rule holds.

Rates and decays have 32 fractional bits. `Mean` counts clients by their samples, and so do the server optimisers that
start from it; SCAFFOLD and the robust rules count every client once, for samples are what a liar lies about first.
"""

from __future__ import annotations

from typing import Final

from chain.primitives import U8, U16, U32, U64, Enumeration


class AggregationRule(Enumeration):
    """How updates become a model."""


class Mean(AggregationRule):
    """FedAvg: the mean, each update counted by its samples."""


class Momentum(AggregationRule):
    """FedAvgM: the server goes on in the direction of the rounds before."""

    learning_rate: U64
    momentum: U64


class Adam(AggregationRule):
    """FedAdam; tau has 40 fractional bits."""

    learning_rate: U64
    beta1: U64
    beta2: U64
    tau: U64


class Yogi(AggregationRule):
    """FedYogi; tau has 40 fractional bits."""

    learning_rate: U64
    beta1: U64
    beta2: U64
    tau: U64


class Adagrad(AggregationRule):
    """FedAdagrad; tau has 40 fractional bits."""

    learning_rate: U64
    tau: U64


class Fair(AggregationRule):
    """qFedAvg: clients with a higher loss count for more, by a power q = numerator / denominator of it.

    The loss is what each client tells of its own rows: fairness among clients that are believed.
    """

    numerator: U16
    denominator: U8
    learning_rate: U64


class Scaffold(AggregationRule):
    """SCAFFOLD: clients correct their steps by how their rows differ from everybody's; the server takes this rate."""

    learning_rate: U64


class Median(AggregationRule):
    """The median of each weight."""

    adversaries: U32


class TrimmedMean(AggregationRule):
    """The mean of each weight without the `trim` lowest and highest."""

    adversaries: U32
    trim: U32


class Krum(AggregationRule):
    """The update that lies closest to its neighbours."""

    adversaries: U32


class MultiKrum(AggregationRule):
    """The mean of the `kept` updates that lie closest to their neighbours."""

    adversaries: U32
    kept: U32


class Bulyan(AggregationRule):
    """Krum again and again, then the mean around the median of those chosen."""

    adversaries: U32


class GeometricMedian(AggregationRule):
    """The point with the least sum of distances to all updates."""

    adversaries: U32


class ClippedMean(AggregationRule):
    """The mean, no update moving the model further than `clip`, a length with 24 fractional bits."""

    adversaries: U32
    clip: U64


RobustRule = Median | TrimmedMean | Krum | MultiKrum | Bulyan | GeometricMedian | ClippedMean
"""Rules that a minority of dishonest updates cannot move far."""

NetworkRule = Mean | RobustRule
"""Rules that join networks: the others ask how their clients descended, or keep a state of every weight."""

MEAN: Final = Mean()
"""What a task that names no rule has."""
