"""A meter that work asks before it does something, and that says how much was used (sp_weights::WeightMeter)."""

from __future__ import annotations

from pallets.frame.weight import NO_WEIGHT, UNLIMITED, Weight


class WeightMeter:
    """Counts weight up to a limit."""

    __slots__ = ("consumed", "limit")

    def __init__(self, limit: Weight = UNLIMITED) -> None:
        self.limit = limit
        self.consumed = NO_WEIGHT

    @property
    def remaining(self) -> Weight:
        """What may still be used."""
        return self.limit - self.consumed

    def can_consume(self, weight: Weight) -> bool:
        """Whether so much is left, in both dimensions."""
        return not (self.consumed + weight).exceeds(self.limit)

    def try_consume(self, weight: Weight) -> bool:
        """Use so much; False, and nothing used, where it is not left."""
        if not self.can_consume(weight):
            return False
        self.consumed = self.consumed + weight
        return True

    def consume(self, weight: Weight) -> None:
        """Use so much even where it is not left: for work that was done already."""
        self.consumed = self.consumed + weight
