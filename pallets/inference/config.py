"""What on-chain inference asks of the runtime."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import U32, AccountId, Balance, BlockNumber, Hash
from pallets.frame.pallet import config
from pallets.frame.traits import Fungible
from pallets.ml_registry.types import AlgorithmId, Model, ModelId, Version


class Models(Protocol):
    """Where models and their versions are registered, and what versions earn is divided."""

    def model(self, model: ModelId) -> Model:
        """The model; raises DispatchError where there is none."""
        ...

    def version(self, version: Hash) -> Version:
        """The version of an id; raises DispatchError where there is none."""
        ...

    def is_withdrawn(self, version: Hash) -> bool:
        """Whether a version shall not be used any more."""
        ...

    def require_enabled(self, algorithm: AlgorithmId) -> None:
        """Raises DispatchError where the algorithm may not be used."""
        ...

    def receive_fee(self, source: AccountId, version: Hash, amount: Balance) -> None:
        """Take a fee for a version from an account, for its owners; raises DispatchError."""
        ...


@config
class Config:
    """What the runtime supplies."""

    currency: Fungible
    models: Models
    deposit_base: Balance  # of a model on chain
    deposit_per_byte: Balance
    root_deposit: Balance  # lost by an owner who names a root that is not the version's
    max_bytes: U32 = 2**18  # of a model; 100 trees grown on all digits have 110,000
    max_trees: U32 = 2**11  # of a model
    chunk_bytes: U32 = 2**16
    max_rows: U32 = 64  # of one prediction
    max_proof_bytes: U32 = 2**18
    upload_blocks: BlockNumber = 600  # after which anybody clears an upload away
