"""What a validator signs with: one key for each consensus pallet (sp_runtime::impl_opaque_keys)."""

from __future__ import annotations

from typing import Annotated, Final

from chain.crypto.signatures import Scheme
from chain.primitives import Bytes4, Bytes32, RustType
from chain.record import record
from chain.runtime_api import KeyKind

KeyTypeId = Annotated[Bytes4, RustType("sp_core::crypto::KeyTypeId")]
"""What a keystore calls a kind of key by."""


@record
class SessionKeys:
    """The keys of the solochain template."""

    __rust__ = RustType("runtime::SessionKeys")

    aura: Annotated[Bytes32, RustType("sp_consensus_aura::sr25519::app_sr25519::Public")]
    """sr25519."""

    grandpa: Annotated[Bytes32, RustType("sp_consensus_grandpa::app::Public")]
    """ed25519."""


KEY_KINDS: Final = (KeyKind(b"aura", Scheme.SR25519), KeyKind(b"gran", Scheme.ED25519))
"""Of `SessionKeys`, in their order."""

KEY_TYPES: Final = tuple(kind.key_type for kind in KEY_KINDS)
"""What a keystore calls them by."""


def keys_in_order(keys: SessionKeys) -> tuple[Bytes32, Bytes32]:
    """The keys as `KEY_TYPES` has them."""
    return keys.aura, keys.grandpa
