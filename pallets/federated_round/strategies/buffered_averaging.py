"""Averaging of a buffer: what each update changed since the version that it began from, the older the less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pallets.federated_round.settings import LinearSettings
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.strategies.averaging import REFUSED, Averaging
from pallets.federated_round.strategies.joining import Delivered, held
from pallets.federated_round.strategies.strategy import ClientUpdate, StrategyError
from pallets.federated_round.worth import EXACT, Worth
from pallets.learning.aggregation.asynchronous import empty_buffer
from pallets.learning.linear_model import LinearModel


class BufferedAveraging(Averaging):
    """The averaging strategy of buffered rounds; a coalition is a buffer of its members."""

    def __init__(self, settings: LinearSettings, shape: Buffered, worth: Worth = EXACT) -> None:
        super().__init__(settings, worth=worth)
        self._shape = shape

    def _delivered(self, update: ClientUpdate) -> Delivered:
        began = self._begun(update.begun_from)
        return replace(super()._delivered(update), staleness=update.staleness, began=began.weights)

    def _joined(
        self, updates: Sequence[Delivered], start: LinearModel, state: bytes | None
    ) -> tuple[LinearModel, bytes | None]:
        most = self._shape.largest_staleness
        try:
            buffer = empty_buffer(len(start.weights), len(updates), most, version=most)
            for update in updates:
                change = [after - before for after, before in zip(update.weights, update.began, strict=True)]
                buffer = buffer.added(update.account, change, update.samples, most - update.staleness)
            moved, _ = buffer.moved(start.weights, self._shape.learning_rate)
        except REFUSED as error:
            raise StrategyError(str(error)) from None
        return replace(start, weights=tuple(held(moved))), None
