"""A node over the development runtime: it seals on demand, and its clock depends on the block number alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chain.node.inherents import slot_clock, timestamp_inherents
from chain.node.participant import Participant
from chain.node.service import CallToSign, Node
from chain.trie.trie import Trie
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, DevRuntime, genesis_state, runtime_factory
from runtime.signing import signed


def sign_call(to_sign: CallToSign) -> bytes:
    """How a node signs calls."""
    return signed(to_sign.runtime, to_sign.key, to_sign.call, nonce=to_sign.nonce, block_hash=to_sign.block_hash)


def dev_node(
    genesis: Mapping[str, Any] | Trie | None = None, participants: Sequence[Participant] = ()
) -> Node[DevRuntime]:
    """A node that seals on demand, with a clock that depends on the block number alone.

    genesis: records by pallet, or the state of block zero; the development preset by default
    """
    return Node(
        runtime_factory(),
        genesis if isinstance(genesis, Trie) else genesis_state(genesis),
        inherents=timestamp_inherents(slot_clock(GENESIS_TIME_MS, SLOT_DURATION_MS)),
        participants=participants,
        sign_call=sign_call,
    )
