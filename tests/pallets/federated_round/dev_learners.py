"""Rounds of small linear models on a real development node: honest clients and one attacker, all played by workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from chain.content.memory import MemoryStore
from chain.content.store import ContentStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.node.service import Node
from chain.offchain.participant import Participant, seeded_randomness
from chain.offchain.settings import WorkerSettings
from chain.primitives import AccountId, Hash
from chain.store.block_store import BlockStore
from pallets import balances, federated_round, staking
from pallets.federated_round import Penalties, Phase, Role, Round, Schedule, Seats, Settlement, Split, Terms
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.federated_round.settings import LinearSettings, Settings, encode_settings
from pallets.frame.call import RuntimeCall, call_of
from pallets.learning.linear_model import LinearModel, decode_linear
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream
from pallets.ml_registry import LINEAR_AVERAGING, artifact_of
from pallets.ml_registry.types import AlgorithmId
from runtime.dev import UNIT, DevRuntime
from runtime.devnet import dev_node

SETTINGS: Final = LinearSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)), classes=2, epochs=15, learning_rate=3 << 16, l2=0
)
TERMS: Final = Terms(
    settings=artifact_of(encode_settings(SETTINGS)),
    schedule=Schedule(enrol=2, train=4, aggregate=4, evaluate=4, reveal=4, disclose=4),
    seats=Seats(clients=7, minimum_clients=5, aggregators=2, validators=2),
    split=Split(clients=70, aggregators=15, validators=15),
    penalties=Penalties(fault=500_000, absence=100_000),
    round_reward=10 * UNIT,
    minimum_stake=10 * UNIT,
    reward_threshold=1,
    unjudged_share=50,
    max_samples=1_000,
    automatic=False,
)
DUTIES: Final = 3


def key_of(name: str) -> KeyPair:
    """A key whose signatures depend on the message alone, so that runs are equal."""
    return KeyPair.from_uri(f"//{name}", Scheme.ED25519)


OWNER: Final = key_of("Owner")
KEEPERS: Final = tuple(key_of(f"Keeper{number}") for number in range(DUTIES))


def clients_of(count: int) -> tuple[KeyPair, ...]:
    """The keys of so many clients."""
    return tuple(key_of(f"Client{number}") for number in range(count))


def rows_of(name: str, count: int = 30, flipped: bool = False) -> DataSet:
    """Points of a square, and on which side of a line they are; or the other way round."""
    stream = Stream(blake2_256(name.encode()))
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return DataSet.of(rows, [int((row[0] + row[1] > 65536) != flipped) for row in rows])


def test_set(number: int) -> HeldOut:
    """What one round is judged by."""
    return HeldOut(rows_of(f"test {number}", 40), blake2_256(b"salt %d" % number))


test_set.__test__ = False  # type: ignore[attr-defined]


@dataclass
class Learners:
    """A node with everybody's workers, a model, and a task for each of `terms`.

    attackers: clients that learn every label the wrong way round; out: who has no worker on this node
    keepers: who does duties
    """

    terms: Sequence[Terms] = (TERMS,)
    clients: int = 7
    rounds: int = 1
    attackers: Sequence[int] = ()
    settings: Settings = SETTINGS
    algorithm: AlgorithmId = LINEAR_AVERAGING
    keepers: Sequence[KeyPair] = KEEPERS
    content: ContentStore = field(default_factory=MemoryStore)
    store: BlockStore | None = None
    workers: WorkerSettings | None = None
    out: Sequence[AccountId] = ()

    def __post_init__(self) -> None:
        self.node: Node[DevRuntime] = self.new_node()

    def new_node(self) -> Node[DevRuntime]:
        """A node over the same store, as after a restart of the process."""
        data = encode_settings(self.settings)
        self.content.put(data)
        people = (OWNER, *clients_of(self.clients), *self.keepers)
        genesis = {
            "Balances": balances.Genesis(balances=tuple((key.account, 1_000 * UNIT) for key in people)),
            "Staking": staking.Genesis(bonds=tuple((key.account, 100 * UNIT) for key in people[1:])),
            "FederatedRound": federated_round.Genesis(reward_threshold=1),
        }
        playing = [key for key in people if key.account not in self.out]
        participants = [
            Participant(key, self._data(key), randomness=seeded_randomness(blake2_256(key.account))) for key in playing
        ]
        return dev_node(genesis, participants, store=self.store, workers=self.workers, content=self.content)

    def _data(self, key: KeyPair) -> object:
        """What the node of an account is given."""
        return self._operator(key)

    def _operator(self, key: KeyPair) -> Operator:
        if key is OWNER:
            return Operator(test_sets=tuple(test_set(number) for number in range(self.rounds * len(self.terms))))
        if key in self.keepers:
            return Operator(serves=True)
        flipped = key in [clients_of(self.clients)[number] for number in self.attackers]
        name = next(f"rows {number}" for number, each in enumerate(clients_of(self.clients)) if each == key)
        return Operator(data=LocalData(rows_of(name, flipped=flipped), blake2_256(b"salt of " + key.account)))

    # Acts of the owner

    def open(self) -> None:
        """Register one model a task, and open the tasks."""
        runtime = self.node.runtime_at()
        for number in range(len(self.terms)):
            self.do(
                call_of(
                    runtime.ml_registry.create_model,
                    name=b"model %d" % number,
                    algorithm=self.algorithm,
                    licence=b"",
                    description=Hash(bytes(32)),
                )
            )
        self.seal()
        settings = artifact_of(encode_settings(self.settings))
        for number, terms in enumerate(self.terms):
            sets = [test_set(number * self.rounds + each) for each in range(self.rounds)]
            self.do(
                call_of(
                    runtime.federated_round.create_task,
                    model=number,
                    terms=replace(terms, settings=settings),
                    pool=self.rounds * terms.round_reward,
                    test_sets=tuple(held.commitment for held in sets),
                )
            )
        self.seal()

    def start(self) -> None:
        """Start a round of every task."""
        start = self.node.runtime_at().federated_round.start_round
        for task in range(len(self.terms)):
            self.do(call_of(start, task=task))
        self.seal()

    def do(self, call: RuntimeCall) -> None:
        """A call of the owner's, for the next block."""
        self.node.submit_call(OWNER, call)

    def seal(self) -> None:
        """One block, after which every pallet finds its state in order."""
        self.node.seal()
        self.node.runtime_at().try_state()

    def play(self, after_block: Callable[[], None] = lambda: None) -> None:
        """Let the workers finish the rounds that are running."""
        for _ in range(2 * TERMS.schedule.longest):
            if not self.node.runtime_at().federated_round.live.get():
                return
            self.seal()
            after_block()
        raise AssertionError("the rounds do not end")

    def play_all(self) -> None:
        """Open the tasks and play all their rounds."""
        self.open()
        for _ in range(self.rounds):
            self.start()
            self.play()

    # What came of it

    def course(self, task: int = 0, number: int = 0) -> Round:
        """The course of a round."""
        return self.node.runtime_at().federated_round.course(task, number)

    def phase(self, task: int = 0, number: int = 0) -> Phase:
        """Where a round stands."""
        return self.course(task, number).phase

    def settled(self, role: Role, task: int = 0, number: int = 0) -> Mapping[AccountId, Settlement]:
        """What the holders of a role got."""
        found = self.node.runtime_at().federated_round.settlements.get((task, number)) or ()
        return {each.account: each for each in found if each.role is role}

    def model(self, task: int = 0, number: int = 0) -> LinearModel:
        """The model that the aggregators agreed on."""
        agreed = self.node.runtime_at().federated_round.agreed_aggregate.get((task, number))
        assert agreed is not None
        assert agreed.model is not None
        return decode_linear(self.content.get(agreed.model.cid.decode()))
