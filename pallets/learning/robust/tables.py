"""The robust rules by name, for updates as lists: what a federated task applies to the updates of a round."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pallets.learning.robust import coordinates
from pallets.learning.robust.bounds import Rule
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean


def joined_by(rule: Rule, updates: Sequence[Sequence[int]], adversaries: int, number: int = 0) -> list[int]:
    """What a rule makes of the updates, each rounded toward zero as the rule's own module says.

    number: how many of each side a trimmed mean trims, how many Multi-Krum keeps, how long a clipped update may be
    Raises BoundExceeded where the rule does not withstand so many adversaries.
    """
    table = np.array([list(update) for update in updates], dtype=np.int64)
    match rule:
        case Rule.MEDIAN:
            found = coordinates.median(table)
        case Rule.TRIMMED_MEAN:
            found = coordinates.trimmed_mean(table, number, adversaries)
        case Rule.KRUM:
            found = krum(table, adversaries)
        case Rule.MULTI_KRUM:
            found = multi_krum(table, adversaries, number)
        case Rule.BULYAN:
            found = bulyan(table, adversaries)
        case Rule.GEOMETRIC_MEDIAN:
            found = geometric_median(table, adversaries)
        case Rule.NORM_CLIPPING:
            found = clipped_mean(table, number)
    joined: list[int] = found.tolist()
    return joined
