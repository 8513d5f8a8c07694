"""Federated rounds on a development chain, as measured: clients, an owner who pays, one aggregator, one validator.

Clients train as the peer's do: each adds a number of its own to every weight. What comes of each round is computed
beforehand, another way, and every model that the chain publishes is compared with it. Everybody stands for the task:
before the first round each account enrols for it once, until further notice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import WorkDiffers
from chain.content.whole import WholeStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.offchain.participant import Participant, seeded_randomness
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from chain.primitives import Hash
from pallets import balances, staking
from pallets.federated_round import Outcome, Penalties, Schedule, Seats, Split, Terms
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.federated_round.settings import NetworkSettings, encode_settings
from pallets.federated_round.worth import BySamples
from pallets.frame.call import RuntimeCall, call_of
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network_arrays import NetworkShape
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.network_rounds import NetworkRounds
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.ml_registry import NETWORK_AVERAGING, artifact_of
from runtime.dev import UNIT, DevRuntime
from runtime.devnet import dev_node

SEED: Final = 5
BITS: Final = 16
"""Of a move that a client sends."""

TEST_ROWS: Final = 8
BLOCKS_AT_MOST: Final = 60
_NO_DESCENT: Final = (1, 1, 1)
"""Epochs, rate and batch of the built-in training, which nobody uses here."""


@dataclass(frozen=True, slots=True)
class Size:
    """A network by its numbers of features, hidden units and classes."""

    features: int
    hidden: int
    classes: int

    @property
    def shape(self) -> NetworkShape:
        """As the learning core takes it."""
        return NetworkShape(Task.CLASSIFIER, self.features, self.hidden, self.classes)


SIZES: Final = {10_000: Size(199, 39, 55), 1_000_000: Size(251, 1968, 256), 1_000: Size(39, 14, 29)}
"""Networks of exactly so many weights."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Training that adds a number to every weight: what each client does on both sides."""

    step: float

    def __call__(self, weights: NDArray[np.float32], _data: DataSet, _seed: bytes) -> NDArray[np.float32]:
        return weights + np.float32(self.step)


def step_of(client: int) -> float:
    """The number of a client, the same on both sides."""
    return (client + 1) / 1024


class RoundChain:
    """A chain with a task for so many rounds, which `play` plays one by one.

    in_threads: whether workers run beside the node, as many at once as it lets by default; otherwise on its thread
    has_seals: whether clients seal their updates before they show them
    """

    def __init__(self, clients: int, parameters: int, rounds: int, *, in_threads: bool, has_seals: bool = True) -> None:
        self._clients, self._size, self._has_seals = clients, SIZES[parameters], has_seals
        quantiser = Quantiser((FeatureRange(0, 65536),) * self._size.features)
        self._settings = encode_settings(
            NetworkSettings(encode_quantiser(quantiser), self._size.classes, self._size.hidden, BITS, *_NO_DESCENT)
        )
        self._rounds = NetworkRounds(self._size.shape, BITS, blake2_256(b"palletlab/network" + self._settings))
        self.began = self._rounds.began(None)
        """The weights before the first round."""
        self.models = self._expected(rounds)
        """The weights after each round."""
        self._test_sets = [self._test_set(number, model) for number, model in enumerate(self.models)]
        self._keys = {name: KeyPair.from_uri(f"//{name}") for name in ("Owner", "Aggregator", "Validator")}
        self._trainers = [KeyPair.from_uri(f"//Client{number}") for number in range(clients)]
        self._content = WholeStore()
        self._in_threads = in_threads
        self._begin()

    def play(self) -> float:
        """Wall seconds of the next round, from the owner's call to the settlement; raises WorkDiffers."""
        number = self._played
        begun = time.perf_counter()
        self._do(call_of(self._runtime.federated_round.start_round, task=0))
        for _ in range(BLOCKS_AT_MOST):
            self._seal()
            if self._node.best.state.get(self._live_key) in (None, b"\0"):  # no round is live
                break
        seconds = time.perf_counter() - begun
        self._played += 1
        self._check(number)
        return seconds

    def close(self) -> None:
        """End the workers' threads."""
        self._node.workers.close()

    @property
    def _runtime(self) -> DevRuntime:
        return self._node.runtime_at()

    def _begin(self) -> None:
        people = [*self._keys.values(), *self._trainers]
        genesis = {
            "Balances": balances.Genesis(balances=tuple((key.account, 10_000 * UNIT) for key in people)),
            "Staking": staking.Genesis(bonds=tuple((key.account, 100 * UNIT) for key in people[1:])),
        }
        operators = [
            Operator(test_sets=tuple(self._test_sets)),
            *[Operator(serves=True)] * 2,
            *[
                Operator(LocalData(_rows(b"rows", 1, self._size), key.account), training=Shift(step_of(number)))
                for number, key in enumerate(self._trainers)
            ],
        ]
        participants = [
            Participant(key, operator, randomness=seeded_randomness(key.account))
            for key, operator in zip(people, operators, strict=True)
        ]
        settings = WorkerSettings(executor=Threads) if self._in_threads else WorkerSettings()
        self._node = dev_node(genesis, participants, workers=settings, content=self._content)
        self._content.put(self._settings)
        self._played = 0
        self._live_key = self._runtime.federated_round.live.storage_key()
        registry, rounds = self._runtime.ml_registry, self._runtime.federated_round
        text = Hash(bytes(32))
        self._do(call_of(registry.create_model, name=b"m", algorithm=NETWORK_AVERAGING, licence=b"", description=text))
        self._seal()
        terms, sets = self._terms(), tuple(held.commitment for held in self._test_sets)
        pool = len(sets) * terms.round_reward
        self._do(call_of(rounds.create_task, model=0, terms=terms, pool=pool, test_sets=sets))
        for _ in range(BLOCKS_AT_MOST):
            self._seal()
            if self._runtime.federated_round.standing_count.get(0) == len(people) - 1:
                return
        raise WorkDiffers("not everybody stands for the task")

    def _terms(self) -> Terms:
        return Terms(
            settings=artifact_of(self._settings),
            schedule=Schedule(enrol=0, train=9, aggregate=9, evaluate=9, reveal=9, disclose=9),
            seats=Seats(self._clients, self._clients, aggregators=1, validators=1),
            split=Split(clients=70, aggregators=15, validators=15),
            penalties=Penalties(fault=500_000, absence=100_000),
            round_reward=10 * UNIT,
            minimum_stake=10 * UNIT,
            reward_threshold=0,
            unjudged_share=50,
            max_samples=1_000,
            automatic=False,
            worth=BySamples(),
            unsealed_updates=not self._has_seals,
        )

    def _do(self, call: RuntimeCall) -> None:
        self._node.submit_call(self._keys["Owner"], call)

    def _seal(self) -> None:
        self._node.seal()
        if self._in_threads and not self._node.workers.wait_idle():
            raise WorkDiffers("the workers of a block do not end")

    def _check(self, number: int) -> None:
        rounds = self._runtime.federated_round
        course, agreed = rounds.course(0, number), rounds.agreed_aggregate.get((0, number))
        if course.outcome is not Outcome.PUBLISHED or agreed is None or agreed.model is None or agreed.invalid:
            raise WorkDiffers(f"our round {number} ended as {course.outcome}, not with a version of all updates")
        if self._content.get(agreed.model.cid.decode()) != self._rounds.model(self.models[number]):
            raise WorkDiffers(f"our round {number} made another model than the mean of the updates")

    def _expected(self, rounds: int) -> list[NDArray[np.int64]]:
        """The model after each round, by a sum without blocks or narrow integers."""
        models, weights = list[NDArray[np.int64]](), self.began
        for _ in range(rounds):
            began, total = self._rounds.as_reals(weights), np.zeros(len(weights), dtype=np.int64)
            for client in range(self._clients):
                total += self._rounds.read(self._rounds.moved(began, began + np.float32(step_of(client)))).values
            weights = weights + np.sign(total) * (np.abs(total) // self._clients)
            models.append(weights)
        return models

    def _test_set(self, number: int, model: NDArray[np.int64]) -> HeldOut:
        """Rows that the model after the round is right about."""
        rows = _rows(b"test %d" % number, TEST_ROWS, self._size)
        return HeldOut(DataSet.of(rows.rows(), self._rounds.answers(model, rows.rows())), blake2_256(b"%d" % number))


def moved_in(chain: RoundChain, number: int) -> float:
    """How far a round that was played moved the weights on average."""
    before = chain.began if not number else chain.models[number - 1]
    return float((chain.models[number] - before).mean()) * 2.0**-WEIGHT_FRACTIONAL_BITS


def mean_step(clients: int) -> float:
    """How far a round moves each weight."""
    return sum(step_of(client) for client in range(clients)) / clients


def largest_error(clients: int) -> float:
    """How far a weight may be off that after a round: half a step of each update, a unit, and a float's last bit."""
    bits = max(int(step_of(clients - 1) * 2**WEIGHT_FRACTIONAL_BITS).bit_length() - BITS + 1, 0)
    return 2.0 ** (bits - 1 - WEIGHT_FRACTIONAL_BITS) + 2.0**-22


def _rows(name: bytes, count: int, size: Size) -> DataSet:
    """Rows of a name, all of class 0."""
    drawn = np.random.default_rng([SEED, *name]).integers(0, 65536, (count, size.features))
    rows: Sequence[Sequence[int]] = drawn.tolist()
    return DataSet.of(rows, [0] * count)
