"""Boosted trees in rounds: every client corrects the base version, and each one's trees count for its share.

A coalition's model is what `learning.boosting.rounds.bagged` makes of its members, who share among fewer what all
share in the new version. With one client a round that is training on in turns.
"""

from __future__ import annotations

from collections.abc import Sequence

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet, check_shape
from pallets.federated_round.settings import BoostingSettings, quantiser_of
from pallets.federated_round.strategies.judging import Game, Yardstick, verdict_of, yardstick_of
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.federated_round.worth import EXACT, Worth
from pallets.learning.boosting.model import BoostedModel, BoostedPredictor, BoostingError, check_trees, empty_boosted
from pallets.learning.boosting.model_codec import BoostedDecodeError, decode_boosted, encode_boosted
from pallets.learning.boosting.rounds import bagged
from pallets.learning.forest import MAX_TREES, Forest, ForestError
from pallets.learning.forest_codec import ForestDecodeError, decode_forest, encode_forest


class Boosting:
    """The boosting strategy for one task's settings."""

    def __init__(self, settings: BoostingSettings, worth: Worth = EXACT) -> None:
        self._settings = settings
        self._worth = worth
        self._start = empty_boosted(len(quantiser_of(settings).ranges), settings.classes, start=settings.start)

    def check_data(self, data: DataSet) -> None:
        """Rows of the quantiser's features, and labels of the settings' classes."""
        check_shape(data, self._start.forest.features, self._settings.classes)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """The trees that correct the base version, or its start, on the client's rows."""
        # numpy is for those who train, not for whoever imports the runtime
        from pallets.learning.boosting.training import grow_stages
        from pallets.learning.training_rows import TrainingError

        self.check_data(data)
        try:
            grown = grow_stages(self._begun(base), data.rows(), data.targets, self._settings.parameters, seed)
        except (TrainingError, ForestError) as error:
            raise StrategyError(str(error)) from None
        return encode_forest(grown)

    def check(self, update: bytes) -> None:
        """Whole stages of trees of the task's shape, at least one and at most as many as the settings say."""
        stages = len(self._trees(update).trees) // self._start.columns
        if not 1 <= stages <= self._settings.stages:
            raise UpdateRefused(f"{stages} stages, not 1 to {self._settings.stages}")

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """The base version with all trees; unchanged where it has no room for them."""
        begun, added = self._begun(base), [self._trees(update.data) for update in updates]
        if len(begun.forest.trees) + sum(len(trees.trees) for trees in added) > MAX_TREES:
            return Joined(encode_boosted(begun))
        return Joined(encode_boosted(bagged(begun, added)))

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """Contributions of the clients' corrections; alone, a client is the base version with its trees."""
        from pallets.federated_round.strategies.boosted_coalitions import Corrections  # numpy is for who validates

        yardstick = yardstick_of(test, self._start.forest.features, self._settings.classes)
        rows, begun = test.rows(), self._begun(base)
        corrections = Corrections(begun, [self._trees(update.data) for update in updates], rows, yardstick)

        def value(coalition: int) -> int:
            return yardstick.constant if base is None and not coalition else corrections.value(coalition)

        solo = [corrections.value(1 << client) for client in range(len(updates))]
        game = Game(len(updates), value)
        after = self._value_of(model, rows, yardstick)
        return verdict_of([update.account for update in updates], game, self._worth, seed, solo, after, yardstick)

    @property
    def shape(self) -> Forest:
        """The forest that an update is one of, without trees."""
        return self._start.forest

    def counting(self, update: ClientUpdate) -> Forest:
        """The trees of an update that count: all; raises UpdateRefused."""
        return self._trees(update.data)

    def _value_of(self, model: bytes, rows: Sequence[tuple[int, ...]], yardstick: Yardstick) -> int | None:
        try:
            predictor = BoostedPredictor(self._decoded(model))
        except UpdateRefused:
            return None
        return yardstick.value([predictor.predict(row) for row in rows])

    def _begun(self, base: bytes | None) -> BoostedModel:
        return self._start if base is None else self._decoded(base)

    def _trees(self, update: bytes) -> Forest:
        """The trees of an update; raises UpdateRefused where they are no whole stages of the task's shape."""
        try:
            trees = decode_forest(update)
            check_trees(self._start, trees)
        except (ForestDecodeError, BoostingError) as error:
            raise UpdateRefused(str(error)) from None
        return trees

    def _decoded(self, data: bytes) -> BoostedModel:
        try:
            found = decode_boosted(data)
            check_trees(self._start, found.forest)
        except (BoostedDecodeError, BoostingError) as error:
            raise UpdateRefused(str(error)) from None
        if (found.classes, found.start) != (self._start.classes, self._start.start):
            raise UpdateRefused(f"a boosted model of {found.classes} classes that starts from {found.start[:4]}")
        return found
