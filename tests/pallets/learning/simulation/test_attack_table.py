"""What an attack is set beside: the same accounts where they do not attack, and an honest client of the same runs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pallets.learning.attacks import Attack
from pallets.learning.metrics import MILLION
from pallets.learning.simulation import attack_table
from pallets.learning.simulation.attack_runs import Cell, Figures, figures_of, is_possible
from pallets.learning.simulation.attack_table import entries
from pallets.learning.simulation.backends import Backend, running_on
from pallets.learning.simulation.federation import Report, RoundReport


def played(cell: Cell) -> Figures:
    """Runs in which an attacker earns a quarter of the honest, loses 2 points, and catches a tenth."""
    if cell.attack is None:
        return Figures(Fraction(8 + cell.seed), Fraction(8 + cell.seed), -1, 900_000, 0)
    return Figures(Fraction(2), Fraction(8), -6, 880_000, 100_000)


def test_an_entry_is_the_mean_of_its_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack_table, "run_cell", played)
    heard: list[tuple[int, int]] = []
    with running_on(Backend.SEQUENTIAL, 1):
        found = entries(
            ["breast_cancer"], ["fedavg", "forest"], [Attack.SIGN_FLIP, Attack.SEED_GRINDING], 2,
            lambda done, total: heard.append((done, total)),
        )  # fmt: skip
    assert [(each.strategy, each.attack) for each in found] == [
        ("fedavg", Attack.SIGN_FLIP),
        ("forest", Attack.SIGN_FLIP),
        ("forest", Attack.SEED_GRINDING),
    ]
    assert {(each.earned_percent, each.lost_points, each.is_within) for each in found} == {(25, 2.0, True)}
    assert {each.fell_percent for each in found} == {10.0}
    assert heard[-1] == (10, 10)


def test_an_attack_on_seeds_is_for_forests_and_one_on_weights_for_averages() -> None:
    assert is_possible("forest", Attack.SEED_GRINDING)
    assert not is_possible("scaffold", Attack.SEED_GRINDING)
    assert not is_possible("forest", Attack.SCALED_UPDATE)
    assert is_possible("fedprox", None)
    assert not is_possible("quota-forest", Attack.SCALED_UPDATE)
    assert all(is_possible(name, attack) for name in ("boosting", "network") for attack in Attack)


def test_figures_tell_by_how_much_an_attacker_was_above_the_best_paid_honest_client() -> None:
    def round_of(payments: tuple[int, ...]) -> RoundReport:
        return RoundReport(0, tuple(range(11)), (), 0, 1, 2, True, (0,) * 11, payments, 1, 0)

    behind = round_of((10, 0, 20, *[0] * 8))
    above = round_of((30, 5, 20, *[0] * 8))
    figures = figures_of(Report((behind, above), 700_000, 1))
    assert (figures.attackers, figures.honest, figures.excess) == (Fraction(45, 2), Fraction(40, 9), 10)
    assert (figures.accuracy_ppm, figures.backdoor_ppm) == (700_000, 1)
    assert figures_of(Report((), 0, 0)).excess == -MILLION
