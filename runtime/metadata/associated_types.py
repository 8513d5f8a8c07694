"""The types that pallets' configs name in FRAME, which metadata V16 tells.

Clients find the hasher, the account and the balance of a chain here. The table has those of FRAME's own pallets. An
author's pallet may name its own: a class attribute `associated_types = {"Score": U64}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chain.block import Block
from chain.primitives import U32, AccountId, Balance, Bytes8, Hash, Moment, Nonce, RustType
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.origin import Origin
from pallets.frame.traits import RuntimeFreezeReason, RuntimeHoldReason
from pallets.system.types import AccountData
from runtime.metadata.rust_names import crate_of
from runtime.metadata.source_docs import lines


@record
class BlakeTwo256:
    """Blake2 with 256 bits, the hash of headers, calls and state."""

    __rust__ = RustType("sp_runtime::traits::BlakeTwo256")


_CALL: Final[Mapping[str, Any]] = {"RuntimeCall": RuntimeCall}

ASSOCIATED_TYPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "frame_system": {
        "RuntimeCall": RuntimeCall,
        "Nonce": Nonce,
        "Hash": Hash,
        "Hashing": BlakeTwo256,
        "AccountId": AccountId,
        "Block": Block,
        "AccountData": AccountData,
    },
    "pallet_assets": {"Balance": Balance, "AssetId": U32, "Extra": None},
    "pallet_balances": {
        "RuntimeHoldReason": RuntimeHoldReason,
        "Balance": Balance,
        "ReserveIdentifier": Bytes8,
        "FreezeIdentifier": RuntimeFreezeReason,
    },
    "pallet_multisig": _CALL,
    "pallet_proxy": _CALL,
    "pallet_sudo": _CALL,
    "pallet_timestamp": {"Moment": Moment},
    "pallet_utility": {"RuntimeCall": RuntimeCall, "PalletsOrigin": Origin},
}
"""By crate."""

DOCS: Final[Mapping[str, str]] = {
    "AccountData": "What every account stores beside its nonce and references.",
    "AccountId": "What names an account.",
    "AssetId": "What names an asset.",
    "Balance": "An amount of funds, in planck.",
    "Block": "A block.",
    "Extra": "What every account of an asset stores beside its balance.",
    "FreezeIdentifier": "Why funds are frozen.",
    "Hash": "What names blocks and calls.",
    "Hashing": "How the chain hashes.",
    "Moment": "A time, in milliseconds since 1970.",
    "Nonce": "How many transactions an account has made.",
    "PalletsOrigin": "In whose name calls are dispatched.",
    "ReserveIdentifier": "Why funds are reserved.",
    "RuntimeCall": "Any call of the runtime.",
    "RuntimeHoldReason": "Why funds are on hold.",
}


def associated_types_of(pallet: type[Any]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Name, annotation and docs of each type that the pallet's config names."""
    own = getattr(pallet, "associated_types", {})
    for name, hint in {**ASSOCIATED_TYPES.get(crate_of(pallet), {}), **own}.items():
        yield name, hint, lines(DOCS.get(name))
