"""Why somebody who stands for a task is not in a round of it."""

from __future__ import annotations

from enum import IntEnum


class Hindrance(IntEnum):
    """What keeps an account that stands from a round, or its data."""

    STAKE_TOO_SMALL = 0
    """It has taken back, or lost, what the task wants at stake, and stands no longer."""
    DATA_ERASED = 1
    """Nobody trains on the data any more; they are taken out of what stands."""
    NOT_PERMITTED = 2
    """The permit has ended, or the round does one again that the data had no part in."""
    BUDGET_EXCEEDED = 3
    """The round would learn more of the data, or from the account, than it may."""
