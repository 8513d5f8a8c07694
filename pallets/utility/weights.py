"""Weights of the Utility calls (polkadot-sdk, pallet_utility::weights::SubstrateWeight, benchmarked 2025-02-21)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pallets.frame.call import RuntimeCall
from pallets.frame.weight import NO_WEIGHT, DispatchClass, Weight
from pallets.frame.weight_info import Weighed, WeightInfo, formula

WEIGHTS: Final = WeightInfo(
    {
        "batch": formula(4_034_000, 3997, reads=2).per("c", 4_914_560),
        "as_derivative": formula(6_097_000, 3997, reads=2),
        "batch_all": formula(4_075_000, 3997, reads=2).per("c", 5_127_263),
        "dispatch_as": formula(5_720_000),
        "force_batch": formula(4_035_000, 3997, reads=2).per("c", 4_902_729),
        "dispatch_as_fallible": formula(5_705_000),
        "if_else": formula(11_571_000, 7004, reads=3),
    }
)

WeightAndClass = tuple[Weight, DispatchClass]


def batch_weight(config: Weighed, calls: list[RuntimeCall]) -> WeightAndClass:
    """Of all calls, and of going through them."""
    return _together(config.weights.of("batch", c=len(calls)), calls)


def batch_all_weight(config: Weighed, calls: list[RuntimeCall]) -> WeightAndClass:
    """Of all calls, and of going through them."""
    return _together(config.weights.of("batch_all", c=len(calls)), calls)


def force_batch_weight(config: Weighed, calls: list[RuntimeCall]) -> WeightAndClass:
    """Of all calls, and of going through them."""
    return _together(config.weights.of("force_batch", c=len(calls)), calls)


def if_else_weight(config: Weighed, main: RuntimeCall, fallback: RuntimeCall) -> WeightAndClass:
    """Of both calls; operational where both are."""
    infos = main.info(), fallback.info()
    is_operational = all(info.dispatch_class is DispatchClass.OPERATIONAL for info in infos)
    weight = config.weights.of("if_else") + infos[0].call_weight + infos[1].call_weight
    return weight, DispatchClass.OPERATIONAL if is_operational else DispatchClass.NORMAL


def derivative_base(config: Weighed) -> Weight:
    """Of acting for a derived account, whose record is read and written."""
    return config.weights.of("as_derivative") + config.weights.database.of(reads=1, writes=1)


def as_derivative_weight(config: Weighed, call: RuntimeCall) -> WeightAndClass:
    """Of the inner call, and a little."""
    info = call.info()
    return derivative_base(config) + info.call_weight, info.dispatch_class


def dispatch_as_weight(config: Weighed, call: RuntimeCall) -> WeightAndClass:
    """Of the inner call, and a little."""
    info = call.info()
    return config.weights.of("dispatch_as") + info.call_weight, info.dispatch_class


def dispatch_as_fallible_weight(config: Weighed, call: RuntimeCall) -> WeightAndClass:
    """Of the inner call, and a little."""
    info = call.info()
    return config.weights.of("dispatch_as_fallible") + info.call_weight, info.dispatch_class


def given_weight(call: RuntimeCall, weight: Weight) -> WeightAndClass:
    """What root says, in the class of the inner call."""
    return weight, call.info().dispatch_class


def _together(base: Weight, calls: Iterable[RuntimeCall]) -> WeightAndClass:
    """The sum; normal as soon as one call is."""
    total, dispatch_class = NO_WEIGHT, DispatchClass.OPERATIONAL
    for call in calls:
        info = call.info()
        total = total + info.call_weight
        if info.dispatch_class is DispatchClass.NORMAL:
            dispatch_class = DispatchClass.NORMAL
    return total + base, dispatch_class
