"""Which clients are summed together, drawn by a seed. Pure Python."""

from __future__ import annotations

from pallets.learning.secure_aggregation.refusals import TermsRefused
from pallets.learning.stream import Stream


def groups_of(clients: int, groups: int, seed: bytes) -> list[list[int]]:
    """The clients of each group, ascending, drawn by a seed that nobody knew when the clients enrolled.

    Sizes differ by one at most. Raises TermsRefused where a group would stay empty.
    """
    if not 1 <= groups <= clients:
        raise TermsRefused(f"{groups} groups of {clients} clients")
    drawn = Stream(seed).permutation(clients)
    return [sorted(drawn[group::groups]) for group in range(groups)]
