"""Workers on a real node argue about a training: from the forest to a tree, a node, a feature, a chunk of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from chain.content.memory import MemoryStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.node.service import Node
from chain.offchain.participant import Participant, seeded_randomness
from chain.primitives import BlockNumber
from chain.runtime_api import OffchainNode
from chain.scale import codec_of
from pallets import balances, staking
from pallets.disputes import Computation, Disputant, Reason
from pallets.disputes import worker as worker_module
from pallets.disputes.calls import DisputeCalls
from pallets.disputes.computations.kinds import TRAINING
from pallets.disputes.computations.training import Training, row_chunks
from pallets.disputes.events import Challenged, Concluded, Decided, Event, Executed, Narrowed
from pallets.frame.call import call_of
from pallets.learning.attacks import falsified
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.ml_registry.artifact import Artifact, artifact_of
from runtime.dev import UNIT, DevRuntime
from runtime.devnet import dev_node
from tests.pallets.disputes.computations.lessons import lesson, points, training_of
from tests.pallets.federated_round.dev_learners import key_of

E = TypeVar("E", bound=Event)

LIAR, WATCHER = key_of("Liar"), key_of("Watcher")
PARAMETERS = ForestParameters(trees=3, max_depth=3, min_leaf=2, features_per_split=0, classes=3)
ROWS, LABELS = points(150)
DATA = b"".join(row_chunks(ROWS, LABELS))
FOREST = encode_forest(lesson(ROWS, LABELS, PARAMETERS)[2])
TRUE, FALSE = artifact_of(FOREST), artifact_of(falsified(FOREST))


class Court:
    """A node with the workers of these accounts; a claim stands for six blocks."""

    def __init__(self, operators: Sequence[tuple[KeyPair, Disputant]], store: MemoryStore | None = None) -> None:
        people = (LIAR, WATCHER)
        self.content = store or MemoryStore()
        genesis = {
            "Balances": balances.Genesis(balances=tuple((key.account, 1_000 * UNIT) for key in people)),
            "Staking": staking.Genesis(bonds=tuple((key.account, 100 * UNIT) for key in people)),
        }
        participants = [
            Participant(key, disputant, randomness=seeded_randomness(blake2_256(key.account)))
            for key, disputant in operators
        ]
        self.node: Node[DevRuntime] = dev_node(genesis, participants, content=self.content)
        self.told: list[Event] = []

    def claim(self, who: KeyPair, result: Artifact | None, inputs: Training) -> None:
        computation = Computation(TRAINING, codec_of(Training).encode(inputs))
        disputes = self.node.runtime_at().disputes
        self.node.submit_call(who, call_of(disputes.claim, computation=computation, result=result, window=6))
        self.seal()

    def seal(self) -> None:
        self.node.seal()
        runtime = self.node.runtime_at()
        runtime.try_state()
        self.told += [each.event.event for each in runtime.system.events.get() if isinstance(each.event.event, Event)]

    def play(self, most: int = 80) -> None:
        for _ in range(most):
            if not list(self.node.runtime_at().disputes.claims.iter_keys()):
                return
            self.seal()
        raise AssertionError("the claim is never concluded")

    def spoken(self, kind: type[E]) -> list[E]:
        return [each for each in self.told if isinstance(each, kind)]


@pytest.fixture(autouse=True)
def _no_answers() -> None:
    """No node knows anything from the test before."""
    worker_module._answers.clear()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_a_false_forest_is_narrowed_down_to_rows_and_refuted(share: float) -> None:
    court = Court([(LIAR, Disputant(bends=share)), (WATCHER, Disputant())])
    court.content.put(DATA)
    court.claim(LIAR, FALSE, training_of(ROWS, LABELS, PARAMETERS))
    court.play()
    assert court.spoken(Challenged) == [Challenged(0, WATCHER.account, TRUE)]
    assert [each.level for each in court.spoken(Narrowed) if each.height == 0] == [0, 1, 2, 3]
    assert len(court.spoken(Executed)) == 1
    assert court.spoken(Decided) == [Decided(0, WATCHER.account, Reason.PROVED)]
    assert court.spoken(Concluded) == [Concluded(0, True, TRUE)]
    assert court.content.get(TRUE.cid.decode()) == FOREST
    held = court.node.runtime_at().balances.total_balance_on_hold(WATCHER.account)
    assert held == 100 * UNIT  # the stake, and no bond


def test_a_forest_is_claimed_where_the_rows_teach_nothing() -> None:
    labels = [7, *LABELS[1:]]
    data = b"".join(row_chunks(ROWS, labels))
    court = Court([(LIAR, Disputant(bends=0.5)), (WATCHER, Disputant())])
    court.content.put(data)
    court.claim(LIAR, TRUE, replace(training_of(ROWS, labels, PARAMETERS), data=artifact_of(data)))
    court.play()
    assert court.spoken(Challenged) == [Challenged(0, WATCHER.account, None)]
    assert court.spoken(Concluded) == [Concluded(0, True, None)]


def test_a_true_claim_is_not_challenged_and_concluded_by_its_own_node() -> None:
    court = Court([(LIAR, Disputant()), (WATCHER, Disputant())])
    court.content.put(DATA)
    court.claim(LIAR, TRUE, training_of(ROWS, LABELS, PARAMETERS))
    court.play(10)
    assert court.spoken(Challenged) == []
    assert court.spoken(Concluded) == [Concluded(0, True, TRUE)]


@pytest.mark.parametrize("told", [DATA[::-1], None])
def test_what_a_node_cannot_compute_it_does_not_challenge(told: bytes | None) -> None:
    court = Court([(LIAR, Disputant()), (WATCHER, Disputant())])
    inputs = training_of(ROWS, LABELS, PARAMETERS)
    if told is not None:
        court.content.put(told)
        inputs = replace(inputs, data=artifact_of(told))  # rows that are not those of the root
    court.claim(LIAR, FALSE, inputs)
    court.play(10)
    assert court.spoken(Challenged) == []


def test_a_node_may_only_defend() -> None:
    court = Court([(LIAR, Disputant()), (WATCHER, Disputant(challenges=False))])
    court.content.put(DATA)
    court.claim(LIAR, FALSE, training_of(ROWS, LABELS, PARAMETERS))
    court.play(10)
    assert court.spoken(Concluded) == [Concluded(0, True, FALSE)]


def test_a_worker_that_forgets_everything_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its moves follow from the chain and the content store, so a restart in any block changes nothing."""
    seen = []
    before = worker_module.work

    def forgetful(disputes: DisputeCalls, now: BlockNumber, node: OffchainNode) -> None:
        worker_module._answers.clear()
        seen.append(now)
        before(disputes, now, node)

    monkeypatch.setattr(worker_module, "work", forgetful)
    court = Court([(LIAR, Disputant(bends=0.5)), (WATCHER, Disputant())])
    court.content.put(DATA)
    court.claim(LIAR, FALSE, training_of(ROWS, LABELS, PARAMETERS))
    court.play()
    assert seen
    assert court.spoken(Decided) == [Decided(0, WATCHER.account, Reason.PROVED)]
