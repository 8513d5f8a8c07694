"""A runtime with everything that a federated round touches, and participants who act by direct calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Balance, Hash
from chain.state.overlay import Overlay
from pallets import balances, federated_round, governance, ml_registry, staking
from pallets.federated_round import (
    Aggregate,
    ClientScore,
    DataCommitment,
    Drawn,
    Evaluation,
    FederatedRound,
    Judged,
    Penalties,
    Phase,
    Round,
    Schedule,
    Seats,
    Split,
    Stage,
    Terms,
)
from pallets.federated_round.drawing import BlockHashBeacon
from pallets.federated_round.payment import PROPORTIONAL
from pallets.federated_round.sealed import Content, commitment_of, content_hash, seal_of
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import MockRuntime, assert_ok, run_to_block
from pallets.ml_registry import FOREST_MERGE, Artifact, artifact_of
from pallets.ml_registry.types import AlgorithmId

MINIMUM_BALANCE = 10
ENDOWMENT = 1_000_000
STAKE = 10_000
SALT = bytes(range(32))


def account(name: str) -> AccountId:
    """An account of that name."""
    return AccountId(name.encode().ljust(32, b"."))


OWNER = account("owner")
CLIENTS = tuple(account(f"client {number}") for number in range(1, 5))
KEEPERS = tuple(account(f"keeper {number}") for number in range(1, 7))
EVERYBODY = (OWNER, *CLIENTS, *KEEPERS)

TERMS = Terms(
    settings=artifact_of(b"settings"),
    schedule=Schedule(enrol=3, train=4, aggregate=4, evaluate=4, reveal=3, disclose=3),
    seats=Seats(clients=4, minimum_clients=2, aggregators=3, validators=3),
    split=Split(clients=70, aggregators=10, validators=20),
    penalties=Penalties(fault=500_000, absence=100_000),
    round_reward=10_000,
    minimum_stake=1_000,
    reward_threshold=None,
    unjudged_share=50,
    max_samples=1_000,
    automatic=False,
    payment=PROPORTIONAL,
)


class RoundRuntime(MockRuntime):
    """System, Balances, MlRegistry, Governance, Staking and FederatedRound."""

    def __init__(self, storage: Overlay | None = None) -> None:
        super().__init__(storage)
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=MINIMUM_BALANCE), index=4
        )
        self.ml_registry = ml_registry.MlRegistry(self, ml_registry.Config(currency=self.balances), index=20)
        self.governance = governance.Governance(
            self,
            governance.Config(
                currency=self.balances, dispatcher=self, deposit=500, voting_period=10, enactment_delay=5, max_members=4
            ),
            index=21,
        )
        self.staking = staking.Staking(
            self,
            staking.Config(
                currency=self.balances,
                slash_destination=self.governance.treasury(),
                minimum_bond=100,
                unbonding_delay=50,
                max_unlocking=3,
            ),
            index=22,
        )
        self.federated_round = FederatedRound(
            self,
            federated_round.Config(
                currency=self.balances,
                stakes=self.staking,
                models=self.ml_registry,
                beacon=BlockHashBeacon(self.system),
                max_live=3,
                max_enrolled=12,
                history=3,
            ),
            index=23,
        )


def new_runtime(algorithm: AlgorithmId = FOREST_MERGE) -> RoundRuntime:
    """Block 1: everybody is endowed, all but the owner are bonded, and the owner has an empty model 0."""
    runtime = RoundRuntime()
    runtime.balances.build_genesis(balances.Genesis(balances=tuple((who, ENDOWMENT) for who in EVERYBODY)))
    runtime.ml_registry.build_genesis(ml_registry.Genesis())
    runtime.governance.build_genesis(governance.Genesis(members=KEEPERS[:3]))
    runtime.staking.build_genesis(staking.Genesis(bonds=tuple((who, STAKE) for who in EVERYBODY[1:])))
    runtime.federated_round.build_genesis(federated_round.Genesis(reward_threshold=1_000))
    create = call_of(
        runtime.ml_registry.create_model, name=b"air", algorithm=algorithm, licence=b"", description=Hash(bytes(32))
    )
    assert_ok(runtime, Signed(OWNER), create)
    return runtime


def held_out(number: int) -> Artifact:
    """The test set of one round."""
    return artifact_of(b"test set %d" % number)


def update_of(who: AccountId) -> Artifact:
    """The update of one client."""
    return artifact_of(b"update of " + who)


MODEL = artifact_of(b"the joined model")


class Play:
    """A task, and everybody's moves in its rounds."""

    def __init__(self, runtime: RoundRuntime, terms: Terms = TERMS, pool: Balance = 30_000, test_sets: int = 3) -> None:
        self.runtime = runtime
        self.rounds = runtime.federated_round
        self.task = self.rounds.task_count.get()
        commitments = tuple(commitment_of(SALT, held_out(number).root) for number in range(test_sets))
        self.do(OWNER, call_of(self.rounds.create_task, model=0, terms=terms, pool=pool, test_sets=commitments))

    # Where it stands

    @property
    def number(self) -> int:
        """The newest round."""
        return self.rounds.task(self.task).rounds - 1

    @property
    def round(self) -> Round:
        """The newest round's course."""
        found = self.rounds.rounds.get((self.task, self.number))
        assert found is not None
        return found

    @property
    def drawn(self) -> Drawn:
        """Who has which role."""
        found = self.rounds.drawn.get((self.task, self.number))
        assert found is not None
        return found

    def do(self, who: AccountId, call: RuntimeCall) -> None:
        """A call that must succeed."""
        assert_ok(self.runtime, Signed(who), call)

    def wait(self, blocks: int = 1) -> None:
        """Let blocks pass."""
        run_to_block(self.runtime, self.rounds.block_number() + blocks)

    def until(self, *phases: Phase) -> None:
        """Let blocks pass until a phase begins; it must come before the round can be over twice."""
        for _ in range(2 * TERMS.schedule.longest):
            if self.round.phase in phases:
                return
            self.wait()
        raise AssertionError(f"the round stays in {self.round.phase!r} instead of {phases!r}")

    # Moves

    def start(self) -> None:
        """The owner starts a round."""
        self.do(OWNER, call_of(self.rounds.start_round, task=self.task))

    def enrol(self, who: AccountId, *, data: bool = False, duties: bool = False, samples: int = 100) -> None:
        """One account enrols."""
        offer = DataCommitment(Hash(blake2_256(who)), samples) if data else None
        self.do(who, call_of(self.rounds.enrol, task=self.task, number=self.number, data=offer, duties=duties))

    def enrol_all(self) -> None:
        """Clients offer data, keepers offer duties, and roles are drawn."""
        for who in CLIENTS:
            self.enrol(who, data=True)
        for who in KEEPERS:
            self.enrol(who, duties=True)
        self.until(Phase.COMMIT_UPDATES, Phase.REVEAL_UPDATES)

    def commit(self, who: AccountId, stage: Stage, content: Content) -> None:
        """Seal a content."""
        seal = seal_of(self.task, self.number, stage, who, SALT, content_hash(stage, content))
        self.do(who, call_of(self.rounds.commit, task=self.task, number=self.number, stage=stage, seal=seal))

    def basis(self, stage: Stage) -> Hash:
        """What contents of a stage are made of."""
        return self.rounds.basis(self.task, self.number, stage)

    def reveal_call(self, content: Content, salt: bytes = SALT) -> RuntimeCall:
        """The call that opens the seal of a content, or states it with its basis for a salt."""
        task, number = self.task, self.number
        match content:
            case Artifact():
                return call_of(self.rounds.reveal_update, task=task, number=number, update=content, salt=salt)
            case Aggregate():
                return call_of(self.rounds.reveal_aggregate, task=task, number=number, aggregate=content, salt=salt)
            case Evaluation():
                return call_of(self.rounds.reveal_evaluation, task=task, number=number, evaluation=content, salt=salt)

    def vote(self, stage: Stage, contents: Mapping[AccountId, Content], silent: Collection[AccountId] = ()) -> None:
        """Everybody commits, where the stage has seals; those who are not silent reveal; the phase after begins."""
        salt: bytes = self.basis(stage)
        if self.round.phase is stage.commit_phase:
            salt = SALT
            for who, content in contents.items():
                self.commit(who, stage, content)
            self.until(stage.reveal_phase)
        for who, content in contents.items():
            if who not in silent:
                self.do(who, self.reveal_call(content, salt))
        while self.round.phase is stage.reveal_phase:
            self.wait()

    def disclose(self) -> None:
        """The owner reveals the round's test set."""
        committed = self.round.test_set
        test_set = next(each for each in map(held_out, range(3)) if commitment_of(SALT, each.root) == committed)
        reveal = self.rounds.reveal_test_set
        call = call_of(reveal, task=self.task, number=self.number, test_set=test_set, salt=SALT)
        self.do(OWNER, call)
        self.wait()

    # What honest participants say

    def updates(self) -> dict[AccountId, Content]:
        """Every client's update."""
        return {who: update_of(who) for who in self.drawn.clients}

    def aggregates(self, invalid: tuple[AccountId, ...] = ()) -> dict[AccountId, Content]:
        """The same aggregate by every aggregator."""
        return {who: Aggregate(MODEL, invalid) for who in self.drawn.aggregators}

    def evaluations(self, judged: Evaluation) -> dict[AccountId, Content]:
        """The same evaluation by every validator."""
        return dict.fromkeys(self.drawn.validators, judged)

    def judged(self, *contributions: int, after: int = 900_000, solo: int = 700_000) -> Judged:
        """A verdict on the clients of the aggregate, whose contributions are given in their order."""
        joined = self.rounds.judged_clients(self.task, self.number, self.round)
        scores = zip(joined, contributions, strict=True)
        clients = tuple(ClientScore(who, score, solo if score >= 0 else 100_000) for who, score in scores)
        return Judged(before=500_000, after=after, constant=500_000, clients=clients)

    def to_judgement(self) -> None:
        """A round in which everything went well, up to the validators' votes."""
        self.start()
        self.enrol_all()
        self.vote(Stage.UPDATE, self.updates())
        self.vote(Stage.AGGREGATE, self.aggregates())
        self.disclose()
