"""Steps cut to the length of the middle one, so that nobody counts for more by being longer."""

from __future__ import annotations

from math import isqrt

import numpy as np

from pallets.learning.robust.coordinates import Updates
from pallets.learning.robust.distances import squared_norm
from pallets.learning.robust.norms import clipped


def median_norm(steps: Updates) -> int:
    """The L2 norm of the middle step, rounded down; of an even number the shorter of both."""
    norms = sorted(squared_norm(step) for step in steps)
    return isqrt(norms[(len(norms) - 1) // 2])


def clipped_to_median(steps: Updates) -> Updates:
    """The steps, none longer than the middle one."""
    longest = median_norm(steps)
    return np.stack([clipped(step, longest) for step in steps])
