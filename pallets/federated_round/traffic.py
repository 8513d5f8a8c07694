"""What a round sent, in bytes: updates and models in the content store, verdicts on the chain.

sent = traffic_of(rounds, task, number)         from the state alone, as long as the chain remembers the round
uncompressed(evidence, sent)                    what its updates would have taken whole, from the task's settings
"""

from __future__ import annotations

from typing import Final

from chain.record import record
from pallets.federated_round.audit import UNREADABLE, Evidence
from pallets.federated_round.sealed import content_codec, content_hash
from pallets.federated_round.settings import CompressedSettings, SettingsError, decode_settings
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import RoundNumber, Stage, TaskId


@record
class Traffic:
    """One round.

    clients: whose updates were revealed; updates: all of them together
    models: the agreed model, what the server remembers with it, and what groups anchored
    validators: who revealed the agreed verdict; verdicts: all of those together, as they are encoded
    """

    clients: int
    updates: int
    models: int
    validators: int
    verdicts: int


NOTHING_SENT: Final = Traffic(0, 0, 0, 0, 0)
"""Of a round in which nobody did anything."""


def traffic_of(rounds: RoundStorage, task: TaskId, number: RoundNumber) -> Traffic:
    """What a round sent so far."""
    key = (task, number)
    told = [rounds.updates.get((*key, place[2])) for place in rounds.updates.iter_keys(key)]
    updates = [artifact.size for artifact in told if artifact is not None]
    agreed, groups = rounds.agreed_aggregate.get(key), rounds.groups_of_round(*key).values()
    made = [*(() if agreed is None else (agreed.model, agreed.state)), *(group.model for group in groups)]
    verdict = rounds.agreed_evaluation.get(key)
    validators = length = 0
    if verdict is not None:
        content = content_hash(Stage.EVALUATION, verdict)
        validators = sum(found == content for found in rounds.revealed(*key, Stage.EVALUATION).values())
        length = len(content_codec(Stage.EVALUATION).encode(verdict))
    models = sum(artifact.size for artifact in made if artifact is not None)
    return Traffic(len(updates), sum(updates), models, validators, validators * length)


def uncompressed(evidence: Evidence, sent: Traffic) -> int | None:
    """Bytes of as many updates with all their values and bits; None where they are whole, or the settings not there."""
    terms = evidence.task.terms
    try:
        settings = evidence.bytes_of(terms.settings)
        if not isinstance(decode_settings(settings), CompressedSettings):
            return None
        # with numpy, which an audit of whole updates may do without
        from pallets.federated_round.strategies import strategy_for
        from pallets.federated_round.strategies.compressed import CompressedAveraging

        strategy = strategy_for(evidence.task.algorithm, settings, terms.rule, shape=terms.shape)
    except (*UNREADABLE, SettingsError):
        return None
    return sent.clients * strategy.whole_bytes if isinstance(strategy, CompressedAveraging) else None
