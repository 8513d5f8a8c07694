"""Federated averaging of linear models: each client descends from the base version, and samples weigh the mean."""

from __future__ import annotations

from collections.abc import Sequence

from pallets.federated_round.data import DataSet, check_shape
from pallets.federated_round.settings import LinearSettings, quantiser_of
from pallets.federated_round.strategies.judging import Yardstick, verdict, yardstick_of
from pallets.federated_round.strategies.strategy import ClientUpdate, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.learning.averaging import AveragingError
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_model import (
    LinearDecodeError,
    LinearModel,
    LinearModelError,
    average,
    decode_linear,
    empty_model,
    encode_linear,
)


class Averaging:
    """The averaging strategy for one task's settings."""

    def __init__(self, settings: LinearSettings) -> None:
        self._settings = settings
        self._start = empty_model(settings.kind, len(quantiser_of(settings).ranges), settings.classes)

    def check_data(self, data: DataSet) -> None:
        """Rows of the quantiser's features, and labels of the settings' classes."""
        check_shape(data, self._start.features, self._settings.classes)

    def train(self, data: DataSet, base: bytes | None, seed: bytes) -> bytes:
        """The base version, or zero, after the settings' steps over the client's rows."""
        # numpy is for those who train, not for whoever imports the runtime
        from pallets.learning.linear_training import train_linear
        from pallets.learning.training_rows import TrainingError

        self.check_data(data)
        start = self._start if base is None else self._decoded(base)
        try:
            return encode_linear(train_linear(start, data.rows(), data.targets, self._settings.parameters))
        except (TrainingError, Overflow) as error:
            raise StrategyError(str(error)) from None

    def check(self, update: bytes) -> None:
        """A model of the task's shape."""
        self._decoded(update)

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None) -> bytes:
        """The mean of the updates, each counted by its samples, every weight rounded toward zero."""
        try:
            return encode_linear(
                average([self._decoded(update.data) for update in updates], [update.samples for update in updates])
            )
        except (AveragingError, LinearModelError, Overflow) as error:
            raise StrategyError(str(error)) from None

    def evaluate(self, updates: Sequence[ClientUpdate], base: bytes | None, model: bytes, test: DataSet) -> Judged:
        """Exact Shapley values; each of the 2^clients coalitions is averaged and asked about every row."""
        yardstick = yardstick_of(test, self._start.features, self._settings.classes)
        rows = test.rows()
        models = [self._decoded(update.data) for update in updates]
        samples = [update.samples for update in updates]
        values = [yardstick.constant if base is None else _value(self._decoded(base), rows, yardstick)]
        for coalition in range(1, 1 << len(updates)):
            members = [client for client in range(len(updates)) if coalition >> client & 1]
            joined = average([models[client] for client in members], [samples[client] for client in members])
            values.append(_value(joined, rows, yardstick))
        solo = [values[1 << client] for client in range(len(updates))]
        after = self._value_of(model, rows, yardstick)
        return verdict([update.account for update in updates], values, solo, after, yardstick)

    def _value_of(self, model: bytes, rows: Sequence[tuple[int, ...]], yardstick: Yardstick) -> int | None:
        try:
            return _value(self._decoded(model), rows, yardstick)
        except UpdateRefused:
            return None

    def _decoded(self, data: bytes) -> LinearModel:
        try:
            model = decode_linear(data)
        except LinearDecodeError as error:
            raise UpdateRefused(str(error)) from None
        if (model.kind, model.features, model.classes) != (
            self._start.kind,
            self._start.features,
            self._start.classes,
        ):
            raise UpdateRefused(f"a {model.kind.name.lower()} of {model.features} features and {model.classes} classes")
        return model


def _value(model: LinearModel, rows: Sequence[tuple[int, ...]], yardstick: Yardstick) -> int:
    return yardstick.value([model.predict(row) for row in rows])
