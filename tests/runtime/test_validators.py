"""A chain with validators: Aura's pallet and engine agree on every block, also after time travel."""

import pytest

from chain.block import Block, PreRuntime
from chain.crypto.development import account, pair
from chain.extrinsic import Id
from chain.network.links import Conditions
from chain.node.aura import slot_of
from chain.node.consensus import NotOurTurn
from chain.node.service import Node
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock
from pallets.frame import call_of
from runtime.control import control_of
from runtime.dev import GENESIS_TIME_MS
from runtime.templates.solochain import SLOT_DURATION_MS, Solochain
from runtime.validators import validator_network, validator_node

ALICE, BOB = pair("Alice"), pair("Bob")


@pytest.fixture
def node() -> Node[Solochain]:
    return validator_node([ALICE, BOB])


def test_blocks_of_both_authorities_are_executed_by_a_node_without_keys(node: Node[Solochain]) -> None:
    follower = validator_node([])
    for nonce in range(4):
        call = call_of(node.runtime_at().balances.transfer_keep_alive, dest=Id(account("Eve")), value=10**12 + nonce)
        node.submit_call(ALICE, call)
        block = node.seal()
        follower.import_block(block)
        runtime = node.runtime_at()
        assert runtime.aura.current_slot.get() == slot_of(block.header)
        assert runtime.timestamp.now.get() // SLOT_DURATION_MS == slot_of(block.header)
    assert follower.best.state.root == node.best.state.root
    with pytest.raises(NotOurTurn):
        follower.seal()


def test_time_travel_keeps_timestamp_and_slot_together(node: Node[Solochain]) -> None:
    control = control_of(node)
    control.new_blocks(2)
    before = control.snapshot()
    asked = GENESIS_TIME_MS + 30 * 24 * 3600 * 1000 + 1234
    assert control.travel(asked) == asked
    control.new_blocks()
    runtime = node.runtime_at()
    assert (runtime.timestamp.now.get(), runtime.aura.current_slot.get()) == (asked, asked // SLOT_DURATION_MS)
    control.new_blocks(2)
    assert node.runtime_at().timestamp.now.get() == asked + 2 * SLOT_DURATION_MS
    control.revert(before)
    control.new_blocks()
    assert node.runtime_at().timestamp.now.get() == GENESIS_TIME_MS + 3 * SLOT_DURATION_MS


def test_a_fork_of_another_author_waits_until_it_is_longer(node: Node[Solochain]) -> None:
    first, second = node.seal(), node.seal()
    node.submit_call(ALICE, call_of(node.runtime_at().system.remark, remark=b"fork"))
    side = node.seal(first.hash)
    assert (node.best.hash, side.hash in node.chain) == (second.hash, True)
    node.seal(side.hash)
    assert node.chain.is_in_best_chain(side.hash)


def test_a_changed_extrinsic_does_not_stand_under_the_seal(node: Node[Solochain]) -> None:
    block = node.seal()
    changed = Block(block.header, (block.extrinsics[0][:-1] + b"\x7f",))
    with pytest.raises(InvalidBlock):
        validator_node([]).import_block(changed)


def test_the_digest_of_a_block_begins_with_its_slot_and_ends_with_its_seal(node: Node[Solochain]) -> None:
    digest = node.seal().header.digest
    assert isinstance(digest[0], PreRuntime)
    assert [type(item).__name__ for item in digest] == ["PreRuntime", "Seal"]


NAMES = ("Alice", "Bob", "Charlie", "Dave")


def test_four_validators_agree_on_a_transfer_and_on_what_is_final() -> None:
    network = validator_network(NAMES, seed=3, conditions=Conditions((20, 300), lost=50))
    alice = network.peers["Alice"].node
    call = call_of(alice.runtime_at().balances.transfer_keep_alive, dest=Id(account("Eve")), value=10**12)
    alice.submit_call(pair("Bob"), call)
    before = alice.runtime_at().system.account.get(account("Eve")).data.free
    network.run(45_000)
    chains = [peer.node.chain for peer in network.peers.values()]
    assert min(chain.finalized.number for chain in chains) >= 5
    assert len({chain.hash_of(5) for chain in chains}) == 1
    for chain in chains:
        assert Solochain(Overlay(chain.finalized.state)).system.account.get(account("Eve")).data.free == before + 10**12


def test_the_same_seed_gives_the_same_blocks() -> None:
    def history() -> object:
        network = validator_network(NAMES, seed=5, conditions=Conditions((20, 3_000), lost=100))
        network.run(30_000)
        return network.finalized(), [peer.best_hash for peer in network.peers.values()]

    assert history() == history()
