"""Models as the chain asks them: pure functions of an artifact's bytes, of rows, and of proofs.

Made ready once and remembered by their bytes, so that a block's second prediction does without; nothing of that shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol

from chain.primitives import Hash
from pallets.inference.types import Answer, Format, Labelled, Value, Voted
from pallets.learning.boosting.model import BoostedModel, BoostedPredictor
from pallets.learning.boosting.model_codec import decode_boosted, decode_head
from pallets.learning.boosting.proof import AuthenticatedBoosting, verify_boosted
from pallets.learning.decoding import DecodeError
from pallets.learning.fixed_point import divide
from pallets.learning.forest import Forest, ForestError, ForestKind
from pallets.learning.forest_codec import HEADER_BYTES, decode_forest, decode_header
from pallets.learning.forest_federation import decode_federated, head_size
from pallets.learning.forest_proof import AuthenticatedForest, verified_leaves
from pallets.learning.prediction import Predictor

REMEMBERED: Final = 4
"""Models made ready; one may take 30 MB."""


class MalformedModel(ValueError):
    """Bytes are no canonical encoding of a model."""


class Served(Protocol):
    """A model made ready."""

    @property
    def forest(self) -> Forest:
        """Its trees."""
        ...

    def answer(self, row: Sequence[int]) -> Answer:
        """What it says about a row of its shape."""
        ...

    def proof_root(self) -> Hash:
        """What proofs of its predictions lead to."""
        ...


class ServedForest:
    """A forest made ready."""

    __slots__ = ("_predictor", "forest")

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        self._predictor = Predictor(forest)

    def answer(self, row: Sequence[int]) -> Answer:
        """Its trees' votes, or the mean of their values."""
        if self.forest.kind is ForestKind.REGRESSOR:
            return Value(self._predictor.predict(row), self.forest.fractional_bits)
        return _voted(self._predictor.votes(row), len(self.forest.trees))

    def proof_root(self) -> Hash:
        """The root of its hash tree."""
        return Hash(AuthenticatedForest(self.forest).root)


class ServedBoosting:
    """A boosted model made ready."""

    __slots__ = ("_predictor", "model")

    def __init__(self, model: BoostedModel) -> None:
        self.model = model
        self._predictor = BoostedPredictor(model)

    @property
    def forest(self) -> Forest:
        """The trees of all stages."""
        return self.model.forest

    def answer(self, row: Sequence[int]) -> Answer:
        """The class of the highest score, or the score."""
        return _boosted(self._predictor.predict(row), self.model.classes, self.forest.fractional_bits)

    def proof_root(self) -> Hash:
        """The root of its starts and its trees."""
        return Hash(AuthenticatedBoosting(self.model).root)


@lru_cache(maxsize=REMEMBERED)
def served(form: Format, data: bytes) -> Served:
    """The model of an artifact's bytes; raises MalformedModel."""
    try:
        match form:
            case Format.FOREST:
                return ServedForest(decode_forest(data))
            case Format.FEDERATED:
                return ServedForest(decode_federated(data).forest)
            case Format.BOOSTED:
                return ServedBoosting(decode_boosted(data))
    except (DecodeError, ForestError) as error:
        raise MalformedModel(str(error)) from None


def trees_in(form: Format, data: bytes) -> int:
    """How many trees an artifact says that it has, before any is read; raises MalformedModel."""
    try:
        start = 0 if form is Format.FOREST else head_size(data) if form is Format.FEDERATED else decode_head(data)[2]
        return decode_header(data[start : start + HEADER_BYTES]).trees
    except DecodeError as error:
        raise MalformedModel(str(error)) from None


def proven(form: Format, root: Hash, rows: Sequence[Sequence[int]], proof: bytes) -> list[Answer]:
    """What a proof shows that the model of a root says about the rows; raises ProofError."""
    if form is Format.BOOSTED:
        labels = verify_boosted(root, rows, proof)
        classes, _, size = decode_head(proof)
        bits = decode_header(proof[size:]).fractional_bits
        return [_boosted(said, classes, bits) for said in labels]
    header, leaves = verified_leaves(root, rows, proof)
    if header.kind is ForestKind.REGRESSOR:
        return [Value(divide(sum(reached), max(len(reached), 1)), header.fractional_bits) for reached in leaves]
    return [_voted(_votes(reached, header.classes), header.trees) for reached in leaves]


def _votes(leaves: Sequence[int], classes: int) -> list[int]:
    votes = [0] * classes
    for leaf in leaves:
        votes[leaf] += 1
    return votes


def _voted(votes: Sequence[int], trees: int) -> Voted:
    most = max(votes)
    return Voted(votes.index(most), most, trees)


def _boosted(said: int, classes: int, fractional_bits: int) -> Answer:
    return Labelled(said) if classes else Value(said, fractional_bits)
