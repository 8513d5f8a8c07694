"""The boundary between a node and a runtime; what a node lends a runtime's offchain workers is `chain.offchain`.

In Substrate this boundary is the Wasm ABI; here it is a Protocol. A `RuntimeApi` object is bound to one state
(an `Overlay`): everything it reads and writes goes through that. The node decides which state that is and
whether the changes are kept: a `RuntimeFactory` makes one runtime object for each state it is asked about.

`TransactionInvalid` and `InvalidBlock` are in `chain.validity`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Annotated, Any, Protocol

from chain.block import Block, Header
from chain.bounds import Len
from chain.crypto.signatures import Scheme
from chain.offchain.capability import Capability as Capability  # also for those who take these from here
from chain.offchain.capability import CapabilityDenied as CapabilityDenied
from chain.offchain.errors import SubmissionRefused as SubmissionRefused
from chain.offchain.hook import WorkerHook
from chain.offchain.offchain_node import OffchainNode as OffchainNode
from chain.primitives import U8, U32, U64, AccountId, BlockNumber, Hash, Nonce
from chain.record import record
from chain.state.overlay import Overlay
from chain.trie.trie import Trie


@record
class RuntimeVersion:
    """Which runtime this is (sp_version::RuntimeVersion)."""

    spec_name: str
    impl_name: str
    authoring_version: U32
    spec_version: U32
    impl_version: U32
    apis: tuple[tuple[Annotated[bytes, Len(8, 8)], U32], ...]
    transaction_version: U32
    state_version: U8


class TransactionSource(IntEnum):
    """Where a transaction came from when it is validated (sp_runtime)."""

    IN_BLOCK = 0
    LOCAL = 1
    EXTERNAL = 2


class InclusionMode(IntEnum):
    """Which extrinsics a block may have (sp_runtime::ExtrinsicInclusionMode)."""

    ALL_EXTRINSICS = 0
    ONLY_INHERENTS = 1
    """A migration over many blocks is under way."""


@record
class ValidTransaction:
    """What the pool may do with a transaction (sp_runtime::transaction_validity).

    requires, provides: tags; a transaction waits until every tag that it requires is provided
    longevity: blocks for which this holds, at least
    """

    priority: U64 = 0
    requires: tuple[bytes, ...] = ()
    provides: tuple[bytes, ...] = ()
    longevity: U64 = 2**64 - 1
    propagate: bool = True


class UnknownRuntimeMethod(LookupError):
    """The runtime has no API method of this name."""

    def __init__(self, method: str, known: Iterable[str]) -> None:
        super().__init__(f"this runtime has no method {method}; it has {', '.join(known)}")
        self.method = method


class Validate(Protocol):
    """Whether a pool may keep an extrinsic for the next block."""

    def __call__(self, source: TransactionSource, extrinsic: bytes, /) -> ValidTransaction:
        """Raises `TransactionInvalid`; writes nothing."""
        ...


class RuntimeApi(Protocol):
    """What a node asks of a runtime that is bound to one state.

    The methods up to `finalize_block` build a block, in this order, on the state of its parent; each of the
    others is called alone on an overlay of its own, which only `execute_block` leaves to be kept.
    """

    @property
    def version(self) -> RuntimeVersion:
        """Which runtime this is."""
        ...

    def initialize_block(self, header: Header) -> InclusionMode:
        """Begin the block of `header`: number, parent hash and pre-runtime digest count. What may stand in it."""
        ...

    def inherent_extrinsics(self, data: Mapping[bytes, bytes]) -> Sequence[bytes]:
        """The inherents for `data` (8-byte identifier to SCALE), in the order in which they must stand."""
        ...

    def apply_extrinsic(self, extrinsic: bytes) -> object:
        """Apply one extrinsic; the dispatch outcome. Raises `TransactionInvalid` and changes nothing."""
        ...

    def finalize_block(self) -> Header:
        """End the block; its header with state root, extrinsics root and digest."""
        ...

    def execute_block(self, block: Block) -> None:
        """Apply the whole block; raises `InvalidBlock` naming what differs from its header."""
        ...

    def require_inherents(self, block: Block, data: Mapping[bytes, bytes]) -> None:
        """Raises `InvalidBlock` where a block's inherents do not fit what this node itself knows. Writes nothing."""
        ...

    def validate_transaction(self, source: TransactionSource, extrinsic: bytes, block_hash: Hash) -> ValidTransaction:
        """Whether a pool may keep the extrinsic for the next block; raises `TransactionInvalid`. Writes nothing.

        block_hash: of the block whose state this is, which the state itself cannot know
        """
        ...

    def validating(self, block_hash: Hash) -> Validate:
        """What does so of one transaction after the other; nothing else may be asked of this runtime from then on."""
        ...

    def account_nonce(self, account: AccountId) -> Nonce:
        """The nonce that the account's next transaction must have."""
        ...

    def worker_hooks(self) -> Sequence[WorkerHook]:
        """What there is to run beside the chain, pallet by pallet."""
        ...

    def with_work(self, hook: WorkerHook, now: BlockNumber, operators: Sequence[Any]) -> Sequence[Any]:
        """For which operators a run on a block with this state has anything to do; where the hook `is_selective`.

        operators: what they gave their workers; those that are chosen are given back as they are
        """
        ...

    def run_worker(self, hook: WorkerHook, header: Header, node: OffchainNode) -> None:
        """Run one pallet's worker for the block of `header`, on its state; what it writes is for nobody."""
        ...

    def metadata_versions(self) -> Sequence[int]:
        """The versions of metadata that the runtime has, in ascending order."""
        ...

    def metadata_at_version(self, version: int) -> bytes | None:
        """What the runtime says of itself, in its envelope (`chain.metadata`); None where it has no such version."""
        ...


@record
class KeyKind:
    """A kind of key that a node holds.

    key_type: 4 bytes that a keystore calls it by (sp_core::crypto::key_types)
    size: bytes of the public key
    """

    key_type: bytes
    scheme: Scheme
    size: int = 32


class Keystore(Protocol):
    """The keys that a node holds, of which it makes more where the runtime asks for them (sp_keystore)."""

    def generate(self, kind: KeyKind, seed: str | None) -> bytes:
        """Make a key, from a secret URI where one is given, and keep it; the public key. Raises SecretUriError."""
        ...


RuntimeFactory = Callable[[Overlay], RuntimeApi]
"""Makes a runtime that is bound to one state."""

MakeOverlay = Callable[[Trie], Overlay]
"""Makes that in which a block is built or executed: `Overlay`, or one that records what the block reads."""
