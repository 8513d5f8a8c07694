"""What a federation asks of a kind of model: honest work, the ways to save or spoil it, and the judging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pallets.learning.boosting.model import BoostedModel
from pallets.learning.estimators.network import Network
from pallets.learning.forest import Forest
from pallets.learning.linear_model import LinearModel
from pallets.learning.simulation.judging import Values
from pallets.learning.simulation.servers import Arrived, Local, Server

Rows = tuple[tuple[int, ...], ...]
Labels = tuple[int, ...]

Model = LinearModel | Forest | BoostedModel | Network

Update = LinearModel | Forest | Network
"""Averaged models are sent whole, of forests the trees that a client adds."""


class WrongKind(TypeError):
    """A model of another kind than the learner's."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What coalitions of clients are worth beside the model that a round began with, and each update alone."""

    values: Values
    alone: tuple[int, ...]


class Learner(Protocol):
    """One kind of model, with how it is trained; it goes to any process that trains."""

    @property
    def start(self) -> Model:
        """The model before the first version."""
        ...

    def base(self, model: Model, /) -> Model:
        """What a client begins from, where the newest version is this."""
        ...

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> Update:
        """The honest update."""
        ...

    def idle(self, base: Model, labels: Labels) -> Update:
        """What has the shape of an update, and cost no work."""
        ...

    def drawn(self, base: Model, labels: Labels, seed: bytes) -> Update:
        """What has the shape of an update, and was drawn."""
        ...

    def reversed(self, base: Model, honest: Update) -> Update:
        """The opposite of an update."""
        ...

    def scaled(self, base: Model, honest: Update, factor: int) -> Update:
        """An update that is so many times as large; raises WrongKind where nothing in it can be."""
        ...

    def tried(self, base: Model, update: Update) -> Model:
        """The model that an update makes alone."""
        ...

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> Model:
        """The model with all updates, of which there is one at least; raises Overflow."""
        ...

    def answers(self, model: Model, rows: Rows) -> list[int]:
        """The class of each row."""
        ...

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        """What coalitions are worth, by right answers to rows; of one update at least."""
        ...
