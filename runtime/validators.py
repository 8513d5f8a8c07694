"""Nodes of a chain with validators, whose blocks Aura's authorities make in turn.

    node = validator_node([pair("Alice"), pair("Bob")])     # makes every block, as both authorities
    network = validator_network(("Alice", "Bob", "Charlie", "Dave"), seed=1)
    network.run(60_000)                                     # a minute of four nodes that vote on finality

The runtime is `ValidatedRuntime` or another that has Aura and Grandpa, as the solochain template. Who votes at first
is read from the state of block zero; then the nodes follow what Grandpa tells them in the digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

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
from chain.offchain.participant import Participant
from chain.primitives import Moment
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import aura, grandpa
from runtime.construct import Runtime
from runtime.dev import GENESIS_TIME_MS, VERSION, dev_genesis
from runtime.devnet import sign_call, time_of
from runtime.genesis import build_genesis
from runtime.validated import ValidatedRuntime, authorities_genesis
from runtime.validator_apis import pallet_of_kind

V = TypeVar("V", bound=Runtime)


def validator_genesis(names: Sequence[str], scheme: Scheme = Scheme.SR25519) -> Trie:
    """The state of block zero of the development runtime whose authorities are these development accounts."""
    genesis = {**dev_genesis(), **authorities_genesis(tuple(names), scheme)}
    return build_genesis(ValidatedRuntime, genesis, VERSION.state_version)


def validator_node(
    keys: Iterable[KeyPair],
    genesis: Trie,
    runtime: Callable[[Overlay, SignatureCache], V],
    *,
    scheme: Scheme = Scheme.SR25519,
    clock: TimeSource | None = None,
    latest: Callable[[], Moment] | None = None,
    participants: Sequence[Participant] = (),
    finality_lag: int | None = None,
) -> Node[V]:
    """A node that makes blocks in the slots of the authorities whose keys it has.

    runtime: one with Aura, whose authorities have keys of `scheme`
    clock: when a block is made; by default one slot after its parent, unless the clock is moved
    latest: the latest time of which a block of others is accepted; any by default
    """
    signatures = SignatureCache()

    def authorities(state: Trie) -> Sequence[bytes]:
        return pallet_of_kind(runtime(Overlay(state), signatures), aura.Aura).authorities.get()

    first = pallet_of_kind(runtime(Overlay(genesis), signatures), aura.Aura)
    slot_ms = first.config.slot_duration
    own_clock = BlockClock(GENESIS_TIME_MS, slot_ms, time_of)
    return Node(
        lambda storage: runtime(storage, signatures),
        genesis,
        clock=own_clock if clock is None else None,
        consensus=Aura(clock or own_clock, slot_ms, authorities, keys, scheme=scheme, latest=latest),
        participants=participants,
        sign_call=sign_call,
        finality_lag=finality_lag,
    )


def validator_network(
    names: Sequence[str],
    seed: int,
    conditions: Conditions | None = None,
    participants: Mapping[str, Sequence[Participant]] | None = None,
    *,
    genesis: Trie | None = None,
    runtime: Callable[[Overlay, SignatureCache], Runtime] = ValidatedRuntime,
) -> Network:
    """A simulated network of one node for each of these development accounts, which make blocks and vote.

    participants: whose workers run on whose node
    genesis, runtime: another chain; its first authorities may be some of these accounts, with the keys below
    Their keys are Ed25519 for both, unlike those of real authorities: sr25519 signatures differ from run to run, and
    the same seed is to give the same blocks.
    """
    genesis = validator_genesis(names, Scheme.ED25519) if genesis is None else genesis
    network = Network(seed, conditions, GENESIS_TIME_MS)
    for name in names:
        key = development.pair(name, Scheme.ED25519)
        node = validator_node(
            [key],
            genesis,
            runtime,
            scheme=Scheme.ED25519,
            clock=network.clock,
            latest=network.clock.now,
            participants=(participants or {}).get(name, ()),
        )
        first = node.runtime_at()
        voters = VoterSet(tuple(voter for voter, _ in pallet_of_kind(first, grandpa.Grandpa).read_authorities()))
        network.join(name, node, voters, key, slot_ms=pallet_of_kind(first, aura.Aura).config.slot_duration)
    return network
