"""Voters follow one another as blocks say, whatever the network does; who was away learns of it by proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import AURA, GRANDPA, Consensus, Header
from chain.network.authority_change import (
    ConsensusLog,
    LogForcedChange,
    LogPause,
    LogScheduledChange,
    ScheduledChange,
    announced,
)
from chain.network.justification import Justification, JustificationRefused, justification_of
from chain.network.links import Conditions
from chain.network.messages import Votes
from chain.network.peer import Peer
from chain.network.simulation import Network
from chain.network.succession import Succession
from chain.network.tree import HeaderTree
from chain.network.vote import Stage, VoterSet, signed_vote
from chain.node.timer import SimulatedTimer
from chain.primitives import Hash
from chain.scale import codec_of
from tests.chain.network.cluster import GOOD, cluster, election, is_one_chain, keys
from tests.chain.network.headers import grown, root
from tests.chain.node.fake_runtime import encode
from tests.effort import EFFORT

COUNT = 7


def voters(number: int, *indices: int) -> VoterSet:
    return VoterSet(tuple(keys(COUNT)[index].public for index in indices), number)


def elect(network: Network, indices: Sequence[int], delay: int = 0, nonce: int = 0) -> None:
    network.peers["v0"].node.submit(election(COUNT, indices, delay, nonce))


def proof_of(peer: Peer, number: int) -> Justification:
    """That of a block in the best chain, which came with one."""
    block_hash = peer.node.chain.hash_of(number)
    assert block_hash is not None
    kept = peer.node.chain.justification(block_hash)
    assert kept is not None
    return Justification.decode(kept)


def height(network: Network) -> int:
    return min(peer.node.chain.finalized.number for peer in network.peers.values())


def test_the_next_voters_follow_after_the_delay_and_finalize_what_comes() -> None:
    network = cluster(COUNT, voters=(0, 1, 2, 3))
    network.run(2_000)
    elect(network, (3, 4, 5, 6), delay=3)
    network.run(15_000)
    assert height(network) > 10
    assert is_one_chain(network)
    assert {peer.voter.voters for peer in network.peers.values()} == {voters(1, 3, 4, 5, 6)}
    (base,) = {peer.voter.base for peer in network.peers.values()}
    chain = network.peers["v6"].node.chain
    announced = chain[base].number - 3
    block = chain.at(announced)
    assert block is not None
    assert election(COUNT, (3, 4, 5, 6), 3) in block.block.extrinsics


def test_the_block_of_the_handover_is_proved_by_the_old_voters_and_the_next_by_the_new_ones() -> None:
    network = cluster(COUNT, voters=(0, 1, 2, 3))
    elect(network, (4, 5, 6), delay=2)
    network.run(10_000)
    peer = network.peers["v1"]
    last = peer.node.chain[peer.voter.base].number
    proof_of(peer, last).verify(voters(0, 0, 1, 2, 3))
    newest = proof_of(peer, peer.node.chain.finalized.number)
    newest.verify(voters(1, 4, 5, 6))
    assert newest.commit.target_number > last
    with pytest.raises(JustificationRefused):
        newest.verify(voters(0, 0, 1, 2, 3))


def test_nothing_beyond_the_last_block_of_the_old_voters_is_final_without_the_new_ones() -> None:
    network = cluster(COUNT, voters=(0, 1, 2, 3))
    for name in ("v4", "v5", "v6"):
        network.crash(name)
    elect(network, (4, 5, 6), delay=1)
    network.run(15_000)
    peer = network.peers["v0"]
    assert peer.voter.voters == voters(1, 4, 5, 6)
    assert peer.node.chain.finalized.hash == peer.voter.base
    assert peer.node.best.number > peer.node.chain.finalized.number + 3
    for name in ("v4", "v5", "v6"):
        network.restart(name)
    network.run(5_000)
    assert height(network) > network.peers["v0"].node.chain[peer.voter.base].number


def test_who_was_away_for_several_changes_catches_up_and_votes_with_those_who_have_it() -> None:
    network = cluster(COUNT, voters=(0, 1, 2, 3))
    network.run(1_000)
    network.crash("v6")
    for nonce, indices in enumerate(((1, 2, 3, 4), (2, 3, 4, 5), (4, 5, 6))):
        elect(network, indices, nonce=nonce)
        network.run(5_000)
    assert network.peers["v5"].voter.voters == voters(3, 4, 5, 6)
    before = network.peers["v5"].node.chain.finalized.number
    assert network.peers["v5"].node.chain.finalized.hash == network.peers["v5"].voter.base  # v6 is needed
    network.restart("v6")
    network.run(6_000)
    assert network.peers["v6"].voter.voters == voters(3, 4, 5, 6)
    assert height(network) > before
    assert is_one_chain(network)


def test_a_change_on_a_fork_that_is_left_changes_nothing() -> None:
    network = cluster(COUNT, voters=(0, 1, 2, 3))
    network.run(2_000)
    network.links.divide(["v4", "v5"], ["v0", "v1", "v2", "v3", "v6"])
    network.run(500)
    told = election(COUNT, (4, 5))
    network.peers["v4"].node.submit(told)
    network.peers["v0"].node.submit(encode(b"elector", 0, key=1))  # by the same account, so that one is left out
    network.run(8_000)
    fork = network.peers["v4"].node.chain
    assert any(told in block.block.extrinsics for number in range(fork.best.number + 1) if (block := fork.at(number)))
    network.links.heal()
    network.run(5_000)
    assert is_one_chain(network)
    assert height(network) > 8
    assert {peer.voter.voters for peer in network.peers.values()} == {voters(0, 0, 1, 2, 3)}


def told(parent: Header, log: ConsensusLog) -> Header:
    digest = (Consensus(GRANDPA, codec_of(ConsensusLog).encode(log)),)
    return Header(parent.hash, parent.number + 1, parent.state_root, parent.extrinsics_root, digest)


def change(delay: int, *weights: int) -> ScheduledChange:
    return ScheduledChange(tuple((keys(COUNT)[index].public, weight) for index, weight in enumerate(weights)), delay)


def test_a_justification_beyond_the_last_block_of_its_voters_is_refused() -> None:
    tree = HeaderTree(root())
    announcing = told(root(), LogScheduledChange(change(1, 1, 1)))
    tree.add(announcing)
    last, beyond = grown(tree, announcing, 2)
    key, final = keys(COUNT)[0], Final()
    succession = Succession(None, VoterSet((key.public,)), tree, final, SimulatedTimer(), lambda _votes: None)
    succession.start()
    for header, is_taken in ((beyond, False), (last, True)):
        vote = signed_vote(key, Stage.PRECOMMIT, 1, header.hash, header.number, 0)
        found = justification_of(tree, 1, header.hash, [vote])
        assert succession.hear(Votes((), found)) == ([], None)
        assert (final.blocks == [header.hash]) is is_taken
    assert succession.voter.voters == voters(1, 0, 1)
    assert succession.hear(Votes(())) == ([], Votes((), found))  # who asks as one of those that were
    assert succession.hear(Votes((), set_number=2)) == succession.hear(Votes((), set_number=-1)) == ([], None)


def test_where_the_voters_have_stopped_others_take_over_by_force_and_who_was_away_follows() -> None:
    network = cluster(COUNT, voters=(0, 1, 2, 3))
    network.run(3_000)
    for name in ("v0", "v1", "v2"):
        network.crash(name)
    network.run(6_000)
    peer = network.peers["v4"]
    stalled = peer.node.chain.finalized.number
    assert peer.node.best.number > stalled + 1
    peer.node.submit(election(COUNT, (3, 4, 5, 6), 2, forced_above=stalled))
    network.run(10_000)
    assert (peer.voter.voters, peer.voter.base) == (voters(1, 3, 4, 5, 6), peer.node.chain.hash_of(stalled))
    assert peer.node.chain.finalized.number > peer.node.chain[peer.voter.since].number
    proof_of(peer, peer.node.chain.finalized.number).verify(voters(1, 3, 4, 5, 6))
    for name in ("v0", "v1", "v2"):
        network.restart(name)
    elect(network, (0, 1, 2), delay=1, nonce=1)
    network.run(12_000)
    assert {each.voter.voters for each in network.peers.values()} == {voters(2, 0, 1, 2)}
    assert is_one_chain(network)
    assert height(network) > network.peers["v0"].node.chain[network.peers["v0"].voter.base].number


class Final:
    """Remembers what became final."""

    best_hash = root().hash

    def __init__(self) -> None:
        self.blocks: list[Hash] = []

    def finalize(self, justification: Justification) -> None:
        self.blocks.append(justification.commit.target_hash)


def test_only_a_change_that_leaves_somebody_to_vote_is_followed() -> None:
    scheduled, forced = LogScheduledChange(change(2, 1, 1)), LogForcedChange(7, change(3, 1))
    assert announced(told(root(), scheduled), LogScheduledChange) == change(2, 1, 1)
    assert announced(told(root(), forced), LogForcedChange) == change(3, 1)
    assert announced(told(root(), scheduled), LogForcedChange) is None
    for log in (
        LogScheduledChange(change(2)),
        LogScheduledChange(change(2, 1, 0)),
        LogForcedChange(0, change(2, 1)),
        LogPause(1),
    ):
        assert announced(told(root(), log), LogScheduledChange) is None
    nonsense = replace(root(), digest=(Consensus(GRANDPA, b"\x01\xff"), Consensus(AURA, b"")))
    assert announced(nonsense, LogScheduledChange) is None


SETS = st.lists(st.integers(0, COUNT - 1), min_size=3, max_size=COUNT, unique=True)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["split", "heal", "crash", "restart", "elect", "elect", "elect"]),
        SETS,
        st.integers(0, 4),
        st.integers(100, 4000),
    ),
    max_size=8,
)


@settings(max_examples=5 * EFFORT, deadline=None)
@given(seed=st.integers(0, 2**32), events=EVENTS, lost=st.integers(0, 300), longest=st.integers(10, 1500))
def test_whatever_the_network_does_all_follow_the_same_voters_and_no_two_final_blocks_conflict(
    seed: int, events: list[tuple[str, list[int], int, int]], lost: int, longest: int
) -> None:
    network = cluster(COUNT, seed, Conditions((1, longest), lost=lost, doubled=50), voters=(0, 1, 2, 3))
    names = list(network.peers)
    nonce = 0
    for what, some, delay, for_ms in events:
        chosen = [names[each] for each in some]
        if what == "split":
            network.links.divide(chosen, [name for name in names if name not in chosen])
        elif what == "heal":
            network.links.heal()
        elif what == "crash":
            network.crash(chosen[0])
        elif what == "restart":
            network.restart(chosen[0])
        else:
            network.peers[chosen[0]].node.submit(election(COUNT, some, delay, nonce))
            nonce += 1
        network.run(for_ms)
        assert is_one_chain(network)
    network.links.heal()
    for name in names:
        network.restart(name)
    network.links.conditions = GOOD
    before = max(peer.node.chain.finalized.number for peer in network.peers.values())
    network.run(20_000)
    assert is_one_chain(network)
    assert height(network) > before
    assert len({(peer.voter.voters, peer.voter.base) for peer in network.peers.values()}) == 1
    assert all(peer.succession.equivocations == [] for peer in network.peers.values())
