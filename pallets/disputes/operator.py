"""What an operator lets its node do in disputes: part of the node's `data`, alone or in a tuple with others'.

A `Disputant()` challenges what its node computes otherwise, and defends; with `challenges=False` it only defends what
its account stands behind, as every node does whose operator says nothing; without `defends` too it stays out of it.
With `bends` it is a liar for shows and tests, and stands up for whatever its account said.

A node defends what it computes again itself, with a bond of its account's free funds: whoever has agreed on a result
and does not stand up for it loses more.
"""

from __future__ import annotations

from typing import Any, Final

from chain.record import record


@record
class Disputant:
    """How a node argues.

    challenges: whether it may put a bond on its own result where it differs from a claim's
    defends: whether it may put one on a result that its account is among those to stand up for
    bends: for shows and tests; a share from 0 to below 1 makes a liar of the node: where its account holds a result
        that it computes otherwise, it defends that by the true trace up to this share of the steps, and lies after it
    """

    challenges: bool = True
    defends: bool = True
    bends: float | None = None


ONLY_DEFENDS: Final = Disputant(challenges=False)
"""What a node does whose operator says nothing of disputes."""


def disputant_of(data: Any) -> Disputant:
    """The operator's instructions in a node's `data`, which may be theirs alone or a tuple that holds them."""
    offered = data if isinstance(data, tuple) else (data,)
    return next((each for each in offered if isinstance(each, Disputant)), ONLY_DEFENDS)
