"""What a dishonest player's worker does in place of an honest one; everything else it does as it should.

A worker reveals what it finds in its memory, and makes it where there is nothing. So a dishonest player writes what it
wants to have revealed into its own memory first: the seals, the artifacts and the calls are those of an honest worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from chain.offchain.hook import Trigger, WorkerHook
from chain.primitives import AccountId, BlockNumber
from chain.record import record
from chain.runtime_api import OffchainNode
from pallets.federated_round import Phase, Role, Stage
from pallets.federated_round.data import operator_of
from pallets.federated_round.drawing import training_seed
from pallets.federated_round.errand import Errand
from pallets.learning.attacks import reversed_forest, reversed_update
from pallets.learning.forest_codec import decode_forest, encode_forest
from pallets.learning.linear_model import WEIGHT_LIMIT, decode_linear, encode_linear
from pallets.ml_registry.algorithms import FOREST_MERGE, NETWORK_AVERAGING
from pallets.ml_registry.artifact import artifact_of
from pallets.ml_registry.types import AlgorithmId
from runtime.dev import DevRuntime


@record
class Conduct:
    """How an account is dishonest; handed over in its node's `data`."""

    def update(self, algorithm: AlgorithmId, base: bytes | None, honest: bytes) -> bytes:
        """What the account sends in place of an honest update."""
        return honest


@record
class SignFlip(Conduct):
    """Sends the opposite of what it learnt.

    Linear weights undo its update `strength` times, and trees are reversed. The moves of a network go backwards once:
    a mean has no defence against more, and everybody would learn nothing.
    """

    strength: int

    def update(self, algorithm: AlgorithmId, base: bytes | None, honest: bytes) -> bytes:
        if algorithm == FOREST_MERGE:
            return encode_forest(reversed_forest(decode_forest(honest)))
        if algorithm == NETWORK_AVERAGING:
            return _backwards(honest)
        trained = decode_linear(honest)
        start = (0,) * len(trained.weights) if base is None else decode_linear(base).weights
        weights = reversed_update(start, trained.weights, self.strength)
        held = tuple(min(max(weight, 1 - WEIGHT_LIMIT), WEIGHT_LIMIT - 1) for weight in weights)
        return encode_linear(replace(trained, weights=held))


def _backwards(update: bytes) -> bytes:
    """A network's moves with the other sign."""
    from pallets.learning.moves import START, bits_of, decode_moves, encode_moves  # with numpy, for shows

    bits = bits_of(update)
    moves = decode_moves(update, (len(update) - START) * 8 // bits, bits)
    return encode_moves(-moves.values, bits)


@record
class Cartel(Conduct):
    """Aggregates the opposite of what the updates give, wherever the members have the majority of the aggregators."""

    members: frozenset[AccountId]

    def rules(self, aggregators: Collection[AccountId]) -> bool:
        """Whether what the members say is what is agreed."""
        return 2 * len(self.members.intersection(aggregators)) > len(aggregators)


UPDATES: Final = frozenset({Phase.COMMIT_UPDATES, Phase.REVEAL_UPDATES})
AGGREGATES: Final = frozenset({Phase.COMMIT_AGGREGATES, Phase.REVEAL_AGGREGATES})
"""When something is made: to be sealed, or to be stated where it needs no seal."""


class StageRuntime(DevRuntime):
    """The development runtime on the players' own machines: before a worker runs, its account may meddle with it."""

    def run_worker_of(self, hook: WorkerHook, now: BlockNumber, node: OffchainNode) -> None:
        belongings = node.data if isinstance(node.data, tuple) else ()
        conduct = next((each for each in belongings if isinstance(each, Conduct)), None)
        if conduct is not None and hook.pallet == self.federated_round.name and hook.trigger is Trigger.BEST:
            for errand in _errands(self, now, node):
                _meddle(conduct, errand)
        super().run_worker_of(hook, now, node)


def _errands(runtime: DevRuntime, now: BlockNumber, node: OffchainNode) -> Iterator[Errand]:
    """The live rounds, as the worker finds them."""
    rounds, operator = runtime.federated_round, operator_of(node.data)
    if operator is None:
        return
    for task_id in rounds.live.get():
        task = rounds.task(task_id)
        number = task.rounds - 1
        yield Errand(rounds, node, operator, now, task_id, number, task, rounds.course(task_id, number))


def _meddle(conduct: Conduct, errand: Errand) -> None:
    """Do what the account wants to have done before its worker does what it should."""
    phase, place = errand.round.phase, (errand.task_id, errand.number)
    if phase in UPDATES and errand.node.account in errand.rounds.holders(*place, Role.CLIENT):
        _keep_update(conduct, errand)
    elif (
        phase in AGGREGATES
        and isinstance(conduct, Cartel)
        and conduct.rules(errand.rounds.holders(*place, Role.AGGREGATOR))
    ):
        replace(errand, operator=replace(errand.operator, falsifies=True)).run()


def _keep_update(conduct: Conduct, errand: Errand) -> None:
    """Keep a dishonest update, once."""
    local, seed = errand.operator.data, errand.round.seed
    if local is None or seed is None or errand.memory.recall(Stage.UPDATE) is not None:
        return
    account = errand.node.account
    honest = errand.strategy.train(local.data, errand.base, training_seed(seed, account), errand.state, account)
    sent = conduct.update(errand.task.algorithm, errand.base, honest)
    errand.memory.keep(Stage.UPDATE, artifact_of(sent), (sent,))
