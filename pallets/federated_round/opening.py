"""What all reveals of a round have in common: they open a seal, or state at once what needs none."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import AccountId, Bytes32, Hash
from pallets.federated_round.errors import (
    AlreadyRevealed,
    BasisDiffers,
    EmptyArtifact,
    NotDrawn,
    NothingCommitted,
    SealBroken,
)
from pallets.federated_round.events import Revealed
from pallets.federated_round.sealed import UNSEALED, Content, content_hash, is_sealed, seal_of
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import Ballot, RoundNumber, Stage, TaskId, Terms
from pallets.frame.error import ensure
from pallets.ml_registry.artifact import Artifact

Key = tuple[TaskId, RoundNumber]


def asks_for_seals(rounds: RoundStorage, key: Key, stage: Stage, terms: Terms) -> bool:
    """Whether what a stage asks for is committed first; told by the draw and, of groups, by who was dealt into them."""
    if stage is Stage.GROUP:
        peers = max((len(tier.aggregators) for tier in rounds.tiers.get(key) or ()), default=0)
    else:
        peers = len(rounds.holders(*key, stage.role))
    return is_sealed(stage, peers, terms)


def open_seal(
    rounds: RoundStorage,
    who: AccountId,
    key: Key,
    stage: Stage,
    content: Content,
    salt: Bytes32,
    sealed_for: RoundNumber | None = None,
) -> None:
    """Check a revealed content against its seal, and count it.

    salt: of the seal; where the stage needs none, what the content was made of (`basis_of`)
    sealed_for: what the seal names in place of the round, where it was made before the round was known
    """
    task, number = key
    found = rounds.live_round(task, number, stage.reveal_phase)
    ballot, revealed = rounds.ballots.get((task, number, stage, who)), content_hash(stage, content)
    if ballot is None:
        _ensure_may_state(rounds, who, key, stage, salt)
        ballot = Ballot(UNSEALED, None)
    else:
        ensure(ballot.revealed is None, AlreadyRevealed)
        place = number if sealed_for is None else sealed_for
        ensure(seal_of(task, place, stage, who, salt, revealed) == ballot.seal, SealBroken)
    rounds.ballots.insert((task, number, stage, who), replace(ballot, revealed=revealed))
    rounds.rounds.insert((task, number), replace(found, acted=found.acted + 1))
    rounds.deposit_event(Revealed(task, number, stage, who, revealed))


def _ensure_may_state(rounds: RoundStorage, who: AccountId, key: Key, stage: Stage, basis: bytes) -> None:
    """Raises NothingCommitted, NotDrawn or BasisDiffers where an account may not state what it has not sealed.

    A transaction may come into a block of another fork than the one that it was made on. A seal can stay closed there;
    a statement cannot, so it says what it was made of.
    """
    from pallets.federated_round.basis import basis_of  # what sealed rounds never load

    ensure(not asks_for_seals(rounds, key, stage, rounds.task(key[0]).terms), NothingCommitted)
    ensure(who in rounds.holders(*key, stage.role), NotDrawn)
    ensure(Hash(basis) == basis_of(rounds, *key, stage), BasisDiffers)


def ensure_bytes(artifact: Artifact) -> None:
    """Raises EmptyArtifact where an artifact has no bytes, or no CID to find them by."""
    ensure(artifact.size > 0 and len(artifact.cid) > 0, EmptyArtifact)
