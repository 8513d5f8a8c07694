"""Chains with validators: Aura's pallet and engine agree on every block, also after time travel; nodes agree, too."""

from collections.abc import Callable

import pytest

from chain.block import Block, PreRuntime
from chain.crypto import development
from chain.crypto.development import account, pair
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.extrinsic import Id
from chain.network.links import Conditions
from chain.node.aura import slot_of
from chain.node.consensus import NotOurTurn
from chain.node.service import Node
from chain.offchain.participant import Participant, seeded_randomness
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import InvalidBlock
from pallets import session, validator_manager
from pallets.data_registry.operator import Steward
from pallets.frame import call_of
from runtime.control import control_of
from runtime.dev import GENESIS_TIME_MS, dev_genesis
from runtime.devnet import dev_node
from runtime.genesis import build_genesis
from runtime.templates.solochain import SLOT_DURATION_MS, VERSION, Solochain, local_genesis
from runtime.validated import ValidatedRuntime
from runtime.validators import validator_genesis, validator_network, validator_node

ALICE, BOB = pair("Alice"), pair("Bob")


AnyNode = Node[ValidatedRuntime] | Node[Solochain]


def of_template(*keys: KeyPair) -> Node[Solochain]:
    """A node of the solochain template."""
    genesis = build_genesis(Solochain, local_genesis(), VERSION.state_version)
    return validator_node(keys, genesis, Solochain)


def of_development(*keys: KeyPair) -> Node[ValidatedRuntime]:
    """A node of the development runtime with validators."""
    return validator_node(keys, validator_genesis(("Alice", "Bob")), ValidatedRuntime)


@pytest.fixture(params=[of_template, of_development])
def make(request: pytest.FixtureRequest) -> Callable[..., AnyNode]:
    """Makes nodes of a chain."""
    made: Callable[..., AnyNode] = request.param
    return made


@pytest.fixture
def node(make: Callable[..., AnyNode]) -> AnyNode:
    """One that has the keys of both authorities."""
    return make(ALICE, BOB)


def test_blocks_of_both_authorities_are_executed_by_a_node_without_keys(
    node: AnyNode, make: Callable[..., AnyNode]
) -> None:
    follower = make()
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


def test_time_travel_keeps_timestamp_and_slot_together(node: AnyNode) -> None:
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


def test_a_fork_of_another_author_waits_until_it_is_longer(node: AnyNode) -> None:
    first, second = node.seal(), node.seal()
    node.submit_call(ALICE, call_of(node.runtime_at().system.remark, remark=b"fork"))
    side = node.seal(first.hash)
    assert (node.best.hash, side.hash in node.chain) == (second.hash, True)
    node.seal(side.hash)
    assert node.chain.is_in_best_chain(side.hash)


def test_a_changed_extrinsic_does_not_stand_under_the_seal(node: AnyNode, make: Callable[..., AnyNode]) -> None:
    block = node.seal()
    changed = Block(block.header, (block.extrinsics[0][:-1] + b"\x7f",))
    with pytest.raises(InvalidBlock):
        make().import_block(changed)


def test_the_digest_of_a_block_begins_with_its_slot_and_ends_with_its_seal(node: AnyNode) -> None:
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
        runtime = ValidatedRuntime(Overlay(chain.finalized.state))
        assert runtime.system.account.get(account("Eve")).data.free == before + 10**12


def test_the_same_seed_gives_the_same_blocks() -> None:
    def history() -> object:
        network = validator_network(NAMES, seed=5, conditions=Conditions((20, 3_000), lost=100))
        network.run(30_000)
        return network.finalized(), [peer.best_hash for peer in network.peers.values()]

    assert history() == history()


def test_the_development_runtime_with_validators_is_the_other_one_and_two_pallets() -> None:
    pallets = [pallet.name for pallet in of_development().runtime_at().pallets]
    assert [name for name in pallets if name not in ("Aura", "Grandpa")] == [
        pallet.name for pallet in dev_node().runtime_at().pallets
    ]
    assert pallets[:4] == ["System", "Timestamp", "Aura", "Grandpa"]
    assert of_development().runtime_at().version.apis != dev_node().runtime_at().version.apis


@pytest.mark.parametrize(("preset", "authorities"), [("development", 1), ("local_testnet", 2)])
def test_its_presets_name_authorities(preset: str, authorities: int) -> None:
    genesis = ValidatedRuntime.genesis_presets()[preset]()
    runtime = ValidatedRuntime(Overlay(build_genesis(ValidatedRuntime, genesis, VERSION.state_version)))
    assert (len(runtime.aura.authorities.get()), len(runtime.grandpa.read_authorities())) == (authorities,) * 2


def test_workers_of_several_nodes_take_part_through_the_network() -> None:
    eve = development.pair("Eve", Scheme.ED25519)
    participant = Participant(eve, Steward(), randomness=seeded_randomness(bytes(32)))
    network = validator_network(NAMES, seed=1, participants={"Dave": (participant,)})
    network.run(20_000)
    assert [run.failure for run in network.peers["Dave"].node.workers.runs] == [None] * len(
        network.peers["Dave"].node.workers.runs
    )
    assert network.peers["Dave"].node.workers.totals[participant.account].runs > 0


class WithSessions(ValidatedRuntime):
    """Sessions of three blocks say who makes blocks and votes; root says for whom they are."""

    def _consensus_pallets(self) -> None:
        super()._consensus_pallets()
        clock, handlers = session.PeriodicSessions(3), (self.aura, self.grandpa)
        self.session = session.Session(
            self,
            session.Config(
                accounts=self.system, clock=clock, handlers=handlers, manager=lambda: self.validator_manager
            ),
            index=200,
        )
        managed = validator_manager.Config(session=self.session)
        self.validator_manager = validator_manager.ValidatorManager(self, managed, index=201)


def session_keys(name: str) -> session.SessionKeys:
    public = development.pair(name, Scheme.ED25519).public
    return session.SessionKeys(public, public)


def with_sessions(names: tuple[str, ...]) -> Trie:
    first = tuple((account(name), account(name), session_keys(name)) for name in names)
    return build_genesis(WithSessions, {**dev_genesis(), "Session": session.Genesis(keys=first)}, 1)


def test_validators_that_sessions_bring_make_blocks_and_vote_and_those_who_leave_do_neither() -> None:
    first = NAMES[:3]
    network = validator_network(
        NAMES, 7, Conditions((20, 300), lost=50), genesis=with_sessions(first), runtime=WithSessions
    )
    node = network.peers["Alice"].node
    runtime = node.runtime_at()
    node.submit_call(pair("Dave"), call_of(runtime.session.set_keys, keys=session_keys("Dave"), proof=b""))
    for call in (
        call_of(runtime.validator_manager.register_validators, validators=[account("Dave")]),
        call_of(runtime.validator_manager.remove_validator, validator=account("Alice")),
    ):
        node.submit_call(ALICE, call_of(runtime.sudo.sudo, call=call))
    network.run(150_000)
    chains = [peer.node.chain for peer in network.peers.values()]
    assert len({chain.hash_of(12) for chain in chains}) == 1
    assert min(chain.finalized.number for chain in chains) > 12
    voters = {peer.voter.voters for peer in network.peers.values()}
    assert {len(each.voters) for each in voters} == {3}
    assert {key for each in voters for key in each.voters} == {
        session_keys(name).grandpa for name in ("Bob", "Charlie", "Dave")
    }
    final = WithSessions(Overlay(chains[0].finalized.state))
    assert {each.number for each in voters} == {final.grandpa.current_set_id.get()}
    assert account("Alice") not in final.session.validators.get()
