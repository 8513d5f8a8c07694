"""What an operator lets its node do in disputes: part of the node's `data`, alone or in a tuple with others'.

Disputant()                    defends what the node can compute again, and challenges what it computes otherwise
Disputant(challenges=False)    only defends what its account stands behind
Disputant(bends=0.5)           for shows and tests: stands up for whatever its account said, by a false trace
"""

from __future__ import annotations

from typing import Any

from chain.record import record


@record
class Disputant:
    """How a node argues.

    challenges: whether it may put a bond on its own result where it differs from a claim's
    bends: for shows and tests; a share from 0 to below 1 makes a liar of the node: where its account holds a result
        that it computes otherwise, it defends that by the true trace up to this share of the steps, and lies after it
    """

    challenges: bool = True
    bends: float | None = None


def disputant_of(data: Any) -> Disputant | None:
    """The operator's instructions in a node's `data`, which may be theirs alone or a tuple that holds them."""
    offered = data if isinstance(data, tuple) else (data,)
    return next((each for each in offered if isinstance(each, Disputant)), None)
