"""Federated averaging of linear models: each client descends from the base version, and the task's rule joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.primitives import U64, AccountId
from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.federated_round.data import DataSet, check_shape
from pallets.federated_round.rules import MEAN, AggregationRule, Fair, Scaffold
from pallets.federated_round.settings import LinearSettings, quantiser_of
from pallets.federated_round.strategies.joining import Delivered, controls_of, join, server_control
from pallets.federated_round.strategies.judging import Game, Yardstick, verdict_of, yardstick_of
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.federated_round.worth import EXACT, Worth
from pallets.learning.aggregation.fairness import LARGEST_LOSS
from pallets.learning.aggregation.rates import OptimiserError
from pallets.learning.averaging import AveragingError
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_model import (
    LinearDecodeError,
    LinearModel,
    LinearModelError,
    decode_linear,
    empty_model,
    encode_linear,
)

REFUSED = (AveragingError, LinearModelError, OptimiserError, Overflow)
"""What the arithmetic says of updates that cannot be joined."""


@record
class FairUpdate:
    """An update under qFedAvg: a canonical linear model, and the loss of the base version, 24 fractional bits."""

    model: bytes
    loss: U64


class Averaging:
    """The averaging strategy for one task's settings, rule and way of finding contributions."""

    def __init__(self, settings: LinearSettings, rule: AggregationRule = MEAN, worth: Worth = EXACT) -> None:
        self._settings = settings
        self._rule = rule
        self._worth = worth
        self._start = empty_model(settings.kind, len(quantiser_of(settings).ranges), settings.classes)

    @property
    def tells_losses(self) -> bool:
        """Whether clients send more than their models."""
        return isinstance(self._rule, Fair)

    @property
    def update_bytes(self) -> int:
        """What an update takes."""
        return len(encode_linear(self._start)) + 8 * self.tells_losses

    def check_data(self, data: DataSet) -> None:
        """Rows of the quantiser's features, and labels of the settings' classes."""
        check_shape(data, self._start.features, self._settings.classes)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """The base version, or zero, after the settings' steps over the client's rows."""
        # numpy is for those who train, not for whoever imports the runtime
        from pallets.learning.linear_corrections import Correction, controlled, proximal, summed
        from pallets.learning.linear_training import linear_loss, train_linear
        from pallets.learning.training_rows import TrainingError

        self.check_data(data)
        start = self._begun(base)
        corrections: list[Correction] = []
        if self._settings.proximal:
            corrections.append(proximal(start, self._settings.proximal))
        if isinstance(self._rule, Scaffold):
            width = len(start.weights)
            controls = controls_of(state, width)
            own = controls.get(account, (0,) * width)
            corrections.append(controlled(start, own, server_control(controls, width)))
        try:
            rows, correction = data.rows(), summed(corrections)
            trained = encode_linear(train_linear(start, rows, data.targets, self._settings.parameters, correction))
            if not self.tells_losses:
                return trained
            loss = min(linear_loss(start, rows, data.targets), LARGEST_LOSS)
            return codec_of(FairUpdate).encode(FairUpdate(trained, loss))
        except (TrainingError, Overflow) as error:
            raise StrategyError(str(error)) from None

    def check(self, update: bytes) -> None:
        """A model of the task's shape; under qFedAvg, with a loss that can be one."""
        self._read(update)

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """What the task's rule makes of the updates, every weight rounded toward zero."""
        model, after = self._joined([self._delivered(update) for update in updates], self._begun(base), state)
        return Joined(encode_linear(model), after)

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """Contributions of updates that the task's rule joins in each coalition; each is asked about every row."""
        yardstick = yardstick_of(test, self._start.features, self._settings.classes)
        rows, start = test.rows(), self._begun(base)
        delivered = [self._delivered(update) for update in updates]
        before = yardstick.constant if base is None else _value(start, rows, yardstick)

        def value(coalition: int) -> int:
            if not coalition:
                return before
            members = [each for client, each in enumerate(delivered) if coalition >> client & 1]
            return _value(self._joined(members, start, state)[0], rows, yardstick)

        solo = [_value(replace(start, weights=each.weights), rows, yardstick) for each in delivered]
        after = self._value_of(model, rows, yardstick)
        game = Game(len(updates), value)
        return verdict_of([update.account for update in updates], game, self._worth, seed, solo, after, yardstick)

    def _joined(
        self, updates: Sequence[Delivered], start: LinearModel, state: bytes | None
    ) -> tuple[LinearModel, bytes | None]:
        try:
            weights, after = join(self._rule, updates, start.weights, state, self._settings.parameters)
            return replace(start, weights=tuple(weights)), after
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    def _begun(self, base: bytes | None) -> LinearModel:
        return self._start if base is None else self._decoded(base)

    def _value_of(self, model: bytes, rows: Sequence[tuple[int, ...]], yardstick: Yardstick) -> int | None:
        try:
            return _value(self._decoded(model), rows, yardstick)
        except UpdateRefused:
            return None

    def _delivered(self, update: ClientUpdate) -> Delivered:
        model, loss = self._read(update.data)
        return Delivered(update.account, update.samples, model.weights, loss, update.group)

    def _read(self, update: bytes) -> tuple[LinearModel, int]:
        """The model of an update, and its loss where the rule asks for one; raises UpdateRefused."""
        if not self.tells_losses:
            return self._decoded(update), 0
        try:
            told: FairUpdate = codec_of(FairUpdate).decode(update)
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None
        if told.loss > LARGEST_LOSS:
            raise UpdateRefused(f"a loss of {told.loss}, not 0 to {LARGEST_LOSS}")
        return self._decoded(told.model), told.loss

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
