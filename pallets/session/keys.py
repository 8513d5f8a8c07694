"""What a validator signs with: one key for each consensus pallet (sp_runtime::impl_opaque_keys)."""

from __future__ import annotations

from typing import Final

from chain.primitives import Bytes32
from chain.record import record


@record
class SessionKeys:
    """The keys of the solochain template."""

    aura: Bytes32
    """sr25519."""

    grandpa: Bytes32
    """ed25519."""


KEY_TYPES: Final = (b"aura", b"gran")
"""By what the keys are called in a keystore, in their order (sp_core::crypto::key_types)."""


def keys_in_order(keys: SessionKeys) -> tuple[Bytes32, Bytes32]:
    """The keys as `KEY_TYPES` has them."""
    return keys.aura, keys.grandpa
