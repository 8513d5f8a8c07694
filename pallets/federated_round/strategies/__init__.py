"""How updates are made, joined and judged, by algorithm; everything here runs off chain.

`strategy` (what one is), `judging` (metrics, contributions), `electorate` (coalitions of forests), `forest_merge`,
`forest_quota`, `boosted_coalitions`, `boosting`, `robust_joining` (a robust rule applied to any vectors), `joining` (a
task's rule applied to linear updates), `averaging`, `grouped_averaging`, `buffered_averaging`, `network_averaging`,
`grouped_networks`, `compressed` (averages whose clients send less than whole updates), `by_samples` (any of these,
judged without looking at updates), `grouping` (roots joined from groups), `answering` (what the models say that come of
it). Another strategy is another algorithm of the registry: it needs a module here, a line in `STRATEGIES`, and
governance to enable it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, TypeVar

from pallets.federated_round.noise import Noiseless
from pallets.federated_round.rules import MEAN, AggregationRule, NetworkRule
from pallets.federated_round.secrecy.choice import hiding_of
from pallets.federated_round.settings import (
    BoostingSettings,
    CompressedSettings,
    ForestSettings,
    LinearSettings,
    NetworkSettings,
    QuotaSettings,
    Settings,
    SettingsError,
    compressible,
    decode_settings,
)
from pallets.federated_round.shapes.choice import SYNCHRONOUS, Buffered, Hierarchical, Shape
from pallets.federated_round.strategies.averaging import Averaging
from pallets.federated_round.strategies.boosting import Boosting
from pallets.federated_round.strategies.by_samples import by_samples
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
from pallets.federated_round.types import Terms
from pallets.federated_round.worth import EXACT, BySamples, Worth
from pallets.ml_registry.algorithms import (
    FOREST_MERGE,
    FOREST_QUOTA,
    LINEAR_AVERAGING,
    NETWORK_AVERAGING,
    TREE_BOOSTING,
)
from pallets.ml_registry.types import AlgorithmId

S = TypeVar("S", bound=Settings)

Maker = Callable[[Settings, AggregationRule, Worth], Strategy]
"""From a task's settings, rule and worth to its strategy; raises SettingsError."""


def _of(kind: type[S], what: str, make: Callable[[S, AggregationRule, Worth], Strategy]) -> Maker:
    """A maker that takes settings of one kind."""

    def made(settings: Settings, rule: AggregationRule, worth: Worth) -> Strategy:
        if not isinstance(settings, kind):
            raise SettingsError(f"{type(settings).__name__} for a task of {what}")
        return make(settings, rule, worth)

    return made


def _network_averaging(settings: NetworkSettings, rule: AggregationRule, worth: Worth) -> Strategy:
    # numpy comes with it, for those who do anything with networks
    from pallets.federated_round.strategies.network_averaging import NetworkAveraging

    return NetworkAveraging(settings, _rule_of_networks(rule), worth)


def _rule_of_networks(rule: AggregationRule) -> NetworkRule:
    if not isinstance(rule, NetworkRule):
        raise SettingsError(f"networks are not joined by {type(rule).__name__}")
    return rule


STRATEGIES: Final[Mapping[AlgorithmId, Maker]] = {
    FOREST_MERGE: _of(ForestSettings, "forests", lambda settings, _, worth: ForestMerge(settings, worth)),
    LINEAR_AVERAGING: _of(LinearSettings, "linear models", Averaging),
    FOREST_QUOTA: _of(QuotaSettings, "forests by quota", lambda settings, _, worth: ForestQuota(settings, worth)),
    TREE_BOOSTING: _of(BoostingSettings, "boosted trees", lambda settings, _, worth: Boosting(settings, worth)),
    NETWORK_AVERAGING: _of(NetworkSettings, "networks", _network_averaging),
}
"""By an algorithm of the registry."""


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
    taught = compressible(decoded) if isinstance(decoded, CompressedSettings) else decoded
    made = _of_shape(shape, taught, rule, worth) or maker(taught, rule, worth)
    if isinstance(decoded, CompressedSettings):
        from pallets.federated_round.strategies.compressed import compressing  # what whole updates never load

        made = compressing(made, decoded)
    return by_samples(made) if isinstance(worth, BySamples) else made


def strategy_under(algorithm: AlgorithmId, terms: Terms, settings: bytes) -> Strategy:
    """The strategy of a task; raises SettingsError, also where its terms and its settings exclude each other.

    The chain sees the root of the settings alone: a task whose workers read such settings finds none of them.
    """
    if isinstance(decode_settings(settings), CompressedSettings):
        if hiding_of(terms.secrecy) is not None:
            raise SettingsError("hidden updates are summed under masks with all their bits: send them uncompressed")
        if terms.schedule.challenge:
            raise SettingsError("a challenged mean is added up on the chain of whole updates: send them uncompressed")
        if not isinstance(terms.noise, Noiseless):
            raise SettingsError("noise goes on whole weights: send them uncompressed")
    return strategy_for(algorithm, settings, terms.rule, terms.worth, terms.shape)


def _of_shape(shape: Shape, settings: Settings, rule: AggregationRule, worth: Worth) -> Strategy | None:
    """Averages in groups, and linear ones in buffers; None for whatever is joined in every shape alike."""
    if isinstance(shape, Hierarchical) and isinstance(settings, LinearSettings):
        from pallets.federated_round.strategies.grouped_averaging import GroupedAveraging

        return GroupedAveraging(settings, rule, worth)
    if isinstance(shape, Hierarchical) and isinstance(settings, NetworkSettings):
        from pallets.federated_round.strategies.grouped_networks import GroupedNetworks

        return GroupedNetworks(settings, _rule_of_networks(rule), worth)
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
    "strategy_under",
]
