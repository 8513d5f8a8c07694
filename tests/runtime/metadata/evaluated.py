"""A pallet whose annotations Python evaluates: the module does not postpone them."""

from typing import Any

from chain.primitives import U32, AccountId
from pallets.frame import Origin, Pallet, Weight, call


class Evaluated(Pallet[Any]):
    @call(0, weight=Weight(1))
    def step(self, origin: Origin, count: U32, who: list[AccountId] | None) -> None:
        """Do nothing."""
