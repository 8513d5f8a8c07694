"""The rule of a task applied to linear updates: new weights, and what the server optimiser remembers.

Any aggregator computes the same: the state that a rule needs comes from the round before as an artifact whose root is
on chain. SCAFFOLD's state has the control variate of each client that ever took part, which everybody can compute from
the model that the client trained; the server's own is their mean. So a client keeps nothing, and cannot lie about it.

A coalition that is too small for a rule's adversaries is joined as if there were fewer, and where the rule cannot work
at all by the plain mean: only then has every coalition a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from chain.primitives import I64, AccountId, MaxLen
from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.federated_round.rule_bounds import adaptive_of
from pallets.federated_round.rules import (
    Adagrad,
    Adam,
    AggregationRule,
    Bulyan,
    ClippedMean,
    Fair,
    GeometricMedian,
    Krum,
    Median,
    Momentum,
    MultiKrum,
    RobustRule,
    Scaffold,
    TrimmedMean,
    Yogi,
)
from pallets.federated_round.strategies.strategy import StrategyError
from pallets.learning.aggregation.adaptive import adaptive_step
from pallets.learning.aggregation.control_variates import client_control, server_step
from pallets.learning.aggregation.fairness import fair_step
from pallets.learning.aggregation.momentum import momentum_step
from pallets.learning.aggregation.optimiser_state import (
    OptimiserState,
    StateDecodeError,
    blank,
    decode_state,
    encode_state,
)
from pallets.learning.aggregation.rates import RATE_BITS
from pallets.learning.fixed_point import divide
from pallets.learning.linear_model import RATE_BITS as LOCAL_RATE_BITS
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearParameters

Weights = Sequence[int]
"""24 fractional bits."""

MOST_CONTROLS = 2**16
"""Clients whose control variates a state has room for."""


@record
class Delivered:
    """One client's update as numbers.

    loss: of the base version on its rows, as it says; 24 fractional bits
    group: of a hierarchical round; staleness, began: of a buffered one, the weights that the client began from
    """

    account: AccountId
    samples: int
    weights: tuple[int, ...]
    loss: int = 0
    group: int = 0
    staleness: int = 0
    began: tuple[int, ...] = ()


@record
class Control:
    """How one client's gradient differs from everybody's, 24 fractional bits a weight."""

    account: AccountId
    values: tuple[I64, ...]


@record
class Controls:
    """SCAFFOLD's state: the controls of all clients so far, in ascending order of accounts."""

    clients: Annotated[tuple[Control, ...], MaxLen(MOST_CONTROLS)]


def join(
    rule: AggregationRule, updates: Sequence[Delivered], start: Weights, state: bytes | None, local: LinearParameters
) -> tuple[list[int], bytes | None]:
    """The new weights and the new state; raises StrategyError where the state is none of the rule's.

    updates: at least one; start: the weights that all began from; local: how they descended
    """
    match rule:
        case Momentum() | Adam() | Yogi() | Adagrad():
            moved, kept = _optimised(rule, _mean(updates), start, _decoded(state, len(start)))
            return held(moved), encode_state(kept)
        case Scaffold():
            return _scaffold(rule, updates, start, controls_of(state, len(start)), local)
        case Fair():
            weights, losses = [update.weights for update in updates], [update.loss for update in updates]
            q = (rule.numerator, rule.denominator)
            return held(fair_step(start, weights, losses, q=q, learning_rate=rule.learning_rate)), None
        case Median() | TrimmedMean() | Krum() | MultiKrum() | Bulyan() | GeometricMedian() | ClippedMean():
            return held(_robust(rule, updates, start)), None
    return _mean(updates), None


def controls_of(state: bytes | None, width: int) -> dict[AccountId, tuple[int, ...]]:
    """The control variate of each client so far; raises StrategyError."""
    if state is None:
        return {}
    try:
        found: Controls = codec_of(Controls).decode(state)
    except DecodeError as error:
        raise StrategyError(f"the server's state: {error}") from None
    if any(len(control.values) != width for control in found.clients):
        raise StrategyError(f"the server's state is not of {width} weights")
    return {control.account: control.values for control in found.clients}


def server_control(controls: Mapping[AccountId, Weights], width: int) -> list[int]:
    """The mean of the clients' control variates, rounded toward zero; zero before the first round."""
    if not controls:
        return [0] * width
    return [divide(sum(column), len(controls)) for column in zip(*controls.values(), strict=True)]


def _mean(updates: Sequence[Delivered]) -> list[int]:
    """As `averaging.weighted_mean`, but that no sum is too large: whoever counts for many samples stops no round."""
    total = sum(update.samples for update in updates)
    columns = zip(*(update.weights for update in updates), strict=True)
    counts = [update.samples for update in updates]
    return [
        divide(sum(value * count for value, count in zip(column, counts, strict=True)), total) for column in columns
    ]


def held(weights: Sequence[int]) -> list[int]:
    """The weights within what a model may have: a server's step shall not fail because it is too long."""
    return [min(max(weight, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) for weight in weights]


def _optimised(
    rule: Momentum | Adam | Yogi | Adagrad, mean: Weights, start: Weights, state: OptimiserState
) -> tuple[list[int], OptimiserState]:
    if isinstance(rule, Momentum):
        return momentum_step(start, mean, state, learning_rate=rule.learning_rate, momentum=rule.momentum)
    return adaptive_step(start, mean, state, adaptive_of(rule))


def _decoded(state: bytes | None, width: int) -> OptimiserState:
    if state is None:
        return blank(width)
    try:
        found = decode_state(state)
    except StateDecodeError as error:
        raise StrategyError(f"the server's state: {error}") from None
    if len(found.first) != width:
        raise StrategyError(f"the server's state has {len(found.first)} moments for {width} weights")
    return found


def _scaffold(
    rule: Scaffold,
    updates: Sequence[Delivered],
    start: Weights,
    controls: dict[AccountId, tuple[int, ...]],
    local: LinearParameters,
) -> tuple[list[int], bytes]:
    width = len(start)
    server = server_control(controls, width)
    fresh = {
        update.account: tuple(
            client_control(
                controls.get(update.account, (0,) * width),
                server,
                start,
                update.weights,
                steps=local.epochs,
                learning_rate=local.learning_rate << (RATE_BITS - LOCAL_RATE_BITS),
            )
        )
        for update in updates
    }
    zeros = [(0,) * width] * len(updates)
    # the server's control is the mean of all that the state has, so the step's own count of it is not needed
    moved, _ = server_step(
        start,
        server,
        [update.weights for update in updates],
        zeros,
        clients=len(updates),
        learning_rate=rule.learning_rate,
    )
    known = tuple(Control(who, values) for who, values in sorted((controls | fresh).items()))
    return held(moved), codec_of(Controls).encode(Controls(known))


def _robust(rule: RobustRule, updates: Sequence[Delivered], start: Weights) -> list[int]:
    import numpy as np  # for those who aggregate

    from pallets.federated_round.strategies.robust_joining import robust_join

    weights, begun = np.array([update.weights for update in updates], dtype=np.int64), np.array(start, dtype=np.int64)
    # what is cut to a length is a move
    moved = begun + robust_join(rule, weights - begun) if isinstance(rule, ClippedMean) else robust_join(rule, weights)
    joined: list[int] = moved.tolist()
    return joined
