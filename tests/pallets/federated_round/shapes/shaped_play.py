"""Rounds of other shapes on the mock runtime: what participants do there beside their moves in synchronous ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets.federated_round import Aggregate, DataCommitment, Phase, Stage, Terms
from pallets.federated_round.sealed import content_hash, seal_of
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical
from pallets.federated_round.shapes.types import ANY_ROUND
from pallets.frame.call import RuntimeCall, call_of
from pallets.learning.aggregation.rates import ONE
from pallets.ml_registry import LINEAR_AVERAGING, Artifact, artifact_of
from tests.pallets.federated_round.mock import KEEPERS, MODEL, SALT, TERMS, Play, new_runtime, update_of

BUFFERED: Final = replace(TERMS, shape=Buffered(2, ONE), seats=replace(TERMS.seats, clients=3, minimum_clients=2))
GROUPED: Final = replace(TERMS, shape=Hierarchical(2, 1), seats=replace(TERMS.seats, aggregators=4))
IN_TURNS: Final = replace(TERMS, shape=Cyclic(), seats=replace(TERMS.seats, clients=1, minimum_clients=1))


def play_of(terms: Terms) -> Play:
    """A task of a linear model, whose rounds have another shape."""
    return Play(new_runtime(LINEAR_AVERAGING), terms)


def enrol_keepers(play: Play) -> None:
    """Keepers offer duties, and roles are drawn: clients of buffers come by themselves."""
    for who in KEEPERS:
        play.enrol(who, duties=True)
    play.until(Phase.COMMIT_UPDATES)


# Groups


def group_call(play: Play, aggregate: Aggregate) -> RuntimeCall:
    """The call that opens a group's aggregate."""
    return call_of(play.rounds.reveal_group, task=play.task, number=play.number, aggregate=aggregate, salt=SALT)


def group_of(group: int, invalid: tuple[AccountId, ...] = ()) -> Aggregate:
    """What the aggregators of a group make of it."""
    return Aggregate(artifact_of(b"group %d" % group), invalid)


def groups_of(play: Play) -> dict[AccountId, Aggregate]:
    """What every aggregator makes of its group."""
    revealed = play.rounds.revealed(play.task, play.number, Stage.UPDATE)
    tiers = play.rounds.tiers.get((play.task, play.number)) or ()
    return {
        who: group_of(group) if any(client in revealed for client in tier.clients) else Aggregate(None, ())
        for group, tier in enumerate(tiers)
        for who in tier.aggregators
    }


def root_of(play: Play) -> Aggregate:
    """What follows from the groups that agreed on something."""
    agreed = play.rounds.groups_of_round(play.task, play.number)
    tiers = play.rounds.tiers.get((play.task, play.number)) or ()
    invalid = tuple(sorted(who for found in agreed.values() for who in found.invalid))
    left_out = tuple(group for group in range(len(tiers)) if group not in agreed)
    is_empty = all(found.model is None for found in agreed.values())
    return Aggregate(None if is_empty else MODEL, invalid, None, left_out)


# Buffers


def deliver_call(play: Play, who: AccountId, base: Hash | None = None, update: Artifact | None = None) -> RuntimeCall:
    """The call that delivers an update."""
    content = content_hash(Stage.UPDATE, update or update_of(who))
    seal = seal_of(play.task, ANY_ROUND, Stage.UPDATE, who, SALT, content)
    data = DataCommitment(Hash(blake2_256(who)), 100)
    return call_of(play.rounds.deliver, task=play.task, base=base, data=data, seal=seal)


def delivery_call(play: Play, who: AccountId, update: Artifact | None = None) -> RuntimeCall:
    """The call that opens an update that the round has taken."""
    reveal = play.rounds.reveal_delivery
    return call_of(reveal, task=play.task, number=play.number, update=update or update_of(who), salt=SALT)
