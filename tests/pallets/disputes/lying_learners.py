"""Rounds on a real development node whose aggregators agree on a lie, and clients that may challenge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from chain.crypto.keys import KeyPair
from pallets.disputes import Disputant
from pallets.disputes.events import Event
from pallets.federated_round import Terms
from pallets.federated_round.settings import ForestSettings
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from tests.pallets.federated_round import dev_learners
from tests.pallets.federated_round.dev_learners import KEEPERS, Learners, clients_of

E = TypeVar("E", bound=Event)

WINDOW: Final = 4
TERMS: Final = replace(dev_learners.TERMS, schedule=replace(dev_learners.TERMS.schedule, challenge=WINDOW))
FOREST: Final = ForestSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)),
    classes=2,
    trees=3,
    max_depth=4,
    min_leaf=1,
    features_per_split=0,
)


@dataclass
class LyingLearners(Learners):
    """All keepers falsify what they aggregate.

    liars: how these argue, None where nothing is said: for no lie; watchers: clients whose nodes may challenge
    """

    terms: Sequence[Terms] = (TERMS,)
    liars: Disputant | None = None
    watchers: Sequence[int] = (0,)
    falsify: bool = True

    def __post_init__(self) -> None:
        self.told: list[Event] = []
        super().__post_init__()

    def _data(self, key: KeyPair) -> object:
        mine = self._operator(key)
        if key in KEEPERS:
            mine = replace(mine, falsifies=self.falsify)
            return mine if self.liars is None else (mine, self.liars)
        if key in [clients_of(self.clients)[number] for number in self.watchers]:
            return mine, Disputant()
        return mine

    def seal(self) -> None:
        """One block; what it tells of disputes is written down."""
        super().seal()
        events = self.node.runtime_at().system.events.get()
        self.told += [each.event.event for each in events if isinstance(each.event.event, Event)]

    def spoken(self, kind: type[E]) -> list[E]:
        """What was told of a kind."""
        return [each for each in self.told if isinstance(each, kind)]
