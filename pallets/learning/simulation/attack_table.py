"""The figures of attack runs as tables: percent of an honest client's earnings, and points of accuracy lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pallets.learning.attacks import Attack
from pallets.learning.simulation.attack_runs import Cell, Figures, is_possible, run_cell
from pallets.learning.simulation.backends import mapped


@dataclass(frozen=True, slots=True)
class Entry:
    """One attack against one strategy, the mean of its seeds.

    earned_percent: of what an honest client earned in the same runs, None where nobody earned anything
    as_honest_percent: what the same accounts earn where they do not attack
    lost_points: of accuracy, against nobody attacking; fell_percent: rows with the trigger that a backdoor catches
    is_within: in no round did an attacker earn more than the best paid honest client
    """

    data: str
    strategy: str
    attack: Attack
    earned_percent: int | None
    as_honest_percent: int | None
    lost_points: float
    fell_percent: float
    is_within: bool


def entries(
    data: Sequence[str],
    strategies: Sequence[str],
    attacks: Sequence[Attack],
    seeds: int,
    listener: Callable[[int, int], None],
    payment: str = "capped",
    is_sealed: bool = True,
) -> list[Entry]:
    """An entry for each attack that is possible; the listener hears how many runs of how many are done."""
    cells = [
        Cell(name, strategy, attack, seed, payment, is_sealed)
        for name in data
        for strategy in strategies
        for attack in (None, *attacks)
        for seed in range(seeds)
        if is_possible(strategy, attack)
    ]
    figures = mapped(run_cell, cells, lambda done: listener(done, len(cells)))
    by_place: dict[tuple[str, str, Attack | None], list[Figures]] = {}
    for cell, found in zip(cells, figures, strict=True):
        by_place.setdefault((cell.data, cell.strategy, cell.attack), []).append(found)
    return [
        _entry(name, strategy, attack, found, by_place[name, strategy, None])
        for (name, strategy, attack), found in by_place.items()
        if attack is not None
    ]


def _entry(data: str, strategy: str, attack: Attack, found: list[Figures], calm: list[Figures]) -> Entry:
    return Entry(
        data,
        strategy,
        attack,
        _percent(found),
        _percent(calm),
        float(_points([each.accuracy_ppm for each in calm]) - _points([each.accuracy_ppm for each in found])),
        float(_points([each.backdoor_ppm for each in found])),
        # payments are whole; what is left of a pot goes out one by one
        all(each.excess <= 1 for each in found),
    )


def _percent(figures: list[Figures]) -> int | None:
    honest = sum(each.honest for each in figures)
    return round(100 * sum(each.attackers for each in figures) / honest) if honest else None


def _points(parts_per_million: list[int]) -> Fraction:
    """Their mean in percent, to a tenth."""
    return Fraction(round(Fraction(sum(parts_per_million), len(parts_per_million) * 1000)), 10)
