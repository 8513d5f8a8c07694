"""What the chain keeps of forests that it serves, what callers ask, and what they are told."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

from chain.primitives import I64, U8, U16, U32, U64, AccountId, Balance, BlockNumber, Enumeration, Hash, MaxLen
from chain.record import record
from pallets.ml_registry.algorithms import FOREST_MERGE, FOREST_QUOTA, TREE_BOOSTING
from pallets.ml_registry.types import AlgorithmId

MAX_FEATURES: Final = 255
"""Values in a row: a node of a forest names its feature in a byte."""

Row = Annotated[list[U16], MaxLen(MAX_FEATURES)]
"""Features as the model's quantiser gives them."""


class Format(IntEnum):
    """How the bytes of an artifact are read: canonical forests, forests of clients, boosted models."""

    FOREST = 0
    FEDERATED = 1
    BOOSTED = 2


FORMATS: Final[dict[AlgorithmId, Format]] = {
    FOREST_MERGE: Format.FOREST,
    FOREST_QUOTA: Format.FEDERATED,
    TREE_BOOSTING: Format.BOOSTED,
}
"""The algorithms whose models are trees; no other is served on chain."""


class Answer(Enumeration):
    """What a model says about a row."""


class Voted(Answer):
    """The class that most trees say, the lowest of equals; how many of how many said so."""

    label: U8
    votes: U16
    trees: U16


class Labelled(Answer):
    """The class that a boosted model says."""

    label: U8


class Value(Answer):
    """A regressor's value × 2^fractional_bits."""

    value: I64
    fractional_bits: U8


@record
class Bound:
    """What a prediction may need, said by the caller before it runs.

    size: bytes of the model; trees: how many it has; comparisons: the sum of their depths, times the rows
    """

    size: U32
    trees: U16
    comparisons: U64

    def is_within(self, other: Bound) -> bool:
        """Whether the other allows all of this."""
        return self.size <= other.size and self.trees <= other.trees and self.comparisons <= other.comparisons


@record
class Quote:
    """What a prediction needs, and what it costs beyond the transaction's own fee."""

    bound: Bound
    fee: Balance


@record
class Upload:
    """A model that is being brought on chain, by one account.

    received: bytes of `size` that are there; deposit: for all of them; expires: who may clear it away from then on
    """

    size: U32
    received: U32
    deposit: Balance
    expires: BlockNumber


@record
class Placement:
    """A model on chain.

    depths: comparisons that a row can need, the sum of the depths of the trees
    proof_root: what proofs of its predictions lead to
    """

    placer: AccountId
    deposit: Balance
    format: Format
    size: U32
    features: U8
    trees: U16
    depths: U32
    proof_root: Hash


@record
class NamedRoot:
    """The root that proofs of a version's predictions lead to, as the model's owner says.

    is_verified: whether the chain has found it itself, from all bytes
    """

    root: Hash
    owner: AccountId
    deposit: Balance
    is_verified: bool
