"""The robust rules by name: what a federated task applies to the updates of a round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pallets.learning.robust import coordinates
from pallets.learning.robust.bounds import Rule
from pallets.learning.robust.coordinates import Updates
from pallets.learning.robust.geometric_median import geometric_median
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from pallets.learning.robust.norms import clipped_mean


def joined_by(rule: Rule, updates: Updates, adversaries: int, number: int = 0) -> NDArray[np.int64]:
    """What a rule makes of the updates, each rounded toward zero as the rule's own module says.

    number: how many of each side a trimmed mean trims, how many Multi-Krum keeps, how long a clipped update may be
    Raises BoundExceeded where the rule does not withstand so many adversaries.
    """
    match rule:
        case Rule.MEDIAN:
            return coordinates.median(updates)
        case Rule.TRIMMED_MEAN:
            return coordinates.trimmed_mean(updates, number, adversaries)
        case Rule.KRUM:
            return krum(updates, adversaries)
        case Rule.MULTI_KRUM:
            return multi_krum(updates, adversaries, number)
        case Rule.BULYAN:
            return bulyan(updates, adversaries)
        case Rule.GEOMETRIC_MEDIAN:
            return geometric_median(updates, adversaries)
        case Rule.NORM_CLIPPING:
            return clipped_mean(updates, number)
