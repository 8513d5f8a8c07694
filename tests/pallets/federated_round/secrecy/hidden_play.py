"""Hidden rounds on the mock runtime, played by everybody's workers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from pallets import balances, federated_round, governance, ml_registry, staking
from pallets.federated_round import Outcome, Phase, Role, Round, Settlement, Terms
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator
from pallets.federated_round.rules import MEAN, AggregationRule
from pallets.federated_round.secrecy.choice import Full, Grouped, Hiding, Secrecy
from pallets.federated_round.secrecy.types import Group
from pallets.federated_round.settings import LinearSettings, NetworkSettings, Settings, encode_settings
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok
from pallets.learning.linear_model import WEIGHT_LIMIT, LinearModel, decode_linear
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream
from pallets.ml_registry import LINEAR_AVERAGING, NETWORK_AVERAGING, artifact_of
from pallets.ml_registry.types import AlgorithmId
from tests.pallets.federated_round.fake_node import Devnet, FakeNode
from tests.pallets.federated_round.mock import ENDOWMENT, KEEPERS, OWNER, STAKE, TERMS, RoundRuntime, account

SETTINGS = LinearSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)), classes=2, epochs=20, learning_rate=3 << 16, l2=0
)
NETWORK = NetworkSettings(SETTINGS.quantiser, classes=2, hidden=4, bits=16, epochs=6, learning_rate=1 << 15, batch=8)
EXACT = Hiding(clip=2 * WEIGHT_LIMIT, fractional_bits=24, modulus_bits=64, colluding=0, noise=0, blocks=2)
"""Hides every change that two models can have, to the last bit."""

FULL = Full(EXACT)
ROUNDS = 2


def clients_of(count: int) -> tuple[AccountId, ...]:
    """So many clients, in ascending order."""
    return tuple(account(f"client {number:02}") for number in range(count))


def terms_of(secrecy: Secrecy, clients: int, minimum: int, rule: AggregationRule = MEAN) -> Terms:
    """Terms of a task for so many clients; samples are few enough for sums to have room."""
    seats = replace(TERMS.seats, clients=clients, minimum_clients=minimum)
    return replace(TERMS, secrecy=secrecy, seats=seats, rule=rule, max_samples=100, reward_threshold=0)


def runtime_of(clients: Collection[AccountId], algorithm: AlgorithmId = LINEAR_AVERAGING) -> RoundRuntime:
    """Everybody is endowed and bonded, and the owner has a model without versions."""
    runtime, people = RoundRuntime(), (OWNER, *clients, *KEEPERS)
    runtime.balances.build_genesis(balances.Genesis(balances=tuple((who, ENDOWMENT) for who in people)))
    runtime.ml_registry.build_genesis(ml_registry.Genesis())
    runtime.governance.build_genesis(governance.Genesis(members=KEEPERS[:3]))
    runtime.staking.build_genesis(staking.Genesis(bonds=tuple((who, STAKE) for who in people[1:])))
    runtime.federated_round.build_genesis(federated_round.Genesis(reward_threshold=1_000))
    create = call_of(
        runtime.ml_registry.create_model,
        name=b"hidden",
        algorithm=algorithm,
        licence=b"",
        description=Hash(bytes(32)),
    )
    assert_ok(runtime, Signed(OWNER), create)
    return runtime


def rows_of(name: bytes, count: int, flipped: bool = False) -> DataSet:
    """Points of a square, and on which side of a line they are; or the other way round."""
    stream = Stream(blake2_256(name))
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return DataSet.of(rows, [int((row[0] + row[1] > 65536) != flipped) for row in rows])


class Hidden(Devnet):
    """A devnet of clients with different numbers of rows; keepers aggregate and validate."""

    def __init__(
        self, terms: Terms, clients: int, attackers: Collection[int] = (), settings: Settings = SETTINGS
    ) -> None:
        self.clients = clients_of(clients)
        operators: dict[AccountId, Operator] = {}
        for number, who in enumerate(self.clients):
            rows = rows_of(who, 20 + number, flipped=number in attackers)
            operators[who] = Operator(data=LocalData(rows, who))
        operators |= {who: Operator(serves=True) for who in KEEPERS}
        held = tuple(HeldOut(rows_of(b"test %d" % number, 40), OWNER) for number in range(ROUNDS))
        operators[OWNER] = Operator(test_sets=held)
        algorithm = NETWORK_AVERAGING if isinstance(settings, NetworkSettings) else LINEAR_AVERAGING
        super().__init__(runtime_of(self.clients, algorithm), operators)
        self.rounds = self.runtime.federated_round
        data = encode_settings(settings)
        self.content.put(data)
        call = call_of(
            self.rounds.create_task,
            model=0,
            terms=replace(terms, settings=artifact_of(data)),
            pool=ROUNDS * terms.round_reward,
            test_sets=tuple(each.commitment for each in held),
        )
        assert_ok(self.runtime, Signed(OWNER), call)
        self.start()

    def start(self) -> None:
        """The owner starts a round."""
        assert_ok(self.runtime, Signed(OWNER), call_of(self.rounds.start_round, task=0))

    # Where it stands

    @property
    def key(self) -> tuple[int, int]:
        """The newest round."""
        return 0, self.rounds.task(0).rounds - 1

    @property
    def round(self) -> Round:
        """Its course."""
        return self.rounds.course(*self.key)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Who is in which sum."""
        return self.rounds.groups.get(self.key) or ()

    def settled(self, role: Role = Role.CLIENT) -> dict[AccountId, Settlement]:
        """What the holders of a role got."""
        found = self.rounds.settlements.get(self.key) or ()
        return {each.account: each for each in found if each.role is role}

    def model(self) -> LinearModel:
        """The linear model that the aggregators agreed on."""
        return decode_linear(self.agreed())

    def agreed(self) -> bytes:
        """The bytes of the model that the aggregators agreed on."""
        agreed = self.rounds.agreed_aggregate.get(self.key)
        assert agreed is not None
        assert agreed.model is not None
        return self.content.get(agreed.model.cid.decode())

    # How it goes on

    def until(self, phase: Phase) -> None:
        """Blocks until the phase has begun and every worker has seen it."""
        for _ in range(100):
            if self.round.phase is phase:
                return
            assert self.round.phase is not Phase.ENDED, f"{self.round.outcome!r} before {phase!r}"
            self.block()
        raise AssertionError(f"the round stays in {self.round.phase!r} instead of {phase!r}")

    def finish(self, each: Callable[[], None] = lambda: None) -> Outcome:
        """Let the workers play the round to its end; each: after every block."""
        for _ in range(100):
            self.block()
            each()
            if self.round.outcome is not None:
                return self.round.outcome
        raise AssertionError("the round does not end")

    def stop(self, *clients: AccountId) -> None:
        """These nodes are gone, with what they were about to send."""
        for who in clients:
            del self.nodes[who]

    def restart(self) -> None:
        """Every worker begins anew, with its node's storage, and what it sent is on its way."""
        for who, old in self.nodes.items():
            pool = list(old.pool)
            self.nodes[who] = FakeNode(who, old.data, old.content, pool, dict(old.local), old.seeds_given)


def grouped(groups: int, minimum_groups: int, hiding: Hiding = EXACT) -> Grouped:
    """Grouped secrecy."""
    return Grouped(groups, minimum_groups, hiding)
