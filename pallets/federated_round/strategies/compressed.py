"""Averages whose clients send compressed updates: how far they moved, in few bits, or only where they moved furthest.

Whoever joins or judges makes whole updates of them first, the same ones everywhere, so any rule works on them: the
mean, the optimisers, the robust rules. What a client trains, it compresses; what was cut away is not kept for later:
the next round begins from a version that everybody has, and what is still missing is learnt there again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chain.primitives import AccountId
from pallets.federated_round.data import DataSet, Training
from pallets.federated_round.secrecy.vectors import Vectors, vectors_of
from pallets.federated_round.settings import CompressedSettings, SettingsError, compressible
from pallets.federated_round.strategies.averaging import Averaging
from pallets.federated_round.strategies.buffered_averaging import BufferedAveraging
from pallets.federated_round.strategies.grouped_averaging import GroupedAveraging
from pallets.federated_round.strategies.grouped_networks import GroupedNetworks
from pallets.federated_round.strategies.network_averaging import NetworkAveraging
from pallets.federated_round.strategies.strategy import NOBODY, ClientUpdate, Joined, StrategyError, UpdateRefused
from pallets.federated_round.types import Judged
from pallets.learning.aggregation.hierarchical import GroupSum
from pallets.learning.compression import Compression, CompressionError
from pallets.learning.decoding import DecodeError
from pallets.learning.linear_model import LinearDecodeError
from pallets.learning.moves import LARGEST_MOVE
from pallets.learning.training_rows import Integers


class CompressedAveraging:
    """Another strategy, whose clients send what `settings` say of their moves."""

    def __init__(self, inner: Averaging | NetworkAveraging, settings: CompressedSettings) -> None:
        self._inner = inner
        self._settings = compressible(settings)
        self._compression = Compression(settings.bits, settings.kept)
        self._parameters = self._vectors(None).parameters

    @property
    def whole_bytes(self) -> int:
        """What an update takes that is not compressed."""
        return self._inner.update_bytes

    def check_data(self, data: DataSet) -> None:
        """As the other strategy."""
        self._inner.check_data(data)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """What the other strategy trains, compressed."""
        return self._compressed(self._inner.train(data, base, seed, state, account), base)

    def check(self, update: bytes) -> None:
        """Canonical bytes of as many moves as the model has weights, made smaller in the task's way and no other."""
        self._moves(update)

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """What the other strategy makes of the whole updates."""
        return self._inner.aggregate(self._whole(updates, base), base, state)

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """As the other strategy judges the whole updates."""
        return self._inner.evaluate(self._whole(updates, base), base, model, test, state, seed)

    def _compressed(self, whole: bytes, base: bytes | None) -> bytes:
        try:
            made = self._compression.compressed(self._vectors(base).move(whole))
        except CompressionError as error:
            raise StrategyError(str(error)) from None
        self.check(made)
        return made

    def _whole(self, updates: Sequence[ClientUpdate], base: bytes | None) -> list[ClientUpdate]:
        """The updates as the other strategy reads them."""
        if isinstance(self._inner, BufferedAveraging):  # each from a version of its own
            return [replace(each, data=self._expanded(each, self._vectors(each.begun_from))) for each in updates]
        vectors = self._vectors(base)
        return [replace(each, data=self._expanded(each, vectors)) for each in updates]

    def _expanded(self, update: ClientUpdate, vectors: Vectors) -> bytes:
        return vectors.update(self._moves(update.data))

    def _moves(self, update: bytes) -> Integers:
        try:
            moves = self._compression.decompressed(update, self._parameters)
        except DecodeError as error:
            raise UpdateRefused(str(error)) from None
        largest = int(np.abs(moves).max(initial=0))
        if largest >= LARGEST_MOVE:
            raise UpdateRefused(f"a move of {largest}, which is not below 2^46")
        return moves

    def _vectors(self, base: bytes | None) -> Vectors:
        try:
            return vectors_of(self._settings, base)
        except LinearDecodeError as error:
            raise UpdateRefused(f"the version that updates began from: {error}") from None


class CompressedNetworks(CompressedAveraging):
    """Networks, whose clients may train with what they like."""

    def __init__(self, inner: NetworkAveraging, settings: CompressedSettings) -> None:
        super().__init__(inner, settings)
        self._networks = inner

    def train_with(self, training: Training, data: DataSet, base: bytes | None, seed: bytes) -> bytes:
        """What the operator's own training moves, compressed."""
        return self._compressed(self._networks.train_with(training, data, base, seed), base)


class CompressedGroups(CompressedNetworks):
    """Networks of hierarchical rounds: groups add up whole moves, which have no bits to lose."""

    def __init__(self, inner: GroupedNetworks, settings: CompressedSettings) -> None:
        super().__init__(inner, settings)
        self._groups = inner

    def sum_of(self, updates: Sequence[ClientUpdate]) -> GroupSum:
        """What a group has added up; raises StrategyError."""
        return self._groups.sum_of(self._whole(updates, None))

    def join(self, groups: Sequence[GroupSum], base: bytes | None, state: bytes | None) -> Joined:
        """The root of some groups; raises StrategyError."""
        return self._groups.join(groups, base, state)

    def check_sum(self, group: GroupSum) -> None:
        """Raises StrategyError where a sum is of another shape than the task's."""
        self._groups.check_sum(group)


def compressing(inner: object, settings: CompressedSettings) -> CompressedAveraging:
    """A strategy whose clients compress; raises SettingsError where its updates are more, or less, than moves."""
    match inner:
        case GroupedNetworks():
            return CompressedGroups(inner, settings)
        case NetworkAveraging():
            return CompressedNetworks(inner, settings)
        case GroupedAveraging():
            raise SettingsError("a group adds up whole linear models, not how far they moved: send them whole")
        case Averaging():
            if inner.tells_losses:
                raise SettingsError("clients of qFedAvg tell a loss beside their models: send them whole")
            return CompressedAveraging(inner, settings)
    raise SettingsError(f"updates of {type(inner).__name__} are no vectors, so none can be compressed")
