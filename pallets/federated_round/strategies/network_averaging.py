"""Federated averaging of networks of one hidden layer: clients send how far they moved, and the mean is exact.

How a client trains is its own affair: the built-in descent, or what its operator gives (`data.Operator.training`).
Imported by whoever trains, joins or judges networks: numpy comes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId
from pallets.federated_round.data import DataSet, Training, check_shape
from pallets.federated_round.settings import NetworkSettings, encode_settings, quantiser_of
from pallets.federated_round.strategies.judging import Game, verdict_of, yardstick_of
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.federated_round.worth import EXACT, Worth
from pallets.learning.aggregation.hierarchical import GroupSum, joined
from pallets.learning.averaging import AveragingError
from pallets.learning.decoding import DecodeError
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network_arrays import NetworkShape
from pallets.learning.fixed_point import Overflow
from pallets.learning.moves import Moves, summed_moves
from pallets.learning.network_rounds import Descent, NetworkRounds, Reals
from pallets.learning.training_rows import Integers, TrainingError

REFUSED = (AveragingError, Overflow)


class NetworkAveraging:
    """The strategy for one task's settings."""

    def __init__(self, settings: NetworkSettings, worth: Worth = EXACT) -> None:
        self._settings = settings
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

    def check(self, update: bytes) -> None:
        """Moves of as many weights as the network has, as wide as the settings ask for."""
        self.moves(update)

    def moves(self, update: bytes) -> Integers:
        """How far a client's update moves each weight; raises UpdateRefused."""
        try:
            return self._rounds.read(update).values
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """The base version moved by the mean of the updates, each counted by its samples."""
        moves, samples = [self._read(update.data) for update in updates], [update.samples for update in updates]
        return Joined(self._rounds.model(self._moved(self._began(base), moves, samples)))

    def sum_of(self, updates: Sequence[ClientUpdate]) -> GroupSum:
        """What a group of a hierarchical round has added up; raises StrategyError."""
        moves, samples = [self._read(update.data) for update in updates], [update.samples for update in updates]
        try:
            return GroupSum(sum(samples), tuple(summed_moves(moves, samples).tolist()))
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    def join(self, groups: Sequence[GroupSum], base: bytes | None, state: bytes | None) -> Joined:
        """The root of some groups; raises StrategyError."""
        try:
            return Joined(self._rounds.model(self._rounds.moved_by(self._began(base), joined(groups))))
        except REFUSED as error:
            raise StrategyError(str(error)) from None

    def check_sum(self, group: GroupSum) -> None:
        """Raises StrategyError where a sum is of another shape than the task's."""
        if len(group.sums) != self.parameters:
            raise StrategyError(f"sums of {len(group.sums)} moves, not {self.parameters}")

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """Contributions of updates that are averaged in each coalition; each is asked about every row."""
        yardstick = yardstick_of(test, self._columns, self._settings.classes)
        rows, start = test.rows(), self._began(base)
        moves, samples = [self._read(update.data) for update in updates], [update.samples for update in updates]
        before = yardstick.constant if base is None else yardstick.value(self._rounds.answers(start, rows))

        def value(coalition: int) -> int:
            members = [client for client in range(len(moves)) if coalition >> client & 1]
            if not members:
                return before
            moved = self._moved(start, [moves[each] for each in members], [samples[each] for each in members])
            return yardstick.value(self._rounds.answers(moved, rows))

        solo = [value(1 << client) for client in range(len(moves))]
        after = None
        with suppress(UpdateRefused):  # what the aggregators agreed on may be no network
            after = yardstick.value(self._rounds.answers(self._began(model), rows))
        accounts, game = [update.account for update in updates], Game(len(updates), value)
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

    def _read(self, update: bytes) -> Moves:
        try:
            return self._rounds.read_joined(update)
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None

    def _moved(self, start: Integers, moves: Sequence[Moves], samples: Sequence[int]) -> Integers:
        try:
            return self._rounds.joined(start, moves, samples)
        except REFUSED as error:
            raise StrategyError(str(error)) from None
