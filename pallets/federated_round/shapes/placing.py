"""Where an update stands in the shape of its round: in which group, or how many versions behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pallets.federated_round.shapes.choice import Buffered, Hierarchical, Shape
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.strategies.strategy import ClientUpdate
from pallets.federated_round.types import RoundNumber, TaskId
from pallets.ml_registry.artifact import Artifact


def placed(
    rounds: RoundStorage,
    key: tuple[TaskId, RoundNumber],
    shape: Shape,
    update: ClientUpdate,
    bytes_of: Callable[[Artifact], bytes],
) -> ClientUpdate:
    """The update with its group, or with what it began from; raises what `bytes_of` raises."""
    match shape:
        case Hierarchical():
            tiers = rounds.tiers.get(key) or ()
            group = next((group for group, tier in enumerate(tiers) if update.account in tier.clients), 0)
            return replace(update, group=group)
        case Buffered():
            taken = rounds.taken.get((*key, update.account))
            if taken is None:
                return update
            began = None if taken.base is None else bytes_of(rounds.config.models.version(taken.base).artifact)
            return replace(update, staleness=taken.staleness, begun_from=began)
    return update
