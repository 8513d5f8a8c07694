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

from collections.abc import Mapping, Sequence

from chain.block import Block, Header
from chain.primitives import AccountId, Hash, Nonce
from chain.runtime_api import OffchainNode, TransactionSource, ValidTransaction
from pallets.frame.error import DispatchFailure
from runtime import executive
from runtime.parts import RuntimeParts


class Runtime(RuntimeParts):
    """A runtime that is bound to one state, as a node asks it."""

    def initialize_block(self, header: Header) -> None:
        executive.initialize_block(self, header)

    def inherent_extrinsics(self, data: Mapping[bytes, bytes]) -> Sequence[bytes]:
        return executive.inherent_extrinsics(self, data)

    def apply_extrinsic(self, extrinsic: bytes) -> DispatchFailure | None:
        return executive.apply_extrinsic(self, extrinsic)

    def finalize_block(self) -> Header:
        return executive.finalize_block(self)

    def execute_block(self, block: Block) -> None:
        executive.execute_block(self, block)

    def validate_transaction(self, source: TransactionSource, extrinsic: bytes, block_hash: Hash) -> ValidTransaction:
        return executive.validate_transaction(self, extrinsic, block_hash)

    def account_nonce(self, account: AccountId) -> Nonce:
        return self.system.account_nonce(account)

    def offchain_worker(self, header: Header, node: OffchainNode) -> None:
        executive.offchain_worker(self, header, node)
