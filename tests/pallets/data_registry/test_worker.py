"""The registry beside a real node: nobody acts but the workers, and what operators order by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chain.content.memory import MemoryStore
from chain.content.store import ContentMissing
from chain.crypto import development
from chain.crypto.hashing import blake2_256
from chain.node.service import Node
from chain.offchain.participant import Participant, seeded_randomness
from chain.primitives import Hash
from pallets import staking
from pallets.data_registry import CheckOutcome, Format, Status, Verdict
from pallets.data_registry.custody import Keeper, commitment_to
from pallets.data_registry.events import CheckEnded, DataSetErased, VerdictRevealed
from pallets.data_registry.operator import Offer, Steward
from pallets.data_registry.pebble.batch import write_batch
from pallets.data_registry.pebble.simulator import Tracker
from pallets.data_registry.types import Description
from pallets.federated_round.data import DataSet, LocalData, encode_data_set
from pallets.federated_round.events import UnlearningDue
from pallets.federated_round.unlearning.types import Learnt
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.origin import Signed
from pallets.ml_registry.artifact import artifact_of
from runtime.dev import UNIT, DevRuntime, dev_genesis
from runtime.devnet import dev_node
from tests.pallets.federated_round.fake_node import FakeNode

ALICE = development.pair("Alice")
CHECKERS = tuple(development.pair(name) for name in ("Bob", "Charlie", "Dave", "Eve"))
SCHEMA, PURPOSE = Hash(blake2_256(b"age, pulse")), Hash(blake2_256(b"to predict illness"))
ROWS = encode_data_set(DataSet.of([(34, 61), (71, 88)], (0, 1)))
TRACKER = Tracker.of(b"alice's tracker")


class Net:
    """A chain, its workers, and what they did."""

    def __init__(self, *offers: Offer) -> None:
        self.store = MemoryStore()
        self.alice = Participant(
            ALICE, Steward(offers=offers, stores=(self.store,)), randomness=seeded_randomness(b"alice")
        )
        checkers = [Participant(key, Steward(checks=True)) for key in CHECKERS]
        genesis = {
            **dev_genesis(),
            "Staking": staking.Genesis(bonds=tuple((key.account, 100 * UNIT) for key in CHECKERS)),
        }
        self.node: Node[DevRuntime] = dev_node(genesis, [self.alice, *checkers], finality_lag=1, content=self.store)
        self.told: list[object] = []

    @property
    def runtime(self) -> DevRuntime:
        """On the newest state."""
        return self.node.runtime_at()

    def do(self, call: RuntimeCall) -> None:
        """Alice's call, in the next block."""
        self.node.submit_call(ALICE, call)
        self.blocks(1)

    def blocks(self, count: int) -> None:
        """Let blocks pass."""
        for _ in range(count):
            self.node.seal()
            self.told += [record.event.event for record in self.runtime.system.events.get()]

    def checked(self, number: int) -> CheckOutcome:
        """Let the workers check a data set to the end."""
        for _ in range(30):
            self.blocks(1)
            for event in self.told:
                if isinstance(event, CheckEnded) and event.data_set == number:
                    return event.outcome
        raise AssertionError("the check does not end")

    def keeper(self) -> Keeper:
        """What Alice's node keeps."""
        lent = FakeNode(ALICE.account, None, self.store)
        lent.local = self.alice.storage.snapshot()
        return Keeper(lent)


@pytest.fixture
def net() -> Iterator[Net]:
    net = Net(Offer(b"ward 3", ROWS, SCHEMA, b"CC0-1.0", b"SE", salt=bytes(range(32))))
    yield net
    net.runtime.try_state()


def described(data: bytes, form: Format = Format.OPAQUE) -> Description:
    device = TRACKER.device if form is not Format.OPAQUE else None
    commitment = commitment_to(data, bytes(32))
    return Description(artifact_of(data), commitment, SCHEMA, b"CC0-1.0", b"DE-BY", form, device)


def test_an_offer_is_encrypted_registered_and_confirmed_by_workers_alone(net: Net) -> None:
    assert net.checked(0) is CheckOutcome.CONFIRMED
    found = net.runtime.data_registry.data_set(0)
    assert found.status is Status.CONFIRMED
    assert found.owner == ALICE.account
    local = LocalData(DataSet.of([(34, 61), (71, 88)], (0, 1)), bytes(range(32)))
    assert found.description.commitment == local.root  # what a client of a round commits to
    blob = net.store.get(found.description.artifact.cid.decode())
    assert ROWS not in blob
    assert net.keeper().data_of(b"ward 3") == ROWS
    before = net.runtime.data_registry.data_set_count.get()
    net.blocks(8)
    assert net.runtime.data_registry.data_set_count.get() == before == 1  # registered once


def test_a_permit_lets_a_client_train_for_its_purpose_until_it_is_revoked(net: Net) -> None:
    net.checked(0)
    root = net.runtime.data_registry.data_set(0).description.commitment
    who = CHECKERS[0].account
    registry = net.runtime.data_registry
    net.do(call_of(registry.permit, data_set=0, who=who, purpose=PURPOSE, expires=1_000))
    runtime = net.runtime
    runtime.federated_round.purposes.insert(0, PURPOSE)  # on this runtime's state alone
    assert runtime.federated_round.may_train(0, who, root)
    assert not runtime.federated_round.may_train(0, ALICE.account, root)
    net.do(call_of(registry.end_permit, data_set=0, who=who, purpose=PURPOSE))
    runtime = net.runtime
    runtime.federated_round.purposes.insert(0, PURPOSE)
    assert not runtime.federated_round.may_train(0, who, root)


def test_bytes_that_do_not_match_their_root_cost_the_registrant_the_deposit(net: Net) -> None:
    net.checked(0)
    net.store.put(b"other rows")
    free = net.runtime.balances.total_balance(ALICE.account)
    honest = described(b"other rows")
    for number, wrong in (
        (1, replace(honest.artifact, root=Hash(bytes(32)))),
        (2, replace(honest.artifact, size=11)),
        (3, replace(honest.artifact, cid=b"no cid")),
    ):
        lie = replace(honest, artifact=wrong, commitment=Hash(bytes([number]) * 32))
        net.do(call_of(net.runtime.data_registry.register_data_set, description=lie))
        assert net.checked(number) is CheckOutcome.REFUTED
    assert net.runtime.balances.total_balance(ALICE.account) < free - 300 * UNIT
    found = {event.verdict for event in net.told if isinstance(event, VerdictRevealed) and event.data_set > 0}
    assert found == {Verdict.DIFFERS}


def test_bytes_that_nobody_has_are_neither_right_nor_wrong(net: Net) -> None:
    net.checked(0)
    net.do(call_of(net.runtime.data_registry.register_data_set, description=described(b"never put")))
    assert net.checked(1) is CheckOutcome.UNDECIDED
    assert net.runtime.data_registry.data_set(1).status is Status.UNCHECKED


@pytest.mark.parametrize("form", [Format.PEBBLE_JSON, Format.PEBBLE_PROTOBUF])
def test_one_bad_signature_refuses_a_trackers_batch(net: Net, form: Format) -> None:
    registry = net.runtime.data_registry
    proof = TRACKER.proof_for(ALICE.account)
    net.do(call_of(registry.register_device, device=TRACKER.device, key=TRACKER.key, proof=proof))
    good = write_batch(form, TRACKER.readings(5), TRACKER.sign)
    forged = good + write_batch(form, TRACKER.readings(1), Tracker.of(b"mallory").sign)
    for data in (good, forged):
        net.store.put(data)
        net.do(call_of(registry.register_data_set, description=described(data, form)))
    assert net.checked(1) is CheckOutcome.CONFIRMED
    assert net.checked(2) is CheckOutcome.REFUTED
    assert {event.verdict for event in net.told if isinstance(event, VerdictRevealed) and event.data_set == 2} == {
        Verdict.UNSIGNED
    }


def test_an_erasure_deletes_the_blob_and_destroys_key_and_salt_when_it_is_final(net: Net) -> None:
    net.checked(0)
    found = net.runtime.data_registry.data_set(0)
    cid = found.description.artifact.cid.decode()
    key, salt = net.keeper().key(b"ward 3"), net.keeper().salt(b"ward 3")
    assert key is not None
    assert salt is not None
    net.do(call_of(net.runtime.data_registry.erase_data_set, data_set=0))
    assert net.keeper().find(b"ward 3") is not None  # the block could still be undone
    net.blocks(2)
    with pytest.raises(ContentMissing):
        net.store.get(cid)
    assert net.keeper().find(b"ward 3") is None
    values = b"".join(net.alice.storage.snapshot().values())
    assert key not in values
    assert salt not in values
    with pytest.raises(KeyError):
        net.keeper().data_of(b"ward 3")
    net.blocks(6)
    registry = net.runtime.data_registry
    assert registry.is_erased(0)
    assert registry.data_set_count.get() == 1  # the offer is not registered again
    assert registry.by_commitment.get(found.description.commitment) is None


def test_an_erasure_makes_unlearning_due_where_a_version_has_learnt_from_the_data(net: Net) -> None:
    net.checked(0)
    runtime = net.runtime
    root = runtime.data_registry.data_set(0).description.commitment
    runtime.federated_round.learnt.insert((root, 0), Learnt(0, Hash(bytes(32))))  # on this runtime's state alone
    runtime.dispatch(call_of(runtime.data_registry.erase_data_set, data_set=0), Signed(ALICE.account))
    told = [record.event.event for record in runtime.system.events.get()]
    assert told[-2:] == [DataSetErased(0), UnlearningDue(root)]


def test_a_node_without_instructions_does_nothing() -> None:
    node = dev_node(participants=[Participant(ALICE)])
    blocks = [node.seal() for _ in range(3)]
    assert [len(block.extrinsics) for block in blocks] == [1, 1, 1]  # the timestamp
    assert node.runtime_at().data_registry.data_set_count.get() == 0
