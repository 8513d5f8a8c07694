"""Random forests that grow: the new model has the previous version's trees and those of each client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet, check_shape
from pallets.federated_round.settings import ForestSettings, quantiser_of
from pallets.federated_round.strategies.electorate import Electorate
from pallets.federated_round.strategies.judging import Game, Yardstick, verdict, verdict_of, yardstick_of
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.federated_round.worth import EXACT, ExactShapley, Worth
from pallets.learning.contribution import shapley_of_table
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS
from pallets.learning.forest import MAX_TREES, Forest, ForestKind, Tree
from pallets.learning.forest_codec import ForestDecodeError, decode_forest, encode_forest
from pallets.learning.prediction import Predictor


class ForestMerge:
    """The forest-merge strategy for one task's settings."""

    def __init__(self, settings: ForestSettings, worth: Worth = EXACT) -> None:
        self._settings = settings
        self._worth = worth
        self._columns = len(quantiser_of(settings).ranges)

    def check_data(self, data: DataSet) -> None:
        """Rows of the quantiser's features, and labels of the settings' classes."""
        check_shape(data, self._columns, self._settings.classes)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """The client's own trees; the base version has no part in them."""
        # numpy is for those who train, not for whoever imports the runtime
        from pallets.learning.forest_training import train_classifier, train_regressor
        from pallets.learning.training_rows import TrainingError

        self.check_data(data)
        grow = train_classifier if self._settings.classes else train_regressor
        try:
            return encode_forest(grow(data.rows(), data.targets, self._settings.parameters, seed))
        except TrainingError as error:
            raise StrategyError(str(error)) from None

    def check(self, update: bytes) -> None:
        """A forest of the task's shape, with at least one tree and at most as many as the settings say."""
        forest = self._decoded(update)
        if not 1 <= len(forest.trees) <= self._settings.trees:
            raise UpdateRefused(f"{len(forest.trees)} trees, not 1 to {self._settings.trees}")

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """All trees, the oldest first; where they are more than a forest can have, the oldest go."""
        trees: tuple[Tree, ...] = () if base is None else self._decoded(base).trees
        for update in updates:
            trees += self._decoded(update.data).trees
        return Joined(encode_forest(self._forest(trees[-MAX_TREES:])))

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """Contributions of the clients' trees beside those of the base version."""
        yardstick = yardstick_of(test, self._columns, self._settings.classes)
        rows, accounts = test.rows(), [update.account for update in updates]
        after = self._value_of(model, rows, yardstick)
        begun = None if base is None else self._decoded(base)
        electorate = Electorate([self._decoded(update.data) for update in updates], begun, rows, yardstick)
        solo = [electorate.alone(client) for client in range(len(updates))]
        if isinstance(self._worth, ExactShapley):
            values = electorate.all_values()
            return verdict(accounts, shapley_of_table(values), values[0], solo, after, yardstick)
        game = Game(len(updates), electorate.value)
        return verdict_of(accounts, game, self._worth, seed, solo, after, yardstick)

    @property
    def shape(self) -> Forest:
        """The forest of the task's shape that has no trees."""
        return self._forest(())

    def check_shape(self, forest: Forest) -> None:
        """Raises UpdateRefused where a forest is of another kind or shape than the task's."""
        if replace(forest, trees=()) != self.shape:
            raise UpdateRefused(
                f"a {forest.kind.name.lower()} of {forest.features} features and {forest.classes} classes"
            )

    def counting(self, update: ClientUpdate) -> Forest:
        """The trees of an update that count: all; raises UpdateRefused."""
        return self._decoded(update.data)

    def _value_of(self, model: bytes, rows: Sequence[tuple[int, ...]], yardstick: Yardstick) -> int | None:
        try:
            predictor = Predictor(self._decoded(model))
        except UpdateRefused:
            return None
        return yardstick.value([predictor.predict(row) for row in rows])

    def _forest(self, trees: tuple[Tree, ...]) -> Forest:
        bits = 0 if self._settings.kind is ForestKind.CLASSIFIER else TARGET_FRACTIONAL_BITS
        return Forest(self._settings.kind, self._columns, self._settings.classes, bits, trees)

    def _decoded(self, data: bytes) -> Forest:
        try:
            forest = decode_forest(data)
        except ForestDecodeError as error:
            raise UpdateRefused(str(error)) from None
        self.check_shape(forest)
        return forest
