"""Federated rounds that the validators' own workers play, small enough for thousands of histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

from chain.node.service import Node
from chain.primitives import Hash
from pallets import federated_round, staking
from pallets.federated_round import Penalties, Schedule, Seats, Split, Terms
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.federated_round.settings import LinearSettings, encode_settings
from pallets.frame.call import call_of
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream, seed_for
from pallets.ml_registry import LINEAR_AVERAGING, artifact_of
from runtime.construct import Runtime
from runtime.dev import UNIT
from runtime.simulation.properties import ISSUANCE, STANDARD, Property
from runtime.simulation.round_properties import ROUNDS
from runtime.simulation.scenario import Scenario

SETTINGS: Final = encode_settings(
    LinearSettings(
        encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)), classes=2, epochs=3, learning_rate=3 << 16, l2=0
    )
)
SCHEDULE: Final = Schedule(enrol=3, train=6, aggregate=6, evaluate=6, reveal=6, disclose=6)
"""As in the demo: a worker that is late by some blocks still comes in time, one that is lost for long does not."""

REWARD: Final = 100 * UNIT
STAKE: Final = 100 * UNIT
ROWS: Final = 24
CLIENTS, DUTIES = 3, 3
"""Seats: who evaluates weighs every set of clients, which is most of the work of a history."""


class FederatedRounds(Scenario):
    """Validator 0 pays for rounds of a linear model; half of the others train, the rest aggregate and judge."""

    fewest: ClassVar[int] = 5
    rounds = 2

    def __init__(self, validators: int, runtime: type[Runtime] | None = None) -> None:
        super().__init__(validators, runtime)
        self.blocks = 3 + self.rounds * (self.terms.longest + 2)

    @property
    def terms(self) -> Terms:
        """Of the task."""
        return TERMS

    @property
    def properties(self) -> Sequence[Property]:
        return (*STANDARD, ISSUANCE, *ROUNDS)

    def genesis(self) -> Mapping[str, Any]:
        records = dict(super().genesis())
        records["Staking"] = staking.Genesis(bonds=tuple((account, STAKE) for account in self.accounts[1:]))
        records["FederatedRound"] = federated_round.Genesis(reward_threshold=1_000)
        return records

    def data_of(self, validator: int) -> Operator:
        if validator == 0:
            return Operator(test_sets=tuple(_test_set(number) for number in range(self.rounds)))
        if validator <= (len(self.keys) - 1) // 2:
            return Operator(data=LocalData(_rows(f"client {validator}"), seed_for("simulated rows", validator)))
        return Operator(serves=True)

    def prepare(self, node: Node[Any]) -> None:
        node.content.put(SETTINGS)

    def act(self, node: Node[Any], runtime: Any) -> None:
        owner, rounds = self.keys[0], runtime.federated_round
        if node.next_nonce(owner.account) != runtime.account_nonce(owner.account):
            return  # what it sent is on its way, or waits again after a fork
        if runtime.ml_registry.model_count.get() == 0:
            model = call_of(
                runtime.ml_registry.create_model,
                name=b"simulated",
                algorithm=LINEAR_AVERAGING,
                licence=b"",
                description=Hash(bytes(32)),
            )
            node.submit_call(owner, model)
        elif rounds.tasks.get(0) is None:
            sets = tuple(_test_set(each).commitment for each in range(self.rounds))
            task = call_of(rounds.create_task, model=0, terms=self.terms, pool=self.rounds * REWARD, test_sets=sets)
            node.submit_call(owner, task)
        elif not rounds.live.get() and not self.is_over(node, runtime):
            node.submit_call(owner, call_of(rounds.start_round, task=0))

    def is_over(self, node: Node[Any], runtime: Any) -> bool:
        task = runtime.federated_round.tasks.get(0)
        return task is not None and not task.is_live and task.rounds >= self.rounds


TERMS: Final = Terms(
    settings=artifact_of(SETTINGS),
    schedule=SCHEDULE,
    seats=Seats(clients=CLIENTS, minimum_clients=1, aggregators=DUTIES, validators=DUTIES),
    split=Split(clients=70, aggregators=15, validators=15),
    penalties=Penalties(fault=500_000, absence=10_000),
    round_reward=REWARD,
    minimum_stake=STAKE // 2,
    reward_threshold=None,
    unjudged_share=50,
    max_samples=1_000,
    automatic=False,
)


@lru_cache(maxsize=256)
def _rows(name: str) -> DataSet:
    """Points of a square, and on which side of a line they are."""
    stream = Stream(seed_for("simulated", name))
    rows = [tuple(stream.draws(2, 65536)) for _ in range(ROWS)]
    return DataSet.of(rows, [int(row[0] + row[1] > 65536) for row in rows])


def _test_set(number: int) -> HeldOut:
    return HeldOut(_rows(f"test set {number}"), seed_for("simulated test set", number))
