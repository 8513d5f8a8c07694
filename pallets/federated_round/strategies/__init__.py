"""How updates are made, joined and judged, by algorithm; everything here runs off chain.

`strategy` (what one is), `judging` (metrics, contributions), `electorate` (coalitions of forests), `forest_merge`,
`forest_quota`, `boosted_coalitions`, `boosting`, `joining` (a task's rule applied to linear updates), `averaging`,
`grouped_averaging`, `buffered_averaging`, `network_averaging`, `by_samples` (any of these, judged without looking at
updates), `grouping` (roots joined from groups), `answering` (what the models say that come of it). Another strategy is
another algorithm of the registry: it needs a module here, a line in `STRATEGIES`, and governance to enable it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from pallets.federated_round.rules import MEAN, AggregationRule
from pallets.federated_round.settings import (
    BoostingSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
    Settings,
    SettingsError,
    decode_settings,
)
from pallets.federated_round.shapes.choice import SYNCHRONOUS, Buffered, Hierarchical, Shape
from pallets.federated_round.strategies.averaging import Averaging
from pallets.federated_round.strategies.boosting import Boosting
from pallets.federated_round.strategies.by_samples import BySamplesStrategy
from pallets.federated_round.strategies.forest_merge import ForestMerge
from pallets.federated_round.strategies.forest_quota import ForestQuota
from pallets.federated_round.strategies.strategy import (
    ClientUpdate,
    Joined,
    Strategy,
    StrategyError,
    TakesTraining,
    UpdateRefused,
)
from pallets.federated_round.worth import EXACT, BySamples, Worth
from pallets.ml_registry.algorithms import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
)
from pallets.ml_registry.types import AlgorithmId


def _forest_merge(settings: Settings, _rule: AggregationRule, worth: Worth) -> Strategy:
    if not isinstance(settings, ForestSettings):
        raise SettingsError(f"{type(settings).__name__} for a task of forests")
    return ForestMerge(settings, worth)


def _averaging(settings: Settings, rule: AggregationRule, worth: Worth) -> Strategy:
    if not isinstance(settings, LinearSettings):
        raise SettingsError(f"{type(settings).__name__} for a task of linear models")
    return Averaging(settings, rule, worth)


def _forest_quota(settings: Settings, _rule: AggregationRule, worth: Worth) -> Strategy:
    if not isinstance(settings, QuotaSettings):
        raise SettingsError(f"{type(settings).__name__} for a task of forests by quota")
    return ForestQuota(settings, worth)


def _boosting(settings: Settings, _rule: AggregationRule, worth: Worth) -> Strategy:
    if not isinstance(settings, BoostingSettings):
        raise SettingsError(f"{type(settings).__name__} for a task of boosted trees")
    return Boosting(settings, worth)


def _network_averaging(settings: Settings, _rule: AggregationRule, worth: Worth) -> Strategy:
    if not isinstance(settings, NetworkSettings):
        raise SettingsError(f"{type(settings).__name__} for a task of networks")
    # numpy comes with it, for those who do anything with networks
    from pallets.federated_round.strategies.network_averaging import NetworkAveraging

    return NetworkAveraging(settings, worth)


STRATEGIES: Final[Mapping[AlgorithmId, Callable[[Settings, AggregationRule, Worth], Strategy]]] = {
    FOREST_MERGE: _forest_merge,
    LINEAR_AVERAGING: _averaging,
    FOREST_QUOTA: _forest_quota,
    TREE_BOOSTING: _boosting,
    NETWORK_AVERAGING: _network_averaging,
}
"""From an algorithm of the registry to the maker of its strategy."""


@lru_cache(maxsize=32)
def strategy_for(
    algorithm: AlgorithmId,
    settings: bytes,
    rule: AggregationRule = MEAN,
    worth: Worth = EXACT,
    shape: Shape = SYNCHRONOUS,
) -> Strategy:
    """The strategy of an algorithm for encoded settings and a task's choices; raises SettingsError.

    A strategy keeps nothing that its answers depend on, so the workers of a process share it.
    """
    maker = STRATEGIES.get(algorithm)
    if maker is None:
        raise SettingsError(f"algorithm {algorithm} has no strategy here")
    decoded = decode_settings(settings)
    made = _of_shape(shape, decoded, rule, worth) or maker(decoded, rule, worth)
    return BySamplesStrategy(made) if isinstance(worth, BySamples) else made


def _of_shape(shape: Shape, settings: Settings, rule: AggregationRule, worth: Worth) -> Strategy | None:
    """Linear models in groups and buffers; None for whatever is joined in every shape alike."""
    if isinstance(shape, Hierarchical) and isinstance(settings, LinearSettings):
        from pallets.federated_round.strategies.grouped_averaging import GroupedAveraging

        return GroupedAveraging(settings, rule, worth)
    if isinstance(shape, Buffered):
        from pallets.federated_round.strategies.buffered_averaging import BufferedAveraging

        if not isinstance(settings, LinearSettings):
            raise SettingsError(f"{type(settings).__name__} for a task of buffers")
        return BufferedAveraging(settings, shape, worth)
    return None


__all__ = [
    "STRATEGIES",
    "Averaging",
    "Boosting",
    "ClientUpdate",
    "ForestMerge",
    "ForestQuota",
    "Joined",
    "Strategy",
    "StrategyError",
    "TakesTraining",
    "UpdateRefused",
    "strategy_for",
]
