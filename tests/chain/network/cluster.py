"""A network of fake nodes whose authorities make blocks in turn and vote on finality."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.network.authority_change import ConsensusLog, LogForcedChange, LogScheduledChange, ScheduledChange
from chain.network.links import Conditions
from chain.network.peer import Peer
from chain.network.simulation import Network
from chain.network.vote import VoterSet
from chain.node.aura import Aura
from chain.node.service import Node
from chain.scale import codec_of
from chain.trie.trie import Trie
from tests.chain.node.fake_runtime import GENESIS, TELL, FakeRuntime, FakeRuntimes, encode

SLOT_MS, GOSSIP_MS = 1000, 100
GOOD = Conditions((5, 50))


@cache
def keys(count: int) -> tuple[KeyPair, ...]:
    """Ed25519 keys, which sign alike in each run."""
    return tuple(KeyPair.from_uri(f"//Validator//{index}", Scheme.ED25519) for index in range(count))


def node_of(network: Network, pairs: tuple[KeyPair, ...], own: tuple[KeyPair, ...]) -> Node[FakeRuntime]:
    """A node that makes the blocks of some of the authorities."""
    publics = [pair.public for pair in pairs]

    def authorities(_state: Trie) -> list[bytes]:
        return publics

    aura = Aura(network.clock, SLOT_MS, authorities, own, scheme=Scheme.ED25519, latest=network.clock.now)
    return Node(FakeRuntimes(), GENESIS, consensus=aura)


def cluster(
    count: int, seed: int = 1, conditions: Conditions = GOOD, faulty: int = 0, voters: Sequence[int] | None = None
) -> Network:
    """As many validators, called v0, v1, …, in the middle of a slot; the last `faulty` ones are not started.

    voters: which of them vote at first, all by default; all make blocks
    """
    network = Network(seed, conditions)
    for index in range(count - faulty):
        join(network, index, count, voters=voters)
    network.run(SLOT_MS // 2)
    return network


def join(
    network: Network, index: int, count: int, *, has_vote: bool = True, voters: Sequence[int] | None = None
) -> Peer:
    """Start one of the validators; without its vote it makes blocks alone."""
    pairs = keys(count)
    return network.join(
        f"v{index}",
        node_of(network, pairs, (pairs[index],)),
        VoterSet(tuple(pairs[each].public for each in (range(count) if voters is None else voters))),
        pairs[index] if has_vote else None,
        slot_ms=SLOT_MS,
        status_ms=500,
        gossip_ms=GOSSIP_MS,
    )


def election(
    count: int, voters: Sequence[int], delay: int = 0, nonce: int = 0, forced_above: int | None = None
) -> bytes:
    """An extrinsic by which these validators are to vote, so many blocks after the one that has it.

    forced_above: a final block, whose voters have stopped
    """
    change = ScheduledChange(tuple((keys(count)[each].public, 1) for each in voters), delay)
    log = LogScheduledChange(change) if forced_above is None else LogForcedChange(forced_above, change)
    return encode(b"elector", nonce, TELL, delay, codec_of(ConsensusLog).encode(log))


def is_one_chain(network: Network) -> bool:
    """Whether all finalized blocks are on the chain of the highest of them."""
    peers = list(network.peers.values())
    highest = max(peers, key=lambda peer: peer.node.chain.finalized.number).node.chain
    return all(highest.hash_of(peer.node.chain.finalized.number) == peer.node.chain.finalized.hash for peer in peers)
