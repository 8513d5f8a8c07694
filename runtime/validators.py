"""Nodes of a chain with validators: the solochain template, whose blocks Aura's authorities make in turn.

node = validator_node([pair("Alice"), pair("Bob")])     # makes every block, as both authorities
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chain.crypto.keys import KeyPair
from chain.node.aura import Aura
from chain.node.clock import BlockClock, TimeSource
from chain.node.service import Node
from chain.node.signature_cache import SignatureCache
from chain.primitives import Moment
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
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
    clock: TimeSource | None = None,
    latest: Callable[[], Moment] | None = None,
    finality_lag: int | None = None,
) -> Node[Solochain]:
    """A node that makes blocks in the slots of the authorities whose sr25519 keys it has.

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
        clock=own_clock,
        consensus=Aura(clock or own_clock, SLOT_DURATION_MS, authorities, keys, latest=latest),
        sign_call=sign_call,
        finality_lag=finality_lag,
    )
