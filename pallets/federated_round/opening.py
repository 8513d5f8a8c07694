"""Opening a seal: what all reveals of a round have in common."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import AccountId
from pallets.federated_round.errors import AlreadyRevealed, EmptyArtifact, NothingCommitted, SealBroken
from pallets.federated_round.events import Revealed
from pallets.federated_round.sealed import Content, content_hash, seal_of
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, Stage, TaskId
from pallets.frame.error import ensure
from pallets.ml_registry.artifact import Artifact


def open_seal(
    rounds: RoundStorage,
    who: AccountId,
    key: tuple[TaskId, RoundNumber],
    stage: Stage,
    content: Content,
    salt: bytes,
    sealed_for: RoundNumber | None = None,
) -> None:
    """Check a revealed content against its seal, and count it.

    sealed_for: what the seal names in place of the round, where it was made before the round was known
    """
    task, number = key
    found = rounds.live_round(task, number, stage.reveal_phase)
    ballot = rounds.ballots.get((task, number, stage, who))
    if ballot is None:
        raise NothingCommitted
    ensure(ballot.revealed is None, AlreadyRevealed)
    revealed = content_hash(stage, content)
    place = number if sealed_for is None else sealed_for
    ensure(seal_of(task, place, stage, who, salt, revealed) == ballot.seal, SealBroken)
    rounds.ballots.insert((task, number, stage, who), replace(ballot, revealed=revealed))
    rounds.rounds.insert((task, number), replace(found, acted=found.acted + 1))
    rounds.deposit_event(Revealed(task, number, stage, who, revealed))


def ensure_bytes(artifact: Artifact) -> None:
    """Raises EmptyArtifact where an artifact has no bytes, or no CID to find them by."""
    ensure(artifact.size > 0 and len(artifact.cid) > 0, EmptyArtifact)
