"""Random forests by quota: each client gives trees by how many rows it has, and the model says whose they are.

A client's trees depend on its rows and on nobody else's, and so does its quota: a client that leaves is taken out of
the model to the byte (`learning.forest_federation.forgotten`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import QuotaSettings
from pallets.federated_round.strategies.forest_merge import ForestMerge
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.federated_round.worth import EXACT, Worth
from pallets.learning.forest import MAX_TREES, Forest, ForestError
from pallets.learning.forest_codec import encode_forest
from pallets.learning.forest_federation import (
    FederatedForest,
    FederationDecodeError,
    decode_federated,
    encode_federated,
    federation,
    joined,
    without_oldest,
)


class ForestQuota:
    """The forest-quota strategy for one task's settings."""

    def __init__(self, settings: QuotaSettings, worth: Worth = EXACT) -> None:
        self._settings = settings
        self._worth = worth
        self._forests = ForestMerge(settings.forest(settings.trees), worth)

    def check_data(self, data: DataSet) -> None:
        """Rows of the quantiser's features, and labels of the settings' classes."""
        self._forests.check_data(data)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """As many trees as the client's rows entitle it to; the base version has no part in them."""
        quota = self._settings.quota(len(data))
        return ForestMerge(self._settings.forest(quota), self._worth).train(data, base, seed, state, account)

    def check(self, update: bytes) -> None:
        """A forest of the task's shape, with at least one tree and at most as many as the settings say."""
        self._forests.check(update)

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """The base version and what counts of each client; where there are too many trees, whoever has most loses."""
        grown = self._begun(base)
        try:
            for update in updates:
                given = self.counting(update)
                grown = joined(without_oldest(grown, MAX_TREES - len(given.trees)), update.account, given)
        except ForestError as error:
            raise StrategyError(str(error)) from None
        return Joined(encode_federated(grown))

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """Contributions of the trees that count, beside those of the base version."""
        counting = [
            ClientUpdate(update.account, update.samples, encode_forest(self.counting(update))) for update in updates
        ]
        begun = None if base is None else encode_forest(self._begun(base).forest)
        try:
            new = encode_forest(self._decoded(model).forest)
        except UpdateRefused:
            new = b""
        return self._forests.evaluate(counting, begun, new, test, state, seed)

    @property
    def shape(self) -> Forest:
        """The forest of the task's shape that has no trees."""
        return self._forests.shape

    def counting(self, update: ClientUpdate) -> Forest:
        """The first trees of an update, as many as its client's rows entitle it to; raises UpdateRefused."""
        forest = self._forests.counting(update)
        return replace(forest, trees=forest.trees[: self._settings.quota(update.samples)])

    def _begun(self, base: bytes | None) -> FederatedForest:
        return federation(self.shape, ()) if base is None else self._decoded(base)

    def _decoded(self, data: bytes) -> FederatedForest:
        try:
            found = decode_federated(data)
        except FederationDecodeError as error:
            raise UpdateRefused(str(error)) from None
        self._forests.check_shape(found.forest)
        return found
