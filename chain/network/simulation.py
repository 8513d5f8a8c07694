"""Peers, links and time together.

network = Network(seed=1, conditions=Conditions(delay_ms=(20, 400), lost=50))
for key in keys:
    network.join(name, node, voters, vote_key)
network.run(60_000)
network.links.divide(["a", "b"], ["c"])
"""

from __future__ import annotations

from typing import Any

from chain.crypto.keys import KeyPair
from chain.network.links import Conditions, Links
from chain.network.messages import Message
from chain.network.peer import Peer
from chain.network.vote import VoterSet
from chain.node.chain_store import ImportedBlock
from chain.node.service import Node
from chain.node.timer import SimulatedTimer
from chain.primitives import BlockNumber, Hash, Moment


class NetworkClock:
    """The time that all peers of a network share; a block has that at which it is made."""

    def __init__(self, timer: SimulatedTimer, genesis_ms: Moment) -> None:
        self._timer = timer
        self._genesis_ms = genesis_ms

    def now(self) -> Moment:
        """Milliseconds since 1970."""
        return self._genesis_ms + self._timer.now_ms

    def time_after(self, parent: ImportedBlock) -> Moment:
        """Now, whatever the parent."""
        return self.now()


class _Post:
    """How one peer reaches the others."""

    def __init__(self, name: str, network: Network) -> None:
        self.name = name
        self.network = network

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(name for name in self.network.peers if name != self.name)

    def send(self, receiver: str, message: Message) -> None:
        self.network.links.send(self.name, receiver, message)

    def broadcast(self, message: Message) -> None:
        for receiver in self.others:
            self.send(receiver, message)


class Network:
    """Peers that share a simulated time.

    genesis_ms: what time it is when the network begins
    """

    def __init__(self, seed: int, conditions: Conditions | None = None, genesis_ms: Moment = 1_700_000_000_000) -> None:
        self.timer = SimulatedTimer()
        self.clock = NetworkClock(self.timer, genesis_ms)
        self.links: Links[Message] = Links(self.timer, seed, conditions)
        self.peers: dict[str, Peer] = {}

    def join(
        self,
        name: str,
        node: Node[Any],
        voters: VoterSet,
        vote_key: KeyPair | None = None,
        *,
        slot_ms: int | None = 6000,
        status_ms: int = 2000,
        gossip_ms: int = 500,
    ) -> Peer:
        """Let a node take part under a name; raises ValueError where the name is taken. See `Peer` for the rest."""
        if name in self.peers:
            raise ValueError(f"two peers are called {name}")
        peer = Peer(
            name,
            node,
            self.timer,
            _Post(name, self),
            voters,
            vote_key,
            slot_ms=slot_ms,
            status_ms=status_ms,
            gossip_ms=gossip_ms,
        )
        self.peers[name] = peer
        self._start(peer)
        return peer

    def run(self, for_ms: int) -> None:
        """Let time pass."""
        self.timer.advance(for_ms)

    def crash(self, name: str) -> None:
        """Stop a peer at once; nothing reaches it, and what no disk has is lost."""
        self.links.detach(name)
        self.peers[name].crash()

    def restart(self, name: str) -> None:
        """Let a peer that crashed take part again."""
        if not self.peers[name].is_up:
            self._start(self.peers[name])

    def finalized(self) -> dict[str, tuple[BlockNumber, Hash]]:
        """Each peer's finalized block."""
        chains = {name: peer.node.chain for name, peer in self.peers.items()}
        return {name: (chain.finalized.number, chain.finalized.hash) for name, chain in chains.items()}

    def _start(self, peer: Peer) -> None:
        self.links.attach(peer.name, peer.receive)
        peer.start(self.clock.now())
