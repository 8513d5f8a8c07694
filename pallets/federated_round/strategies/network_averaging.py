"""Federated averaging of networks of one hidden layer: clients send how far they moved, and the task's rule joins that.

How a client trains is its own affair: the built-in descent, or what its operator gives (`data.Operator.training`).
Imported by whoever trains, joins or judges networks: numpy comes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.data import DataSet, Training, check_shape
from pallets.federated_round.rules import MEAN, NetworkRule, RobustRule
from pallets.federated_round.settings import NetworkSettings, encode_settings, quantiser_of
from pallets.federated_round.strategies.judging import Game, verdict_of, yardstick_of
from pallets.federated_round.strategies.robust_joining import robust_join
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.federated_round.worth import EXACT, Worth
from pallets.learning.averaging import AveragingError
from pallets.learning.decoding import DecodeError
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network_arrays import NetworkShape
from pallets.learning.fixed_point import Overflow
from pallets.learning.moves import Moves, moves_bytes
from pallets.learning.network_rounds import Descent, NetworkRounds, Reals
from pallets.learning.training_rows import Integers, TrainingError

REFUSED = (AveragingError, Overflow)


@record
class Sent:
    """One client's update. group: of a hierarchical round"""

    moves: Moves
    samples: int
    group: int


class NetworkAveraging:
    """The strategy for one task's settings, rule and way of finding contributions."""

    def __init__(self, settings: NetworkSettings, rule: NetworkRule = MEAN, worth: Worth = EXACT) -> None:
        self._settings = settings
        self._rule = rule
        self._worth = worth
        self._columns = len(quantiser_of(settings).ranges)
        task = Task.CLASSIFIER if settings.classes else Task.REGRESSOR
        shape = NetworkShape(task, self._columns, settings.hidden, settings.classes)
        start = blake2_256(b"palletlab/network" + encode_settings(settings))
        self._rounds = NetworkRounds(shape, settings.bits, start)
        self._last: tuple[bytes | None, Reals] | None = None

    def check_data(self, data: DataSet) -> None:
        """Rows of the quantiser's features, and labels of the settings' classes."""
        check_shape(data, self._columns, self._settings.classes)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """How far the settings' descent over the client's rows moves the base version, or the start."""
        self.check_data(data)
        chosen = self._settings
        descent = Descent(chosen.epochs, chosen.learning_rate, chosen.batch)
        start = self._began(base)
        try:
            return self._rounds.descended(start, data.rows(), data.targets, descent, seed)
        except (*REFUSED, TrainingError) as error:
            raise StrategyError(str(error)) from None

    def train_with(self, training: Training, data: DataSet, base: bytes | None, seed: bytes) -> bytes:
        """How far the operator's own training moves the base version, or the start."""
        began = self._reals(base)
        try:
            return self._rounds.moved(began, training(began.copy(), data, seed))
        except (*REFUSED, TrainingError) as error:
            raise StrategyError(f"the operator's training: {error}") from None

    @property
    def shape(self) -> NetworkShape:
        """Of the task's networks."""
        return self._rounds.shape

    @property
    def parameters(self) -> int:
        """How many weights the network has."""
        return self.shape.parameters

    @property
    def update_bytes(self) -> int:
        """What an update takes."""
        return moves_bytes(self.parameters, self._settings.bits)

    def check(self, update: bytes) -> None:
        """Moves of as many weights as the network has, as wide as the settings ask for."""
        self._read(update)

    def moves(self, update: bytes) -> Integers:
        """How far a client's update moves each weight; raises UpdateRefused."""
        return self._read(update).values

    def _read(self, update: bytes) -> Moves:
        try:
            return self._rounds.read(update)
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """The base version moved by what the rule makes of the updates: by the mean, each counted by its samples."""
        return Joined(self._rounds.model(self._joined(self._began(base), [self._sent(each) for each in updates])))

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
        yardstick = yardstick_of(test, self._columns, self._settings.classes)
        rows, start = test.rows(), self._began(base)
        sent = [self._sent(update) for update in updates]
        before = yardstick.constant if base is None else yardstick.value(self._rounds.answers(start, rows))

        def value(coalition: int) -> int:
            members = [each for client, each in enumerate(sent) if coalition >> client & 1]
            return worth_of(self._joined(start, members)) if members else before

        def worth_of(weights: Integers) -> int:
            return yardstick.value(self._rounds.answers(weights, rows))

        solo = [worth_of(self._rounds.moved_by(start, each.moves.values)) for each in sent]
        after = None
        with suppress(UpdateRefused):  # what the aggregators agreed on may be no network
            after = worth_of(self._began(model))
        accounts, game = [update.account for update in updates], Game(len(sent), value)
        return verdict_of(accounts, game, self._worth, seed, solo, after, yardstick)

    def _reals(self, base: bytes | None) -> Reals:
        """The weights that training takes, which many clients of a process begin from one after the other."""
        last = self._last
        if last is None or last[0] is not base:
            last = self._last = (base, self._rounds.as_reals(self._began(base)))
        return last[1]

    def _began(self, base: bytes | None) -> Integers:
        try:
            return self._rounds.began(base)
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None

    def _sent(self, update: ClientUpdate) -> Sent:
        try:
            return Sent(self._rounds.read_joined(update.data), update.samples, update.group)
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None

    def _joined(self, start: Integers, sent: Sequence[Sent]) -> Integers:
        """The weights that some clients move the start to."""
        try:
            if isinstance(self._rule, RobustRule):
                return self._rounds.moved_by(start, robust_join(self._rule, self._points(sent)))
            return self._rounds.joined(start, [each.moves for each in sent], [each.samples for each in sent])
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    def _points(self, sent: Sequence[Sent]) -> Integers:
        """What a robust rule counts once each: the clients' moves."""
        return np.stack([each.moves.values for each in sent])
