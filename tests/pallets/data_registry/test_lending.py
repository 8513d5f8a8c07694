"""A node opens others' data for a purpose as long as it has their key and their permit, and not a block longer."""

from __future__ import annotations

from dataclasses import replace

from chain.content.memory import MemoryStore
from chain.primitives import Hash
from pallets.data_registry.custody import commitment_to, encrypt
from pallets.data_registry.lending import lent_data
from pallets.data_registry.operator import Opened, Steward, Want
from pallets.data_registry.release import Deal, Secrets, public_key, seal, secret_for
from pallets.data_registry.types import Status
from pallets.frame.call import call_of
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_ok, run_to_block
from pallets.ml_registry.artifact import artifact_of, publish
from tests.pallets.data_registry.mock import OWNER, PURPOSE, SALT, USER, RegistryRuntime, description, new_runtime
from tests.pallets.federated_round.fake_node import FakeNode

DATA, KEY = b"a ward's rows", b"k" * 32
OTHER = Hash(b"\x07" * 32)
WANTS = Steward(wants=(Want(9, PURPOSE), Want(0, OTHER), Want(0, PURPOSE)))


def released(node: FakeNode) -> RegistryRuntime:
    """Encrypted data that a node has the key of, by a permit until block 50."""
    runtime = new_runtime()
    registry, commitment = runtime.data_registry, commitment_to(DATA, SALT)
    blob = encrypt(DATA, KEY, bytes(12), commitment)
    node.content_put(blob)
    said = replace(description(), artifact=artifact_of(blob), commitment=commitment)
    assert_ok(runtime, Signed(OWNER), call_of(registry.register_data_set, description=said))
    registry.data_sets.insert(0, replace(registry.data_set(0), status=Status.CONFIRMED))
    permit = call_of(registry.permit, data_set=0, who=USER, purpose=PURPOSE, expires=50)
    assert_ok(runtime, Signed(OWNER), permit)
    deal = Deal(0, USER, PURPOSE)
    key = public_key(secret_for(node, deal))
    assert_ok(runtime, Signed(USER), call_of(registry.ask_for_key, data_set=0, purpose=PURPOSE, key=key))
    assert lent_data(registry, node, PURPOSE) is None  # asked for, and not released
    sealed = publish(node, seal(Secrets(KEY, SALT), deal, key, b"e" * 32))
    release = call_of(registry.release_key, data_set=0, who=USER, purpose=PURPOSE, sealed=sealed)
    assert_ok(runtime, Signed(OWNER), release)
    return runtime


def test_what_is_released_is_opened_for_its_purpose_until_the_permit_ends() -> None:
    node = FakeNode(USER, WANTS, MemoryStore())
    runtime = released(node)
    registry = runtime.data_registry
    assert registry.is_borrowing(node.data)
    assert registry.lent(node, PURPOSE) == lent_data(registry, node, PURPOSE) == Opened(DATA, SALT)
    assert lent_data(registry, node, OTHER) is None
    run_to_block(runtime, 50)
    assert lent_data(registry, node, PURPOSE) is None


def test_a_node_that_wants_nothing_or_lost_its_secret_is_lent_nothing() -> None:
    node = FakeNode(USER, WANTS, MemoryStore())
    registry = released(node).data_registry
    for data in (None, Steward(), (Steward(checks=True), "something else")):
        assert not registry.is_borrowing(data)
        node.data = data
        assert lent_data(registry, node, PURPOSE) is None
    node.data = WANTS
    node.local.clear()
    assert lent_data(registry, node, PURPOSE) is None


def test_data_whose_blob_is_away_are_told_and_not_lent() -> None:
    node = FakeNode(USER, WANTS, MemoryStore())
    registry = released(node).data_registry
    node.content = MemoryStore()
    assert lent_data(registry, node, PURPOSE) is None
