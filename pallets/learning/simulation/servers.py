"""Strategies whose clients have a part in them: FedProx, SCAFFOLD, qFedAvg; and the plain ones, whose have none.

A server says what a client adds to its descent, and joins what comes back. What it remembers between rounds it keeps
to itself, so each simulation has a server of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from pallets.learning.aggregation.control_variates import client_control, server_step
from pallets.learning.aggregation.fairness import LARGEST_LOSS, fair_step
from pallets.learning.aggregation.rates import RATE_BITS as SERVER_RATE_BITS
from pallets.learning.fixed_point import divide
from pallets.learning.linear_corrections import Correction, controlled, proximal
from pallets.learning.linear_model import RATE_BITS, LinearModel, LinearParameters
from pallets.learning.simulation.rules import RULES, Join, Weights

PROXIMAL: Final = 1 << (RATE_BITS - 3)
"""FedProx's μ, an eighth: with a rate of two, each step goes a quarter of the way back to where all began."""

FAIRNESS: Final = (1, 1)
"""qFedAvg's q, one: a client with twice the loss counts for twice as much."""


@dataclass(frozen=True, slots=True)
class Local:
    """What a strategy adds to a client's descent.

    proximal: FedProx's μ, 16 fractional bits; own, server: SCAFFOLD's control variates, 24 fractional bits, or nothing
    """

    proximal: int = 0
    own: tuple[int, ...] = ()
    server: tuple[int, ...] = ()

    def correction(self, start: LinearModel) -> Correction | None:
        """As the trainer takes it; None for plain descent."""
        if self.own:
            return controlled(start, self.own, self.server)
        return proximal(start, self.proximal) if self.proximal else None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who delivered, in the order of the updates: numbers of clients, samples, losses where the server asks for them.

    losses: of the weights that all began with on each client's rows, as it says; 24 fractional bits
    """

    clients: tuple[int, ...]
    samples: tuple[int, ...]
    losses: tuple[int, ...] = ()


class Server(Protocol):
    """A strategy of averaged models."""

    @property
    def asks_for_losses(self) -> bool:
        """Whether clients tell the loss of the model that they begin with."""
        ...

    def local(self, client: int, /) -> Local:
        """What a client adds to its descent."""
        ...

    def join(self, start: Weights, updates: Weights, arrived: Arrived) -> Weights:
        """The new weights, from (parameters) and (clients, parameters); raises Overflow."""
        ...


@dataclass(slots=True)
class Plain:
    """A rule of the server's alone; proximal: FedProx's μ for all clients, 0 for none"""

    rule: Join
    proximal: int = 0
    asks_for_losses: bool = False

    def local(self, _client: int) -> Local:
        return Local(self.proximal)

    def join(self, start: Weights, updates: Weights, arrived: Arrived) -> Weights:
        return self.rule(start, updates, arrived.samples)


@dataclass(slots=True)
class Scaffold:
    """SCAFFOLD; the server's control variate is the mean of those of all clients so far."""

    descent: LinearParameters
    asks_for_losses: bool = False
    _controls: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _mean: tuple[int, ...] = ()

    def local(self, client: int) -> Local:
        if not self._mean:
            return Local()
        return Local(own=self._controls.get(client, (0,) * len(self._mean)), server=self._mean)

    def join(self, start: Weights, updates: Weights, arrived: Arrived) -> Weights:
        begun, mean = start.tolist(), self._mean or (0,) * len(start)
        trained: list[list[int]] = updates.tolist()
        # a server's step, whose own count of its control is not needed: it is the mean of all that there are
        moved, _ = server_step(begun, mean, trained, [mean] * len(trained), clients=len(trained))
        for client, weights in zip(arrived.clients, trained, strict=True):
            own = client_control(
                self._controls.get(client, (0,) * len(begun)),
                mean,
                begun,
                weights,
                steps=self.descent.epochs,
                learning_rate=self.descent.learning_rate << (SERVER_RATE_BITS - RATE_BITS),
            )
            self._controls[client] = tuple(own)
        known = list(self._controls.values())
        self._mean = tuple(divide(sum(column), len(known)) for column in zip(*known, strict=True))
        return np.array(moved, dtype=np.int64)


@dataclass(slots=True)
class Fair:
    """qFedAvg with q = FAIRNESS."""

    descent: LinearParameters
    asks_for_losses: bool = True

    def local(self, _client: int) -> Local:
        return Local()

    def join(self, start: Weights, updates: Weights, arrived: Arrived) -> Weights:
        losses = [min(loss, LARGEST_LOSS) for loss in arrived.losses]
        rate = self.descent.learning_rate << (SERVER_RATE_BITS - RATE_BITS)
        moved = fair_step(start.tolist(), updates.tolist(), losses, q=FAIRNESS, learning_rate=rate)
        return np.array(moved, dtype=np.int64)


_WITH_CLIENTS: Final[Mapping[str, Callable[[LinearParameters], Server]]] = {
    "fedprox": lambda _descent: Plain(RULES["fedavg"](0), PROXIMAL),
    "scaffold": Scaffold,
    "qfedavg": Fair,
}

SERVERS: Final = (*RULES, *_WITH_CLIENTS)
"""The names of all strategies of averaged models."""


def server_of(name: str, adversaries: int, descent: LinearParameters) -> Server:
    """A new server; adversaries: that a robust rule is to withstand, descent: of its clients"""
    made = _WITH_CLIENTS.get(name)
    return made(descent) if made is not None else Plain(RULES[name](adversaries))
