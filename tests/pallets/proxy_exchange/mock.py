"""A runtime with what exchanges touch, members who act by direct calls, and a devnet whose workers act for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from chain.content.memory import MemoryStore
from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Hash
from chain.state.overlay import Overlay
from pallets import balances, proxy_exchange
from pallets.federated_round.data import DataSet, LocalData
from pallets.federated_round.drawing import BlockHashBeacon
from pallets.federated_round.noise import NOISELESS
from pallets.federated_round.settings import LinearSettings, encode_settings
from pallets.federated_round.types import DataCommitment
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok, run_to_block
from pallets.learning.quantise import FeatureRange, Quantiser, encode_quantiser
from pallets.learning.stream import Stream
from pallets.ml_registry import Artifact, artifact_of
from pallets.proxy_exchange import Exchange, Phase, Plan, ProxyExchange
from pallets.proxy_exchange.operator import Peer
from tests.pallets.federated_round.fake_node import FakeNode

DEPOSIT, ENDOWMENT = 500, 1_000_000


def account(name: str) -> AccountId:
    """An account of that name."""
    return AccountId(name.encode().ljust(32, b"."))


OWNER = account("owner")
MEMBERS = tuple(account(f"member {number}") for number in range(1, 6))

SETTINGS = LinearSettings(
    encode_quantiser(Quantiser((FeatureRange(0, 65536),) * 2)), classes=2, epochs=15, learning_rate=3 << 16, l2=0
)
PLAN = Plan(
    settings=artifact_of(encode_settings(SETTINGS)),
    purpose=None,
    noise=NOISELESS,
    share=1 << 15,
    rounds=4,
    minimum_members=2,
    join=3,
    push=3,
    acknowledge=3,
)


class Permitted:
    """What tests say of data: whose they are, and who may use them for the one purpose that there is."""

    def __init__(self) -> None:
        self.owners: dict[Hash, AccountId] = {}
        self.users: set[AccountId] = set()

    def permits_use(self, commitment: Hash, who: AccountId, purpose: Hash) -> bool:
        return who in self.users

    def owner_of(self, commitment: Hash) -> AccountId | None:
        return self.owners.get(commitment)


class ExchangeRuntime(MockRuntime):
    """System, Balances and ProxyExchange."""

    def __init__(self, storage: Overlay | None = None, *, has_permits: bool = True) -> None:
        super().__init__(storage)
        self.permits = Permitted()
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=10), index=4
        )
        self.proxy_exchange = ProxyExchange(
            self,
            proxy_exchange.Config(
                currency=self.balances,
                beacon=BlockHashBeacon(self.system),
                permits=self.permits if has_permits else None,
                deposit=DEPOSIT,
            ),
            index=33,
        )


def new_runtime() -> ExchangeRuntime:
    """Block 1: everybody is endowed."""
    runtime = ExchangeRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=tuple((who, ENDOWMENT) for who in (OWNER, *MEMBERS))))
    return runtime


def proxy_of(who: AccountId, number: int) -> Artifact:
    """The proxy that a member shows in a round."""
    return artifact_of(b"proxy %d of " % number + who)


class Play:
    """An exchange, and everybody's moves in it."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.runtime = new_runtime()
        self.exchanges = self.runtime.proxy_exchange
        self.do(OWNER, call_of(self.exchanges.open, plan=plan))

    @property
    def exchange(self) -> Exchange:
        """The exchange, as it was left."""
        return self.exchanges.exchange(0)

    @property
    def ring(self) -> tuple[AccountId, ...]:
        """The ring of the round."""
        return self.exchanges.rings.get((0, self.exchange.number)) or ()

    def do(self, who: AccountId, call: RuntimeCall) -> None:
        """A call that must succeed."""
        assert_ok(self.runtime, Signed(who), call)
        self.runtime.try_state()

    def wait(self, blocks: int = 1) -> None:
        """Let blocks pass."""
        run_to_block(self.runtime, self.exchanges.block_number() + blocks)

    def join_call(self, who: AccountId, samples: int = 10) -> RuntimeCall:
        """The call that joins."""
        data = DataCommitment(Hash(blake2_256(who)), samples)
        return call_of(self.exchanges.join, exchange=0, data=data)

    def push_call(self, who: AccountId, number: int | None = None) -> RuntimeCall:
        """The call that shows a proxy."""
        number = self.exchange.number if number is None else number
        return call_of(self.exchanges.push, exchange=0, number=number, proxy=proxy_of(who, number))

    def acknowledge_call(self, who: AccountId, *, reads: bool = True) -> RuntimeCall:
        """The call that says what was heard."""
        number = self.exchange.number
        source = self.exchanges.source_for(0, number, who)
        root = None if source is None or not reads else proxy_of(source, number).root
        return call_of(self.exchanges.acknowledge, exchange=0, number=number, root=root)

    def begin(self, members: tuple[AccountId, ...] = MEMBERS) -> None:
        """Members join, and the ring of the first round is drawn."""
        for who in members:
            self.do(who, self.join_call(who))
        self.wait(PLAN.join + 1)
        self.do(OWNER, call_of(self.exchanges.go_on, exchange=0))
        assert self.exchange.phase is Phase.PUSH

    def play_round(self, silent: tuple[AccountId, ...] = ()) -> None:
        """Everybody on the ring pushes and acknowledges, but for the silent; the next round begins."""
        number, ring = self.exchange.number, self.ring
        for who in ring:
            if who not in silent:
                self.do(who, self.push_call(who))
        if self.exchange.phase is Phase.PUSH and self.exchange.number == number:
            self.wait(PLAN.push)
            self.do(OWNER, call_of(self.exchanges.go_on, exchange=0))
        for who in self.exchanges.pushed_in(0, number):
            if self.exchange.phase is Phase.ACKNOWLEDGE:
                self.do(who, self.acknowledge_call(who))


def rows_of(seed: bytes, count: int = 30) -> DataSet:
    """Points of a square, and on which side of a line they are."""
    stream = Stream(seed)
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return DataSet.of(rows, [int(row[0] + row[1] > 65536) for row in rows])


@dataclass
class Devnet:
    """Blocks on a mock runtime; after each, every member's worker runs, and its calls are in the next block."""

    plan: Plan = PLAN
    members: tuple[AccountId, ...] = MEMBERS
    runtime: ExchangeRuntime = field(default_factory=new_runtime)
    content: MemoryStore = field(default_factory=MemoryStore)
    failed: list[DispatchError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.nodes = {who: self.node_of(who) for who in self.members}
        self.plan = replace(self.plan, settings=artifact_of(encode_settings(SETTINGS)))
        self.content.put(encode_settings(SETTINGS))
        assert_ok(self.runtime, Signed(OWNER), call_of(self.runtime.proxy_exchange.open, plan=self.plan))

    def node_of(self, who: AccountId) -> FakeNode:
        """A member's node, with rows of its own."""
        return FakeNode(who, Peer(LocalData(rows_of(who), who)), self.content)

    def block(self) -> None:
        """One more block with all pending calls, then the workers."""
        run_to_block(self.runtime, self.runtime.system.number.get() + 1)
        for node in self.nodes.values():
            for call in node.pool:
                try:
                    self.runtime.dispatch(call, Signed(node.account))
                except DispatchError as error:
                    self.failed.append(error)
            node.pool.clear()
        self.runtime.try_state()
        for node in self.nodes.values():
            exchanges = self.runtime.proxy_exchange
            if exchanges.with_offchain_work(0, (node.data,)):
                exchanges.offchain_worker(self.runtime.system.number.get(), node)

    def play(self, blocks: int = 60) -> None:
        """Until the exchange is over."""
        for _ in range(blocks):
            if self.runtime.proxy_exchange.exchange(0).phase is Phase.ENDED:
                return
            self.block()
        raise AssertionError("the exchange does not end")
