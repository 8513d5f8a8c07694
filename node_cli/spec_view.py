"""What a specification begins with, as a person reads it: entries by pallet, decoded where the runtime is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chain.crypto.hashing import twox_128
from chain.metadata import Metadata, NotInMetadata
from chain.metadata.storage import HashedKey
from chain.scale import DecodeError
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.dev import DevRuntime
from runtime.spec import is_own

METADATA_VERSION: Final = 15

COMMON: Final = (
    "System", "Timestamp", "Aura", "Babe", "Grandpa", "Balances", "TransactionPayment", "Sudo", "Session", "Staking",
    "Treasury", "Utility", "Multisig", "Proxy", "Assets", "ParachainSystem", "ParachainInfo", "PolkadotXcm",
    "Authorship", "CollatorSelection", "AuraExt", "MessageQueue", "Broker", "Historical", "Offences", "ImOnline",
    "AuthorityDiscovery", "ParasScheduler", "Configuration", "Paras", "Registrar", "Hrmp", "Uniques", "Nfts",
    "Council", "Democracy", "Elections", "Vesting", "Identity", "Scheduler", "Preimage", "Indices",
    "CumulusXcm", "XcmpQueue",
    "DmpQueue", "TechnicalCommittee", "PhragmenElection", "TechnicalMembership", "Claims", "Randomness",
)  # fmt: skip
"""Pallets of other chains, by which their entries are told apart where no metadata is at hand."""

_SPECIAL: Final = b":"
"""What keys begin with that belong to no pallet: `:code`, `:heappages` and the like."""

_STORAGE_VERSION: Final = twox_128(b":__STORAGE_VERSION__:")
"""The item of every pallet that no metadata has."""


class Entries:
    """The entries of a state, by pallet."""

    def __init__(self, state: Trie) -> None:
        runtime = DevRuntime(Overlay(Trie.empty(state.version)))
        self.is_decoded = is_own(state)
        """Whether values are told, not their bytes alone: where the code is that of the runtime here."""
        self._metadata = Metadata.decode(runtime.metadata_at_version(METADATA_VERSION) or b"")
        names = (*(pallet.name for pallet in self._metadata.view.pallets), *COMMON)
        self._pallets = {twox_128(name.encode()): name for name in names}
        self.by_pallet: dict[str, list[tuple[bytes, bytes]]] = {}
        for key, value in state.items():
            self.by_pallet.setdefault(self._pallet_of(key), []).append((key, value))

    def _pallet_of(self, key: bytes) -> str:
        if key.startswith(_SPECIAL):
            return "well-known"
        return self._pallets.get(key[:16], f"0x{key[:16].hex()}")

    def described(self, key: bytes, value: bytes) -> Mapping[str, object]:
        """One entry: item, keys and value by name, or the bytes of it."""
        raw: dict[str, object] = {"key": f"0x{key.hex()}"}
        if key.startswith(_SPECIAL):
            return raw | {"item": key.decode("utf-8", "replace"), "bytes": len(value)}
        if key[16:] == _STORAGE_VERSION:
            return raw | {"item": "storage version", "value": int.from_bytes(value, "little")}
        if not self.is_decoded:
            return raw | {"value": f"0x{value.hex()}"}
        from chain.client.values import Values  # with much of what a client needs

        storage, values = self._metadata.storage, Values(self._metadata)
        try:
            item, keys = storage.decode_key(key)
            told = values.shown(item.value_type, storage.decode(item.pallet, item.name, value))
        except (NotInMetadata, DecodeError):
            return raw | {"value": f"0x{value.hex()}"}
        shown = [
            f"0x{each.digest.hex()}" if isinstance(each, HashedKey) else plain(values.shown(type_id, each))
            for type_id, each in zip(item.key_types, keys, strict=True)
        ]
        return raw | {"item": item.name, "keys": shown, "value": plain(told)}


def plain(value: Any) -> object:
    """A decoded value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return value if value is None or isinstance(value, bool | int | str) else str(value)
