"""What a rule withstands, and which numbers it takes; read when a task is created, and where a rule is applied.

Bounds are asked of the fewest updates that a round goes on with: whoever else is absent, the rule holds.
"""

from __future__ import annotations

from chain.record import record
from pallets.federated_round.errors import RuleImpossible, TooManyAdversaries
from pallets.federated_round.rules import (
    Adagrad,
    Adam,
    AggregationRule,
    Bulyan,
    ClippedMean,
    Fair,
    GeometricMedian,
    Krum,
    Mean,
    Median,
    Momentum,
    MultiKrum,
    RobustRule,
    Scaffold,
    TrimmedMean,
    Yogi,
)
from pallets.frame.error import ensure
from pallets.learning.aggregation.adaptive import Adaptive, AdaptiveParameters
from pallets.learning.aggregation.fairness import LARGEST_DENOMINATOR, LARGEST_Q
from pallets.learning.aggregation.rates import ONE, OptimiserError, check_rate
from pallets.learning.robust import bounds

_BOUNDS = {
    Median: bounds.Rule.MEDIAN,
    TrimmedMean: bounds.Rule.TRIMMED_MEAN,
    Krum: bounds.Rule.KRUM,
    MultiKrum: bounds.Rule.MULTI_KRUM,
    Bulyan: bounds.Rule.BULYAN,
    GeometricMedian: bounds.Rule.GEOMETRIC_MEDIAN,
    ClippedMean: bounds.Rule.NORM_CLIPPING,
}


def check_rule(rule: AggregationRule, clients: int) -> None:
    """Refuse a rule for rounds of so few updates: TooManyAdversaries; or with such numbers: RuleImpossible."""
    try:
        _check(rule, clients)
    except bounds.BoundExceeded:
        raise TooManyAdversaries from None
    except OptimiserError:
        raise RuleImpossible from None


def adaptive_of(rule: Adam | Yogi | Adagrad) -> AdaptiveParameters:
    """The rule's numbers as its step takes them; raises OptimiserError."""
    if isinstance(rule, Adagrad):
        return AdaptiveParameters(Adaptive.ADAGRAD, rule.learning_rate, 0, 0, rule.tau)
    kind = Adaptive.ADAM if isinstance(rule, Adam) else Adaptive.YOGI
    return AdaptiveParameters(kind, rule.learning_rate, rule.beta1, rule.beta2, rule.tau)


@record
class Applied:
    """A robust rule as it is applied to so many updates. number: as `learning.robust.tables` takes it"""

    bound: bounds.Rule
    adversaries: int
    number: int


def applied(rule: RobustRule, clients: int) -> Applied | None:
    """The rule for a coalition: against fewer adversaries where it is too small; None where the rule cannot work."""
    bound, number = _BOUNDS[type(rule)], 0
    adversaries = min(rule.adversaries, bounds.most_adversaries(bound, clients))
    match rule:
        case TrimmedMean():
            number = min(rule.trim, (clients - 1) // 2)
        case MultiKrum():
            number = max(min(rule.kept, clients - adversaries - 2), 1)
        case ClippedMean():
            number = rule.clip
    return None if adversaries < 0 else Applied(bound, adversaries, number)


def _check(rule: AggregationRule, clients: int) -> None:
    match rule:
        case TrimmedMean():
            bounds.check_trim(clients, rule.adversaries, rule.trim)
        case MultiKrum():
            bounds.check_kept(clients, rule.adversaries, rule.kept)
        case Median() | Krum() | Bulyan() | GeometricMedian() | ClippedMean():
            bounds.check_adversaries(_BOUNDS[type(rule)], clients, rule.adversaries)
            ensure(not isinstance(rule, ClippedMean) or rule.clip > 0, RuleImpossible)
        case Momentum():
            check_rate(rule.learning_rate, "learning_rate", low=1)
            check_rate(rule.momentum, "momentum", high=ONE - 1)
        case Adam() | Yogi() | Adagrad():
            check_rate(rule.learning_rate, "learning_rate", low=1)
            adaptive_of(rule)
        case Fair():
            check_rate(rule.learning_rate, "learning_rate", low=1)
            ensure(1 <= rule.denominator <= LARGEST_DENOMINATOR, RuleImpossible)
            ensure(rule.numerator <= LARGEST_Q * rule.denominator, RuleImpossible)
        case Scaffold():
            check_rate(rule.learning_rate, "learning_rate", low=1)
        case _:
            ensure(isinstance(rule, Mean), RuleImpossible)
