"""Every attack against every strategy: what the attackers earned, and what the model lost.

Eleven clients with equally many rows, two of whom attack; three rounds, each judged by rows of its own; the accuracy is
of rows that nobody was judged by. A run is repeated with other seeds, and so with other rows for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from pallets.learning.attacks import FOR_ALL, FOR_AVERAGES, FOR_FORESTS, Attack
from pallets.learning.datasets import TabularTask, breast_cancer, digits
from pallets.learning.metrics import MILLION
from pallets.learning.partition import equal_parts, hold_out
from pallets.learning.simulation.federation import (
    BOOSTING,
    FOREST,
    NETWORK,
    NETWORK_RULES,
    QUOTA,
    Federation,
    Plan,
    Report,
)
from pallets.learning.simulation.population import population
from pallets.learning.stream import Stream, seed_for

CLIENTS: Final = 11
"""The fewest among whom Bulyan withstands two adversaries."""

ATTACKERS: Final = (0, 1)
ROUNDS: Final = 3
NEVER_LATE_MS: Final = 10**9

ROWS: Final = {"breast_cancer": 569, "digits": 990}
"""Of each table so many: about half of the digits say as much in half of the time."""

LOADERS: Final = {"breast_cancer": breast_cancer, "digits": digits}


_ATTACKS: Final = {
    FOREST: FOR_FORESTS,
    QUOTA: FOR_FORESTS,
    **dict.fromkeys((BOOSTING, NETWORK, *NETWORK_RULES), FOR_ALL),
}
"""By strategy, where that averages no linear models."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One run: data by name, strategy, attack (None for nobody attacks), payment, seals, and the number of its seed."""

    data: str
    strategy: str
    attack: Attack | None
    seed: int
    payment: str = "capped"
    is_sealed: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a run; money in millionths of a round's pot.

    attackers, honest: what one of them earned on average, over all rounds
    excess: the most that an attacker earned in a round above the best paid honest client of that round
    """

    attackers: Fraction
    honest: Fraction
    excess: int
    accuracy_ppm: int
    backdoor_ppm: int


def is_possible(strategy: str, attack: Attack | None) -> bool:
    """Whether the attack can be made on such a model."""
    return attack is None or attack in _ATTACKS.get(strategy, FOR_AVERAGES)


def run_cell(cell: Cell) -> Figures:
    """Play it."""
    task, seed = _table(cell.data), seed_for("attack", cell.data, cell.seed)
    learn, test = (task.subset(part) for part in hold_out(len(task.rows), Fraction(1, 2), seed))
    even = len(learn.rows) // CLIENTS * CLIENTS
    parts = equal_parts(even, CLIENTS, seed_for("parts", seed))
    *judging, final = (test.subset(part) for part in equal_parts(len(test.rows), ROUNDS + 1, seed_for("tests", seed)))
    attackers = ATTACKERS if cell.attack else ()
    clients = population(learn, parts, seed, attackers, cell.attack)
    plan = Plan(
        cell.strategy,
        ROUNDS,
        CLIENTS,
        adversaries=len(ATTACKERS),
        payment=cell.payment,
        deadline_ms=NEVER_LATE_MS,
        is_sealed=cell.is_sealed,
    )
    return figures_of(Federation(plan, clients, judging, final, seed, everybody).play())


def everybody(lots: Sequence[tuple[bytes, int]], _seats: int, _seed: bytes) -> list[bytes]:
    """The lottery where there is a seat for each."""
    return [account for account, _ in lots]


def figures_of(report: Report) -> Figures:
    """The figures of a report in which the attackers are ATTACKERS."""
    honest = [client for client in range(CLIENTS) if client not in ATTACKERS]
    excess = -MILLION
    for played in report.rounds:
        paid = dict(zip(played.delivered, played.payments, strict=True))
        best = max((paid.get(client, 0) for client in honest), default=0)
        excess = max(excess, *(paid.get(client, 0) - best for client in ATTACKERS))
    return Figures(
        Fraction(report.earned(ATTACKERS), len(ATTACKERS)),
        Fraction(report.earned(honest), len(honest)),
        excess,
        report.accuracy_ppm,
        report.backdoor_ppm,
    )


@cache
def _table(name: str) -> TabularTask:
    task = LOADERS[name]()
    return task.subset(sorted(Stream(seed_for("rows", name)).choice(ROWS[name], len(task.rows))))
