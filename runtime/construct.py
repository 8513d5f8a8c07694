"""What a runtime class is: a composition of pallets with extensions, executed by the executive.

    class DevRuntime(Runtime):
        def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
            super().__init__(storage, signatures)
            self.system = System(self, system.Config(version=VERSION), index=0)
            ...
            self.extensions = standard_extensions(self.system, self.transaction_payment)

An object of it is bound to one state and implements `chain.runtime_api.RuntimeApi` there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from chain.block import Block, Header
from chain.offchain.hook import WorkerHook
from chain.primitives import AccountId, Hash, Nonce
from chain.runtime_api import (
    InclusionMode,
    KeyKind,
    Keystore,
    OffchainNode,
    TransactionSource,
    Validate,
    ValidTransaction,
)
from pallets.frame.error import DispatchFailure
from pallets.frame.inherent import InherentsResult
from runtime import executive, inherents
from runtime.apis import METADATA_VERSIONS, Token
from runtime.parts import RuntimeParts

GenesisPreset = Callable[[], Mapping[str, Any]]
"""Genesis records by pallet name, made when they are asked for: they have keys derived."""


class Runtime(RuntimeParts):
    """A runtime that is bound to one state, as a node asks it."""

    token: ClassVar[Token | None] = None
    """How wallets show amounts, which the hash of the metadata tells."""

    session_keys: ClassVar[tuple[KeyKind, ...]] = ()
    """What a validator signs with; none where nobody need validate (impl_opaque_keys)."""

    keystore: Keystore | None = None
    """Where a node that lends one has keys made."""

    @classmethod
    def genesis_presets(cls) -> Mapping[str, GenesisPreset]:
        """By the name that tools ask for, what makes the genesis records that differ from their defaults."""
        return {}

    def initialize_block(self, header: Header) -> InclusionMode:
        return executive.initialize_block(self, header)

    def inherent_extrinsics(self, data: Mapping[bytes, bytes]) -> Sequence[bytes]:
        return inherents.inherent_extrinsics(self, data)

    def check_inherents(self, block: Block, data: Mapping[bytes, bytes]) -> InherentsResult:
        """Whether the block's inherents fit this node's own `data`."""
        return inherents.check_inherents(self, block, data)

    def require_inherents(self, block: Block, data: Mapping[bytes, bytes]) -> None:
        inherents.require_inherents(self, block, data)

    def apply_extrinsic(self, extrinsic: bytes) -> DispatchFailure | None:
        return executive.apply_extrinsic(self, extrinsic)

    def finalize_block(self) -> Header:
        return executive.finalize_block(self)

    def execute_block(self, block: Block) -> None:
        executive.execute_block(self, block)

    def validate_transaction(self, source: TransactionSource, extrinsic: bytes, block_hash: Hash) -> ValidTransaction:
        return executive.validate_transaction(self, source, extrinsic, block_hash)

    def validating(self, block_hash: Hash) -> Validate:
        return executive.validating(self, block_hash)

    def account_nonce(self, account: AccountId) -> Nonce:
        return self.system.account_nonce(account)

    def call(self, method: str, data: bytes) -> bytes:
        """The encoded answer of a runtime API's method, as `Core_version`, to its encoded arguments."""
        from runtime import state_call  # what only clients of a node ask

        return state_call.call(self, method, data)

    def run_worker(self, hook: WorkerHook, header: Header, node: OffchainNode) -> None:
        executive.run_worker(self, hook, header, node)

    def metadata_versions(self) -> Sequence[int]:
        return METADATA_VERSIONS

    def metadata_at_version(self, version: int) -> bytes | None:
        from runtime.metadata.opaque import metadata_of  # most processes never ask

        return metadata_of(self, version)

    def metadata_hash(self) -> Hash | None:
        """What transactions may be signed with, so that nobody is shown another runtime's; None without a token."""
        from runtime.metadata.opaque import metadata_hash_of

        return None if self.token is None else metadata_hash_of(self, self.token)
