"""Several nodes: they agree, find each other again after partitions and crashes, and do the same twice."""

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chain.network.justification import Justification
from chain.network.links import Conditions
from chain.network.messages import Message, Votes
from chain.network.simulation import Network
from chain.network.vote import Stage, signed_vote
from chain.node.transaction_status import StatusChange, TransactionStatus
from tests.chain.network.cluster import GOOD, cluster, is_one_chain, join, keys
from tests.chain.node.fake_runtime import encode
from tests.effort import EFFORT


def heights(network: Network) -> list[int]:
    return [peer.node.chain.finalized.number for peer in network.peers.values()]


def test_validators_make_one_chain_in_turn_and_finalize_it() -> None:
    network = cluster(4)
    network.run(10_000)
    bests = {peer.node.best.hash for peer in network.peers.values()}
    assert len(bests) == 1
    assert network.peers["v0"].node.best.number >= 9
    assert min(heights(network)) >= 8
    assert is_one_chain(network)
    assert all(peer.refused == [] for peer in network.peers.values())


def test_finality_is_proved_to_who_knows_the_voters_alone() -> None:
    network = cluster(4)
    network.run(5_000)
    chain = network.peers["v0"].node.chain
    kept = chain.justification(chain.finalized.hash)
    assert kept is not None
    justification = Justification.decode(kept)
    assert justification.commit.target_hash == chain.finalized.hash
    justification.verify(network.peers["v0"].voter.voters)


def test_the_same_seed_gives_the_same_history_and_another_seed_another() -> None:
    def history(seed: int) -> tuple[object, ...]:
        network = cluster(4, seed, Conditions((5, 400), lost=100, doubled=100))
        network.peers["v1"].node.submit(encode(b"a", 0, key=1))
        network.run(8_000)
        return network.finalized(), network.links.traffic

    assert history(1) == history(1)
    assert history(1) != history(2)


def test_a_transaction_reaches_everybody_and_a_block() -> None:
    network = cluster(4)
    sent = [network.peers["v2"].node.submit(encode(b"a", nonce, key=7, value=nonce + 1)) for nonce in (1, 0)]
    network.run(100)
    assert all(each in peer.node.pool for peer in network.peers.values() for each in sent)
    network.run(2_500)
    assert all(peer.node.runtime_at().value(7) == 2 for peer in network.peers.values())
    assert all(len(peer.node.pool) == 0 for peer in network.peers.values())


def test_whoever_submits_a_transaction_is_told_whom_it_was_sent_to() -> None:
    network, told = cluster(3), list[StatusChange]()
    pool = network.peers["v1"].node.pool
    pool.listen(told.append)
    name = network.peers["v1"].node.submit(encode(b"a", 0, key=7, value=1))
    network.run(100)
    assert told == [
        StatusChange(name, TransactionStatus.READY),
        StatusChange(name, TransactionStatus.BROADCAST, peers=("v0", "v2")),
    ]


def test_two_halves_finalize_nothing_and_go_on_together_once_they_meet() -> None:
    network = cluster(4)
    network.run(3_000)
    network.links.divide(["v0", "v1"], ["v2", "v3"])
    network.run(500)
    before = heights(network)
    network.run(10_000)
    assert heights(network) == before
    assert network.peers["v0"].node.best.hash != network.peers["v2"].node.best.hash
    assert network.peers["v0"].node.best.number > before[0] + 3
    network.links.heal()
    network.run(6_000)
    assert min(heights(network)) > max(before) + 5
    assert is_one_chain(network)


def test_the_greater_part_goes_on_without_the_smaller_one_which_follows_later() -> None:
    network = cluster(4)
    network.links.divide(["v0", "v1", "v2"], ["v3"])
    before = heights(network)[3]
    network.run(10_000)
    *most, left = heights(network)
    assert (min(most) >= before + 5, left) == (True, before)
    network.links.heal()
    network.run(3_000)
    assert min(heights(network)) >= min(most)
    assert is_one_chain(network)


def test_a_peer_that_crashed_catches_up_and_votes_again() -> None:
    network = cluster(4)
    network.run(2_000)
    lost = network.peers["v3"].node.submit(encode(b"a", 3, key=1))
    network.crash("v3")
    at_crash = network.peers["v3"].node.best.number
    network.run(100_000)
    assert (network.peers["v3"].node.best.number, lost in network.peers["v3"].node.pool) == (at_crash, False)
    assert network.peers["v0"].node.chain.finalized.number - at_crash > 64  # more than one answer has
    network.restart("v3")
    network.restart("v3")
    network.run(5_000)
    assert len({peer.node.best.hash for peer in network.peers.values()}) == 1
    network.crash("v0")
    before = network.peers["v1"].node.chain.finalized.number
    network.run(5_000)
    assert network.peers["v1"].node.chain.finalized.number > before  # which needs the votes of v3
    assert network.peers["v1"].succession.equivocations == []


def test_nothing_is_final_without_two_thirds() -> None:
    network = cluster(4, faulty=2)
    network.run(10_000)
    assert heights(network) == [0, 0]
    assert network.peers["v0"].node.best.number >= 4


def test_one_node_alone_finalizes_its_own_blocks() -> None:
    network = cluster(1)
    network.run(5_000)
    assert heights(network)[0] >= 4


def test_a_name_is_given_once() -> None:
    network = cluster(1)
    peer = network.peers["v0"]
    with pytest.raises(ValueError, match="two peers are called v0"):
        network.join("v0", peer.node, peer.voter.voters)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["split", "heal", "crash", "restart", "submit"]), st.integers(0, 3), st.integers(100, 4000)
    ),
    max_size=6,
)


@settings(max_examples=12 * EFFORT, deadline=None)
@given(seed=st.integers(0, 2**32), events=EVENTS, lost=st.integers(0, 400), longest=st.integers(10, 1500))
def test_whatever_the_network_does_no_two_final_blocks_conflict_and_it_recovers(
    seed: int, events: list[tuple[str, int, int]], lost: int, longest: int
) -> None:
    network = cluster(4, seed, Conditions((1, longest), lost=lost, doubled=50))
    names = list(network.peers)
    for nonce, (what, which, for_ms) in enumerate(events):
        if what == "split":
            network.links.divide(names[:which], names[which:])
        elif what == "heal":
            network.links.heal()
        elif what == "crash":
            network.crash(names[which])
        elif what == "restart":
            network.restart(names[which])
        else:
            network.peers[names[which]].node.submit(encode(b"a%d" % nonce, 0, key=1))
        network.run(for_ms)
        assert is_one_chain(network)
    network.links.heal()
    for name in names:
        network.restart(name)
    network.links.conditions = GOOD
    before = max(heights(network))
    network.run(10_000)
    assert is_one_chain(network)
    assert min(heights(network)) > before
    assert all(peer.succession.equivocations == [] for peer in network.peers.values())


class TwoFaced:
    """A validator that votes for any block, and for another one to each who listens; nobody may be led astray."""

    def __init__(self, network: Network, index: int, count: int, seed: int) -> None:
        self.name, self.key = f"v{index}", keys(count)[index]
        self._network, self._random = network, Random(seed)
        self._peer = join(network, index, count, has_vote=False)
        self._voted: set[tuple[int, Stage]] = set()
        network.links.attach(self.name, self._receive)

    def _receive(self, sender: str, message: Message) -> None:
        self._peer.receive(sender, message)
        if not isinstance(message, Votes):
            return
        heard = {(vote.round + ahead, stage) for vote in message.votes for stage in Stage for ahead in (0, 1)}
        for round_number, stage in sorted(heard - self._voted):
            self._voted.add((round_number, stage))
            for receiver in self._network.peers:
                for _ in range(self._random.randrange(3)):
                    self._lie(receiver, round_number, stage)

    def _lie(self, receiver: str, round_number: int, stage: Stage) -> None:
        number = max(0, self._peer.node.best.number - self._random.randrange(4))
        known = [each for each in self._peer.tree.hashes() if self._peer.tree.number(each) >= number]
        target = self._random.choice(known)
        vote = signed_vote(self.key, stage, round_number, target, self._peer.tree.number(target), 0)
        self._network.links.send(self.name, receiver, Votes((vote,)))


def test_a_block_that_somebody_voted_for_is_asked_for_until_it_comes() -> None:
    network = cluster(4, conditions=Conditions((5, 50), lost=1000))
    network.run(2_000)
    network.links.conditions = Conditions((5, 50), lost=700)
    network.run(3_000)
    network.links.conditions = GOOD
    before = max(heights(network))
    network.run(6_000)
    assert min(heights(network)) > before


@settings(max_examples=12 * EFFORT, deadline=None)
@example(seed=334, longest=775, lost=126, split=True)  # a voter stood still for want of a vote for a pruned block
@given(seed=st.integers(0, 2**32), longest=st.integers(10, 2500), lost=st.integers(0, 300), split=st.booleans())
def test_one_of_four_who_votes_for_everything_neither_breaks_finality_nor_stops_it(
    seed: int, longest: int, lost: int, split: bool
) -> None:
    network = cluster(4, seed, Conditions((1, longest), lost=lost), faulty=1)
    TwoFaced(network, 3, 4, seed)
    honest = [network.peers[name] for name in ("v0", "v1", "v2")]
    network.run(4_000)
    if split:
        network.links.divide(["v0", "v1", "v3"], ["v2"])
    network.run(4_000)
    assert is_one_chain(network)
    network.links.heal()
    network.links.conditions = GOOD
    before = max(peer.node.chain.finalized.number for peer in honest)
    network.run(8_000)
    assert is_one_chain(network)
    assert min(peer.node.chain.finalized.number for peer in honest) > before
    found = [each for peer in honest for each in peer.succession.equivocations]
    assert {each.first.voter for each in found} == {keys(4)[3].public}
