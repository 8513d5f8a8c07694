"""A task's robust rule applied to a table of updates, whatever they are updates of. Imported by whoever joins: numpy.

The one mechanism behind linear models and networks. Linear updates are weights, those of networks are moves; the rule
sees integers of 24 fractional bits, and counts every row once.
"""

from __future__ import annotations

from pallets.federated_round.rule_bounds import applied
from pallets.federated_round.rules import RobustRule
from pallets.learning.robust.coordinates import mean
from pallets.learning.robust.tables import joined_by
from pallets.learning.training_rows import Integers


def robust_join(rule: RobustRule, updates: Integers) -> Integers:
    """What the rule makes of (clients, parameters); of too few for it, the plain mean. Rounded as the rule says.

    A clipped mean takes updates that are moves: what is cut to a length begins where all began.
    """
    found = applied(rule, len(updates))
    if found is None:  # every update counts once
        return mean(updates)
    return joined_by(found.bound, updates, found.adversaries, found.number)
