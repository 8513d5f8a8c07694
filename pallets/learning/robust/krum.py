"""Krum, Multi-Krum and Bulyan: keep the updates that lie closest together. Exact; ties go to the lower values.

The score of an update is the sum of its squared distances to its n - f - 2 nearest others; the lowest is best. Equal
scores are settled by the updates' own values, coordinate by coordinate, so that no order of arrival can matter.
Sources: Blanchard et al. 2017; El Mhamdi, Guerraoui, Rouault 2018.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pallets.learning.robust.bounds import Rule, check_adversaries, check_kept
from pallets.learning.robust.coordinates import Updates, mean, mean_around_median, table_of_updates
from pallets.learning.robust.distances import squared_distances


def krum(updates: Updates, adversaries: int) -> NDArray[np.int64]:
    """The update with the best score; raises BoundExceeded unless 2f + 2 < n."""
    check_adversaries(Rule.KRUM, len(table_of_updates(updates)), adversaries)
    best: NDArray[np.int64] = updates[ranked(updates, adversaries)[0]].copy()
    return best


def multi_krum(updates: Updates, adversaries: int, kept: int) -> NDArray[np.int64]:
    """The mean of the `kept` updates with the best scores, rounded toward zero; `kept` is at most n - f - 2."""
    check_kept(len(table_of_updates(updates)), adversaries, kept)
    return mean(updates[ranked(updates, adversaries)[:kept]])


def bulyan(updates: Updates, adversaries: int) -> NDArray[np.int64]:
    """Krum again and again until n - 2f are chosen; then, by coordinate, the mean of the n - 4f nearest the median.

    Raises BoundExceeded unless 4f + 3 <= n.
    """
    clients = len(table_of_updates(updates))
    check_adversaries(Rule.BULYAN, clients, adversaries)
    distances = squared_distances(updates)
    left = list(range(clients))
    chosen: list[int] = []
    while len(chosen) < clients - 2 * adversaries:
        best = _ranked(updates, distances, left, adversaries)[0]
        left.remove(best)
        chosen.append(best)
    return mean_around_median(updates[chosen], clients - 4 * adversaries)


def ranked(updates: Updates, adversaries: int) -> list[int]:
    """The clients, the best score first."""
    return _ranked(updates, squared_distances(updates), list(range(len(updates))), adversaries)


def _ranked(updates: Updates, distances: Sequence[Sequence[int]], left: list[int], adversaries: int) -> list[int]:
    # towards the end of Bulyan few are left: one neighbour counts at least
    neighbours = max(len(left) - adversaries - 2, 1)
    scores = {
        client: sum(sorted(distances[client][other] for other in left if other != client)[:neighbours])
        for client in left
    }
    best_first = sorted(left, key=scores.__getitem__)
    if len(set(scores.values())) < len(scores):
        best_first.sort(key=lambda client: (scores[client], updates[client].tolist()))
    return best_first
