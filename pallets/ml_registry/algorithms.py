"""The algorithms that a chain begins with, and the texts whose hashes the registry holds."""

from __future__ import annotations

from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from pallets.ml_registry.types import Algorithm, AlgorithmId

FOREST_MERGE: Final[AlgorithmId] = 0
"""Random forests that grow by the trees of each round."""

LINEAR_AVERAGING: Final[AlgorithmId] = 1
"""Linear and logistic regression by federated averaging."""

FOREST_QUOTA: Final[AlgorithmId] = 2
"""Random forests whose clients give trees by how many rows they have, and that say whose trees are whose."""

TREE_BOOSTING: Final[AlgorithmId] = 3
"""Boosted trees that all clients of a round add to the same model, or one client alone."""

NETWORK_AVERAGING: Final[AlgorithmId] = 4
"""Networks of one hidden layer by federated averaging."""

SPECIFICATIONS: Final = {
    b"forest_merge": (
        b"An update is a canonical forest (PLF 1) of the settings' kind and shape with at most the settings' trees, "
        b"grown from the client's rows by the exact-integer trainer under Blake2b-256(round seed, account). The new "
        b"version has the trees of the base version, then those of each client in ascending order of accounts."
    ),
    b"linear_averaging": (
        b"An update is a canonical linear model (PLL 1) of the settings' kind and shape, descended from the base "
        b"version, or from zero, by the exact-integer trainer; or, where the settings ask for it, how far it is from "
        b"there, compressed (PLC, PLK or PLS 1). The new version is what the task's aggregation rule makes of the "
        b"updates: without another the mean, each counted by its client's samples, every weight rounded toward zero."
    ),
    b"forest_quota": (
        b"An update is a canonical forest (PLF 1) as of forest_merge. Of each client its first trees count, one for "
        b"each of the settings' rows for a tree that it enrolled with or has begun, and at most the settings' trees. "
        b"The new version is a canonical forest of clients (PLD 1): the base version with each client's trees after "
        b"those that it gave before."
    ),
    b"tree_boosting": (
        b"An update is a canonical forest (PLF 1) of values: at most the settings' stages, each of one tree a column, "
        b"grown by the exact-integer trainer on what the base version, or its start, leaves of the client's rows. The "
        b"new version is a canonical boosted model (PLB 1): the base version, then the trees of each client in "
        b"ascending order of accounts, every leaf divided by the number of clients, rounded toward zero. A model "
        b"that has no room for all of them stays as it is."
    ),
    b"network_averaging": (
        b"An update is how far each weight of a network of one hidden layer moved from the base version, or from the "
        b"start that Blake2b-256(palletlab/network, settings) draws, in canonical moves (PLM 1) of the settings' bits; "
        b"or, where the settings ask for it, compressed (PLC, PLK or PLS 1). The new version is a canonical network "
        b"(PEW 1): every weight moved by what the task's aggregation rule makes of the updates' moves: without another "
        b"the mean, each counted by its client's samples, rounded toward zero."
    ),
}


def first_algorithms() -> tuple[Algorithm, ...]:
    """The algorithms of a new chain; their ids are their positions."""
    return tuple(Algorithm(name, Hash(blake2_256(text)), True) for name, text in SPECIFICATIONS.items())
