"""Rounds that the chain did again, made once more here by those who stayed: as if the others had never joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chain.primitives import Hash
from node_cli.scenario.privacy import is_noisy
from node_cli.scenario.rounds import labels_of
from node_cli.scenario.stage import Stage
from pallets.federated_round.drawing import training_seed
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.strategies import ClientUpdate, strategy_for
from pallets.ml_registry import artifact_of


@dataclass(frozen=True, slots=True)
class Remade:
    """A round that was done again.

    clients: who stayed; root: of the model that the aggregators agreed on
    is_equal: whether the same bytes come of it here; None where noise keeps that from being known
    """

    title: str
    lesson: str
    clients: int
    root: Hash
    is_equal: bool | None


def remade_without(stage: Stage) -> Iterator[Remade]:
    """Every such round that made a model. Nothing is taken from the chain but who took part, and the seeds."""
    rounds = stage.runtime.federated_round
    data = {player.account: player.operator.data for player in stage.cast.parties}
    for task, lesson in enumerate(stage.scenario.lessons):
        strategy = strategy_for(lesson.algorithm, encode_settings(lesson.settings), lesson.rule)
        for number, (label, is_again) in labels_of(rounds, task).items():
            agreed = rounds.agreed_aggregate.get((task, number))
            again = rounds.redone.get((task, number))
            if not is_again or again is None or agreed is None or agreed.model is None:
                continue
            course, clients = rounds.course(task, number), rounds.joined_clients(task, number)
            is_equal = None
            if not is_noisy(lesson):
                base = None if course.base is None else _bytes_of(stage, course.base)
                seed = rounds.course(task, again).seed
                updates = [
                    ClientUpdate(
                        who,
                        len(local.data),
                        strategy.train(local.data, base, training_seed(seed, who), None, who),
                    )
                    for who in clients
                    if (local := data[who]) is not None and seed is not None
                ]
                is_equal = artifact_of(strategy.aggregate(updates, base).model).root == agreed.model.root
            title = f"{label}, {lesson.name}"
            yield Remade(title, lesson.title, len(clients), agreed.model.root, is_equal)


def _bytes_of(stage: Stage, version: Hash) -> bytes:
    artifact = stage.runtime.ml_registry.version(version).artifact
    return stage.content.get(artifact.cid.decode())
