"""Salted commitments, and the count of what was revealed: one mechanism for updates, aggregates and evaluations.

    seal = blake2_256("palletlab/seal" ‖ task u32 ‖ round u32 ‖ stage u8 ‖ account 32 ‖ salt 32 ‖ content 32)

Content is the hash of the SCALE encoding of what will be revealed. The salt hides results of few possible values;
the account and the place make a seal worthless to whoever copies it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from struct import Struct

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.scale import Codec, codec_of
from pallets.federated_round.types import Aggregate, Evaluation, RoundNumber, Stage, TaskId
from pallets.ml_registry.artifact import Artifact

DOMAIN = b"palletlab/seal"
_PLACE = Struct("<IIB")

Content = Artifact | Aggregate | Evaluation
"""What is revealed in the stages UPDATE, AGGREGATE and GROUP, and EVALUATION."""

_TYPES = {
    Stage.UPDATE: Artifact,
    Stage.AGGREGATE: Aggregate,
    Stage.EVALUATION: Evaluation,
    Stage.GROUP: Aggregate,
}


def content_codec(stage: Stage) -> Codec[Content]:
    """How the content of a stage is written."""
    return codec_of(_TYPES[stage])


def content_hash(stage: Stage, content: Content) -> Hash:
    """The hash that stands for `content` in seals and votes."""
    return Hash(blake2_256(content_codec(stage).encode(content)))


def seal_of(task: TaskId, number: RoundNumber, stage: Stage, account: AccountId, salt: bytes, content: Hash) -> Hash:
    """What `account` commits before it reveals `content` and `salt` (32 bytes each)."""
    return Hash(blake2_256(DOMAIN + _PLACE.pack(task, number, stage) + account + salt + content))


def commitment_of(salt: bytes, root: Hash) -> Hash:
    """What a task's owner commits: blake2_256(salt ‖ root), 32 bytes each."""
    return Hash(blake2_256(salt + root))


def majority(votes: Iterable[Hash | None], electors: int) -> Hash | None:
    """The content that more than half of the electors revealed; None where there is none."""
    counted = Counter(vote for vote in votes if vote is not None)
    return next((content for content, count in counted.items() if 2 * count > electors), None)
