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

SPECIFICATIONS: Final = {
    b"forest_merge": (
        b"An update is a canonical forest (PLF 1) of the settings' kind and shape with at most the settings' trees, "
        b"grown from the client's rows by the exact-integer trainer under Blake2b-256(round seed, account). The new "
        b"version has the trees of the base version, then those of each client in ascending order of accounts."
    ),
    b"linear_averaging": (
        b"An update is a canonical linear model (PLL 1) of the settings' kind and shape, descended from the base "
        b"version, or from zero, by the exact-integer trainer. The new version is what the task's aggregation rule "
        b"makes of the updates: without another the mean, each counted by its client's samples, every weight rounded "
        b"toward zero."
    ),
}


def first_algorithms() -> tuple[Algorithm, ...]:
    """The algorithms of a new chain; their ids are their positions."""
    return tuple(Algorithm(name, Hash(blake2_256(text)), True) for name, text in SPECIFICATIONS.items())
