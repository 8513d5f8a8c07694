"""A node over the development runtime: it seals on demand, and its clock depends on the chain alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from chain.content.store import ContentStore
from chain.crypto.hashing import twox_128
from chain.node.clock import BlockClock
from chain.node.service import CallToSign, Node
from chain.offchain.hook import Encodable
from chain.offchain.participant import Participant
from chain.offchain.settings import WorkerSettings
from chain.primitives import Moment
from chain.state.overlay import Overlay
from chain.store.block_store import BlockStore
from chain.trie.trie import Trie
from runtime.construct import Runtime
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, DevRuntime, genesis_state, runtime_factory
from runtime.signing import general, signed

R = TypeVar("R", bound=Runtime)

_NOW: Final = twox_128(b"Timestamp") + twox_128(b"Now")


def sign_call(to_sign: CallToSign) -> bytes:
    """How a node signs calls: what it has signed itself it does not verify."""
    runtime, sign = to_sign.runtime, to_sign.runtime.signatures.sign
    return signed(runtime, to_sign.key, to_sign.call, nonce=to_sign.nonce, block_hash=to_sign.block_hash, sign=sign)


def general_call(runtime: Runtime, call: Encodable) -> bytes:
    """How a node makes a transaction of a call that authorizes itself."""
    return general(runtime, call)


def dev_node(
    genesis: Mapping[str, Any] | Trie | None = None,
    participants: Sequence[Participant] = (),
    finality_lag: int | None = None,
    store: BlockStore | None = None,
    workers: WorkerSettings | None = None,
    content: ContentStore | None = None,
) -> Node[DevRuntime]:
    """A node that seals on demand; each block comes one slot after its parent, unless the clock is moved.

    genesis: records by pallet, or the state of block zero; the development preset by default
    finality_lag: how many blocks behind the best block the finalized one is kept; None where others finalize
    store: where blocks are kept, in memory by default; raises as its `open` does
    workers: where and how the participants' workers run; inline by default
    content: where they keep artifacts, in memory by default
    """
    state = genesis if isinstance(genesis, Trie) else genesis_state(genesis)
    return node_of(runtime_factory(), state, participants, finality_lag, store, workers, content)


def node_of(
    make_runtime: Callable[[Overlay], R],
    genesis: Trie,
    participants: Sequence[Participant] = (),
    finality_lag: int | None = None,
    store: BlockStore | None = None,
    workers: WorkerSettings | None = None,
    content: ContentStore | None = None,
) -> Node[R]:
    """As `dev_node`, over any runtime with a pallet_timestamp or without.

    genesis: the state of block zero
    """
    return Node(
        make_runtime,
        genesis,
        clock=BlockClock(GENESIS_TIME_MS, SLOT_DURATION_MS, time_of),
        participants=participants,
        sign_call=sign_call,
        general_call=general_call,
        workers=workers,
        finality_lag=finality_lag,
        store=store,
        content=content,
    )


def time_of(state: Trie) -> Moment:
    """The time that pallet_timestamp has in a state, in milliseconds; 0 before the first block."""
    return int.from_bytes(state.recall(_NOW) or b"", "little")
