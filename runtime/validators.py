"""Nodes of a chain with validators: the solochain template, whose blocks Aura's authorities make in turn.

    node = validator_node([pair("Alice"), pair("Bob")])     # makes every block, as both authorities
    network = validator_network(("Alice", "Bob", "Charlie", "Dave"), seed=1)
    network.run(60_000)                                     # a minute of four nodes that vote on finality

Who takes part is read from the state of block zero, and stays: the nodes follow no change of the voters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.network.links import Conditions
from chain.network.simulation import Network
from chain.network.vote import VoterSet
from chain.node.aura import Aura
from chain.node.clock import BlockClock, TimeSource
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.primitives import Moment
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import aura, grandpa
from runtime.dev import GENESIS_TIME_MS
from runtime.devnet import sign_call, time_of
from runtime.genesis import build_genesis
from runtime.templates.solochain import SLOT_DURATION_MS, VERSION, Solochain, local_genesis


def validator_genesis(genesis: Mapping[str, Any] | None = None) -> Trie:
    """The state of block zero; Alice and Bob make blocks and vote by default."""
    return build_genesis(Solochain, local_genesis() if genesis is None else genesis, VERSION.state_version)


def validator_node(
    keys: Iterable[KeyPair],
    genesis: Trie | None = None,
    *,
    scheme: Scheme = Scheme.SR25519,
    clock: TimeSource | None = None,
    latest: Callable[[], Moment] | None = None,
    finality_lag: int | None = None,
) -> Node[Solochain]:
    """A node that makes blocks in the slots of the authorities whose keys it has.

    scheme: of these keys
    clock: when a block is made; by default one slot after its parent, unless the clock is moved
    latest: the latest time of which a block of others is accepted; any by default
    """
    signatures = SignatureCache()

    def runtime(storage: Overlay) -> Solochain:
        return Solochain(storage, signatures)

    def authorities(state: Trie) -> Sequence[bytes]:
        return runtime(Overlay(state)).aura.authorities.get()

    own_clock = BlockClock(GENESIS_TIME_MS, SLOT_DURATION_MS, time_of)
    return Node(
        runtime,
        validator_genesis() if genesis is None else genesis,
        clock=own_clock if clock is None else None,
        consensus=Aura(clock or own_clock, SLOT_DURATION_MS, authorities, keys, scheme=scheme, latest=latest),
        sign_call=sign_call,
        finality_lag=finality_lag,
    )


def validator_network(names: Sequence[str], seed: int, conditions: Conditions | None = None) -> Network:
    """A simulated network of one node for each of these development accounts, which make blocks and vote.

    Their keys are Ed25519 for both, unlike those of real authorities: sr25519 signatures differ from run to run, and
    the same seed is to give the same blocks.
    """
    keys = [development.pair(name, Scheme.ED25519) for name in names]
    genesis = validator_genesis(
        {
            **local_genesis(),
            "Aura": aura.Genesis(authorities=tuple(key.public for key in keys)),
            "Grandpa": grandpa.Genesis(authorities=tuple((key.public, 1) for key in keys)),
        }
    )
    network = Network(seed, conditions, GENESIS_TIME_MS)
    for name, key in zip(names, keys, strict=True):
        node = validator_node([key], genesis, scheme=Scheme.ED25519, clock=network.clock, latest=network.clock.now)
        voters = VoterSet(tuple(voter for voter, _ in node.runtime_at().grandpa.read_authorities()))
        network.join(name, node, voters, key, slot_ms=SLOT_DURATION_MS)
    return network
