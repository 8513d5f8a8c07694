"""Data of others, from the permit to the erasure: nobody acts but workers, and owners who order things by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chain.content.memory import MemoryStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.node.service import Node
from chain.offchain.participant import Participant, seeded_randomness
from chain.primitives import Hash
from chain.store.lmdb_store import LmdbStore
from pallets import staking
from pallets.data_registry import Format, Status
from pallets.data_registry.operator import Offer, Steward, Want
from pallets.data_registry.pebble.batch import verified, write_batch
from pallets.data_registry.pebble.reading import Reading
from pallets.data_registry.pebble.simulator import Tracker
from pallets.data_registry.release import opened
from pallets.federated_round import Outcome, Reason, Role
from pallets.federated_round.data import DataSet, HeldOut, LocalData, Operator, encode_data_set
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.strategies import ClientUpdate
from pallets.federated_round.strategies.averaging import Averaging
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry import LINEAR_AVERAGING, artifact_of
from pallets.privacy_budget import Data, Spending
from runtime.dev import UNIT, DevRuntime, dev_genesis
from runtime.devnet import dev_node
from tests.pallets.federated_round.dev_learners import OWNER, SETTINGS, TERMS, key_of, rows_of
from tests.pallets.federated_round.fake_node import FakeNode

HOSPITAL, STREET, TRAINER, STRANGER = (key_of(name) for name in ("Hospital", "Street", "Trainer", "Stranger"))
KEEPERS = tuple(key_of(f"Keeper{number}") for number in range(4))
PURPOSE, SCHEMA = Hash(blake2_256(b"to warn of bad air")), Hash(blake2_256(b"warmth, moisture"))
TRACKER = Tracker.of(b"the street's tracker")
SALT = bytes(range(32))
TEST_SETS = tuple(HeldOut(rows_of(f"judge {number}", 40), blake2_256(b"judge %d" % number)) for number in range(5))
PERMITTED = replace(
    TERMS, seats=replace(TERMS.seats, clients=3, minimum_clients=1), reward_threshold=0, automatic=False
)


def row_of(reading: Reading) -> tuple[int, int]:
    """Warmth and moisture on the scale of the settings' quantiser, which has no thought of degrees."""
    return int(reading.temperature * 1_500) % 2**16, int(reading.humidity * 600) % 2**16


def rows_in(batch: bytes) -> DataSet:
    """What a tracker's signed readings teach."""
    rows = [row_of(reading) for reading in verified(Format.PEBBLE_JSON, batch, TRACKER.key)]
    return DataSet.of(rows, [int(sum(row) > 2**16) for row in rows])


BATCH = write_batch(Format.PEBBLE_JSON, TRACKER.readings(30), TRACKER.sign)
WARD = rows_of("ward", 40)
OF_STREET = LocalData(rows_in(BATCH), SALT, source=BATCH)


class Play:
    """A chain of owners of data, a trainer without any, and a task with a purpose."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = MemoryStore()
        offers = {
            HOSPITAL: Offer(b"ward", encode_data_set(WARD), SCHEMA, b"CC0-1.0", b"SE"),
            STREET: Offer(
                b"air", BATCH, SCHEMA, b"CC0-1.0", b"SE", salt=SALT, format=Format.PEBBLE_JSON, device=TRACKER.device
            ),
        }
        belongings = {
            OWNER: Operator(test_sets=TEST_SETS),
            HOSPITAL: Steward(offers=(offers[HOSPITAL],), stores=(self.store,)),
            STREET: Steward(),
            TRAINER: Steward(wants=(Want(0, PURPOSE),)),
            STRANGER: Operator(data=LocalData(rows_of("stranger"), SALT)),
        }
        belongings |= {key: (Steward(checks=True), Operator(serves=True)) for key in KEEPERS}
        self.people = {
            key: Participant(key, data, randomness=seeded_randomness(key.account)) for key, data in belongings.items()
        }
        self.genesis = dev_genesis()
        self.genesis["Balances"] = replace(
            self.genesis["Balances"], balances=tuple((key.account, 10_000 * UNIT) for key in belongings)
        )
        bonded = (TRAINER, STRANGER, STREET, *KEEPERS)
        self.genesis["Staking"] = staking.Genesis(bonds=tuple((key.account, 100 * UNIT) for key in bonded))
        self.node = self.new_node()
        self.until(lambda: self.runtime.data_registry.data_sets.contains_key(0))  # the hospital's is the first
        register, proof = self.runtime.data_registry.register_device, TRACKER.proof_for(STREET.account)
        self.node.submit_call(STREET, call_of(register, device=TRACKER.device, key=TRACKER.key, proof=proof))
        self.node.seal()
        self.give(STREET, (Steward(offers=(offers[STREET],)), Operator(data=OF_STREET)))
        self.until(lambda: all(self.status(number) is Status.CONFIRMED for number in range(2)))

    def new_node(self) -> Node[DevRuntime]:
        """A node on the chain as it is, with everybody's workers."""
        people = list(self.people.values())
        return dev_node(self.genesis, people, store=LmdbStore(self.folder), finality_lag=1, content=self.store)

    def close(self) -> None:
        """Stop the node; what it knew is in its folder."""
        self.node.workers.close()
        self.node.chain.close()

    def give(self, key: KeyPair, data: object) -> None:
        """Other instructions for one worker: its operator starts the node again with them."""
        self.close()
        self.people[key] = replace(self.people[key], data=data)
        self.node = self.new_node()

    @property
    def runtime(self) -> DevRuntime:
        """On the newest state."""
        return self.node.runtime_at()

    def status(self, data_set: int) -> Status | None:
        found = self.runtime.data_registry.data_sets.get(data_set)
        return None if found is None else found.status

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let blocks pass until something is so."""
        for _ in range(80):
            if is_so():
                return
            self.node.seal()
        raise AssertionError("that is never so")

    def open_task(self) -> None:
        """The owner opens a task for the purpose, and starts its first round."""
        runtime = self.runtime
        description = Hash(bytes(32))
        self.do(
            call_of(
                runtime.ml_registry.create_model,
                name=b"air",
                algorithm=LINEAR_AVERAGING,
                licence=b"",
                description=description,
            )
        )
        settings = encode_settings(SETTINGS)
        self.store.put(settings)
        terms = replace(PERMITTED, settings=artifact_of(settings))
        commitments = tuple(held.commitment for held in TEST_SETS)
        rounds = runtime.federated_round
        self.do(call_of(rounds.create_task, model=0, terms=terms, pool=60 * UNIT, test_sets=commitments))
        self.do(call_of(rounds.set_purpose, task=0, purpose=PURPOSE))
        self.do(call_of(rounds.start_round, task=0))

    def do(self, call: RuntimeCall) -> None:
        """The owner's call, in the next block."""
        self.node.submit_call(OWNER, call)
        self.node.seal()

    def trainers_node(self) -> FakeNode:
        """What the trainer's node lends to a reader."""
        lent = FakeNode(TRAINER.account, None, self.store)
        lent.local = self.people[TRAINER].storage.snapshot()
        return lent


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """After a round that learnt from the ward's rows by the trainer, and from the street's readings."""
    made = Play(tmp_path_factory.mktemp("chain"))
    registry = made.runtime.data_registry
    for owner, number, who in ((HOSPITAL, 0, TRAINER), (STREET, 1, STREET)):
        permit = call_of(registry.permit, data_set=number, who=who.account, purpose=PURPOSE, expires=10_000)
        made.node.submit_call(owner, permit)
    released = (0, TRAINER.account, PURPOSE)
    made.until(lambda: made.runtime.data_registry.released_keys.contains_key(released))
    made.open_task()  # and nobody tells the trainer's node: the permit is for rounds of this purpose
    made.until(lambda: made.runtime.federated_round.course(0, 0).outcome is not None)
    yield made
    made.close()


def test_whoever_has_a_permit_trains_and_nobody_else(play: Play) -> None:
    rounds = play.runtime.federated_round
    assert rounds.course(0, 0).outcome is Outcome.PUBLISHED
    assert set(rounds.joined_clients(0, 0)) == {TRAINER.account, STREET.account}
    enrolled = rounds.enrolments_of(0, 0)
    assert STRANGER.account not in enrolled
    registry = play.runtime.data_registry
    for number, who in ((0, TRAINER), (1, STREET)):
        data = enrolled[who.account].data
        assert data is not None
        assert data.root == registry.data_set(number).description.commitment
    settled = rounds.settlements.get((0, 0)) or ()
    assert {each.reason for each in settled if each.role is Role.CLIENT} <= {Reason.CONTRIBUTED, Reason.NO_GAIN}
    assert sum(each.paid for each in settled) > 0


def test_the_rows_were_encrypted_for_everybody_else(play: Play) -> None:
    rows = encode_data_set(WARD)
    for entry in play.store.entries():
        assert rows not in play.store.get(entry.cid)


def test_an_owners_limit_keeps_its_data_out_of_rounds_without_noise(play: Play) -> None:
    root = play.runtime.data_registry.data_set(0).description.commitment
    budget = play.runtime.privacy_budget
    told = budget.of_data(root, 5)
    assert told is not None
    assert (told.spent, told.epsilon, told.limit) == (Spending(0, 1), None, None)
    play.node.submit_call(HOSPITAL, call_of(budget.set_data_limit, root=root, limit=10**12))
    play.node.submit_call(TRAINER, call_of(budget.set_data_limit, root=root, limit=None))  # not its own
    play.node.seal()
    assert play.runtime.privacy_budget.limit_of(Data(root)) == 10**12
    play.do(call_of(play.runtime.federated_round.start_round, task=0))
    play.until(lambda: play.runtime.federated_round.course(0, 1).outcome is not None)
    rounds = play.runtime.federated_round
    assert set(rounds.joined_clients(0, 1)) == {STREET.account}


def test_an_erasure_brings_the_model_to_what_the_street_alone_teaches(play: Play) -> None:
    """In all rounds: one that had failed on a model of both does not on one of its own."""
    before, played = play.runtime.ml_registry.latest(0), play.runtime.federated_round.task(0).rounds
    assert before is not None
    play.node.submit_call(HOSPITAL, call_of(play.runtime.data_registry.erase_data_set, data_set=0))
    play.node.seal()
    assert play.runtime.federated_round.has_unlearning()
    play.until(lambda: not play.runtime.federated_round.has_unlearning())
    runtime = play.runtime
    latest = runtime.ml_registry.latest(0)
    assert latest not in (None, before)
    assert latest is not None
    strategy = Averaging(SETTINGS)
    never_joined: bytes | None = None
    for _ in range(played):
        trained = strategy.train(OF_STREET.data, never_joined, b"")
        never_joined = strategy.aggregate([ClientUpdate(STREET.account, 30, trained)], never_joined).model
    assert play.store.get(runtime.ml_registry.version(latest).artifact.cid.decode()) == never_joined
    withdrawal = runtime.ml_registry.withdrawal_of(before)
    assert withdrawal is not None
    assert withdrawal.successor == latest
    assert runtime.data_registry.released_keys.get((0, TRAINER.account, PURPOSE)) is None
    with pytest.raises(KeyError):
        opened(runtime.data_registry, play.trainers_node(), 0, PURPOSE)
    runtime.try_state()
