"""What an account seals or states, with the artifacts that it names: their bytes are published when it is shown."""

from __future__ import annotations

from chain.content.hashed import HashedBytes
from chain.primitives import AccountId
from pallets.federated_round.sealed import Content
from pallets.federated_round.types import Aggregate
from pallets.ml_registry.artifact import Artifact, artifact_of

Stated = tuple[Content, tuple[bytes, ...]]


def stated_artifact(data: bytes) -> tuple[Artifact, tuple[bytes, ...]]:
    """An artifact; it is hashed here, and neither where it is stored nor where it is read in this process."""
    known = HashedBytes.of(data)
    return artifact_of(known), (known,)


def stated_aggregate(
    model: bytes, state: bytes | None, invalid: tuple[AccountId, ...], unsummed: tuple[int, ...] = ()
) -> tuple[Aggregate, tuple[bytes, ...]]:
    """An aggregate of this model and, where the strategy has one, state."""
    artifact, attachments = stated_artifact(model)
    if state is None:
        return Aggregate(artifact, invalid, None, unsummed), attachments
    of_state, more = stated_artifact(state)
    return Aggregate(artifact, invalid, of_state, unsummed), (*attachments, *more)
