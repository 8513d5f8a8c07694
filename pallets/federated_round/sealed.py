"""Salted commitments, and the count of what was revealed: one mechanism for updates, aggregates and evaluations.

Contents are sealed so that nobody copies what another has shown. Who is alone in being asked for something has nobody
to copy from, and states it at once; so do all clients of a task that waives the seals of updates. That is for clients
who know each other: who waits for others' updates can send one of them as its own, and no rule of payment can tell who
was first, so it pays both alike.

    seal = blake2_256("palletlab/seal" ‖ task u32 ‖ round u32 ‖ stage u8 ‖ account 32 ‖ salt 32 ‖ content 32)

Content is the hash of the SCALE encoding of what will be revealed. The salt hides results of few possible values;
the account and the place make a seal worthless to whoever copies it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from struct import Struct
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.scale import Codec, codec_of
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.types import Aggregate, Evaluation, RoundNumber, Stage, TaskId, Terms
from pallets.ml_registry.artifact import Artifact

DOMAIN = b"palletlab/seal"
_PLACE = Struct("<IIB")

UNSEALED: Final = Hash(bytes(32))
"""Stands for the seal of what was stated without one."""

Content = Artifact | Aggregate | Evaluation
"""What is revealed in the stages UPDATE, AGGREGATE and GROUP, and EVALUATION."""

_TYPES = {
    Stage.UPDATE: Artifact,
    Stage.AGGREGATE: Aggregate,
    Stage.EVALUATION: Evaluation,
    Stage.GROUP: Aggregate,
}


def is_sealed(stage: Stage, peers: int, terms: Terms) -> bool:
    """Whether a stage's contents are committed before anybody shows one.

    peers: the most accounts that are asked for the same; of updates for a buffer nobody knows yet how many come
    """
    if stage is Stage.UPDATE and isinstance(terms.shape, Buffered):
        return True
    return peers > 1 and not (stage is Stage.UPDATE and terms.unsealed_updates)


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
