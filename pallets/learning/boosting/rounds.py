"""Rounds in which clients add boosted trees: all at once (bagging), or one after the other (cyclic).

An update is the trees alone, as `training.grow_stages` gives them: a forest of the regressing kind in its canonical
encoding. Every client of a bagging round corrects the same model, so each one's trees count for its share: leaves are
divided by the number of clients, rounded toward zero. The trees stand in the order of the updates; what they say
together does not depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pallets.learning.boosting.model import BoostedModel, BoostingError, check_trees, with_trees
from pallets.learning.fixed_point import divide
from pallets.learning.forest import LEAF, Forest, Tree
from pallets.learning.stream import Stream, seed_for


def bagged(model: BoostedModel, updates: Sequence[Forest]) -> BoostedModel:
    """The model with the trees of all clients; nobody's update changes nothing.

    Raises ForestError where an update has another shape than the model, no whole stages, or all are too many.
    """
    added: list[Tree] = []
    for update in updates:
        check_trees(model, update)
        added += [_weakened(tree, len(updates)) for tree in update.trees]
    return with_trees(model, added)


def extended(model: BoostedModel, update: Forest) -> BoostedModel:
    """The model with the trees of the one client whose turn it was; raises ForestError as `bagged` does."""
    return bagged(model, [update])


def whose_turn(number: int, clients: int, seed: bytes) -> int:
    """The client of a cyclic round: each has one turn in a cycle, in an order drawn for the cycle.

    seed: the chain's randomness, so that nobody chooses to come last
    """
    if clients < 1 or number < 0:
        raise BoostingError(f"no turn {number} among {clients} clients")
    cycle, place = divmod(number, clients)
    return Stream(seed_for("cyclic training", seed, cycle)).permutation(clients)[place]


def _weakened(tree: Tree, clients: int) -> Tree:
    """The tree with each leaf divided among so many clients."""
    if clients == 1:
        return tree
    values = (
        divide(value, clients) if feature == LEAF else value
        for feature, value in zip(tree.features, tree.values, strict=True)
    )
    return replace(tree, values=tuple(values))
