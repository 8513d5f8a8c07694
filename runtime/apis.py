"""The runtime APIs: how `RuntimeVersion.apis` names those that a runtime has.

A client calls a method only where both the version and the metadata list its API; the metadata describes those that
the version lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from chain.primitives import U8, U32, Bytes8
from chain.record import record


@record
class Token:
    """A chain's currency as wallets show it: what one is called, and how many decimals it has."""

    symbol: str
    decimals: U8


METADATA_VERSIONS: Final = (14, 15, 16)
"""The versions of metadata that runtimes have: what wallets and libraries of today read."""

API_VERSIONS: Final[Mapping[str, U32]] = {
    "Core": 5,
    "Metadata": 2,
    "RuntimeViewFunction": 1,
    "BlockBuilder": 6,
    "TaggedTransactionQueue": 3,
    "OffchainWorkerApi": 2,
    "AuraApi": 1,
    "SessionKeys": 1,
    "GrandpaApi": 3,
    "AccountNonceApi": 1,
    "TransactionPaymentApi": 4,
    "TransactionPaymentCallApi": 3,
    "GenesisBuilder": 1,
}
"""By trait, in the order of the solochain template (polkadot-sdk stable2503)."""

CONSENSUS_APIS: Final = frozenset({"AuraApi", "GrandpaApi"})
"""Those of chains that have validators."""


def api_id(name: str) -> Bytes8:
    """The 8 bytes that stand for a runtime API: Blake2b-64 of the trait's name."""
    return blake2b(name.encode(), digest_size=8).digest()


def standard_apis(*also: str) -> tuple[tuple[Bytes8, U32], ...]:
    """Every API but those of consensus, and `also`: what `RuntimeVersion.apis` of most runtimes is."""
    return tuple(
        (api_id(name), version) for name, version in API_VERSIONS.items() if name not in CONSENSUS_APIS or name in also
    )
