from __future__ import annotations

from node_cli.lottery_figures import draw as chain_draw
from pallets.learning.simulation.selection import bias_of, seats_of

LOTS = [(bytes([number]) * 32, 1 + number) for number in range(20)]


def test_first_seats_go_by_stake_and_all_seats_cannot() -> None:
    bias = bias_of(LOTS, 10, chain_draw, 400, b"bias")
    assert bias.first_distance_ppm < 2 * bias.noise_ppm
    poorest, richest = bias.groups[0], bias.groups[-1]
    assert poorest.seats_ppm > poorest.stake_ppm
    assert richest.seats_ppm < richest.stake_ppm
    assert abs(sum(group.seats_ppm for group in bias.groups) - 1_000_000) < 5


def test_an_unfair_lottery_is_found_out() -> None:
    bias = bias_of(LOTS, 1, lambda lots, _seats, _seed: [lots[0][0]], 400, b"bias")
    assert bias.first_distance_ppm > 5 * bias.noise_ppm


def test_seats_are_counted_for_all_names_together() -> None:
    everybody = [account for account, _ in LOTS]
    assert seats_of(everybody, LOTS, 4, chain_draw, 10) == 40
