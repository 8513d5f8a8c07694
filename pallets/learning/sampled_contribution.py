"""Shapley values from a sample of orders, for more clients than exact values are made for; seeded, so repeatable.

Clients join in an order that the seed draws, and each is credited with what the coalition gains by it. Where the
coalition is within `tolerance` of everybody together, the rest of the order gains nothing: the truncation that makes
many clients affordable. Source: Ghorbani, Zou 2019 (truncated Monte Carlo).
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.learning.contribution import ContributionError, Shapley
from pallets.learning.stream import Stream


def sampled_shapley(clients: int, value: Callable[[int], int], seed: bytes, orders: int, tolerance: int = 0) -> Shapley:
    """The mean gain of each client over so many orders; the denominator is their number.

    value: of a coalition by bit mask; asked once for each coalition that comes up
    tolerance: in the unit of the values; below 0 nothing is cut short, and values add up exactly
    """
    if clients < 1 or orders < 1:
        raise ContributionError(f"{orders} orders of {clients} clients")
    known = {0: value(0), (1 << clients) - 1: value((1 << clients) - 1)}
    of_all = known[(1 << clients) - 1]
    gains = [0] * clients
    stream = Stream(seed)
    for _ in range(orders):
        coalition, before = 0, known[0]
        for client in stream.permutation(clients):
            if abs(of_all - before) <= tolerance:
                break
            coalition |= 1 << client
            if coalition not in known:
                known[coalition] = value(coalition)
            gains[client] += known[coalition] - before
            before = known[coalition]
    return Shapley(tuple(gains), orders)
