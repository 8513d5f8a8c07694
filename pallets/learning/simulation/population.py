"""Virtual clients: their rows, their stakes, how fast they are, and what they are up to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pallets.learning.attacks import Attack
from pallets.learning.datasets import TabularTask
from pallets.learning.partition import Parts
from pallets.learning.stream import Stream, seed_for

EQUAL_STAKE = 1000
"""The stake of everybody where stakes do not differ."""

SLOWEST_LINK_MS = 2000
"""Links take up to so long for an update, drawn uniformly."""

SLOWEST_ROW_MS = 20
"""Computers take up to so long for a row, drawn uniformly: a phone against a server."""


class SimulationError(ValueError):
    """A simulation that cannot be run as asked; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class VirtualClient:
    """One client of a simulation.

    account: 32 bytes; stake: its weight in the lottery; attack: None for the honest
    link_ms: to send an update; row_ms: to train on a row
    """

    number: int
    account: bytes
    stake: int
    rows: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]
    attack: Attack | None
    link_ms: int
    row_ms: int

    @property
    def samples(self) -> int:
        """Rows that it says it has."""
        return len(self.labels)

    @property
    def duration_ms(self) -> int:
        """How long its update takes, from the draw to its arrival."""
        return self.link_ms + self.row_ms * self.samples


def population(
    task: TabularTask,
    parts: Parts,
    seed: bytes,
    attackers: Collection[int] = (),
    attack: Attack | None = None,
    *,
    is_staked_unequally: bool = False,
) -> tuple[VirtualClient, ...]:
    """One client a part; `attackers` are numbers of clients. Unequal stakes are drawn up to EQUAL_STAKE.

    Sybils have the rows of the first of them, and so are as many names of one party.
    """
    first = min(attackers, default=0)
    highest = EQUAL_STAKE if is_staked_unequally else 1
    drawn = Stream(seed_for("stakes", seed)).draws(len(parts), highest)
    stakes = [1 + stake if is_staked_unequally else EQUAL_STAKE for stake in drawn]
    clients = []
    for number, part in enumerate(parts):
        deed = attack if number in attackers else None
        own = task.subset(parts[first] if deed is Attack.SYBILS else part)
        stream = Stream(seed_for("client", seed, number))
        clients.append(
            VirtualClient(
                number=number,
                account=seed_for("account", seed, number),
                stake=stakes[number],
                rows=own.rows,
                labels=own.targets,
                attack=deed,
                link_ms=stream.below(SLOWEST_LINK_MS),
                row_ms=1 + stream.below(SLOWEST_ROW_MS),
            )
        )
    return tuple(clients)
