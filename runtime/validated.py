"""The development runtime for a chain with validators: authorities make blocks in turn, and vote on finality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from chain.crypto import development
from chain.crypto.signatures import Scheme
from chain.primitives import Moment
from chain.runtime_api import RuntimeVersion
from pallets import aura, grandpa, timestamp
from runtime.apis import standard_apis
from runtime.construct import GenesisPreset
from runtime.dev import DEVELOPMENT, LOCAL_TESTNET, SLOT_DURATION_MS, VERSION, DevRuntime, dev_genesis, local_genesis


class ValidatedRuntime(DevRuntime):
    """All pallets of the development runtime, and Aura and Grandpa with the solochain template's indices."""

    told_version: ClassVar[RuntimeVersion] = replace(VERSION, apis=standard_apis("AuraApi", "GrandpaApi"))

    @classmethod
    def genesis_presets(cls) -> Mapping[str, GenesisPreset]:
        return {
            DEVELOPMENT: lambda: {**dev_genesis(), **authorities_genesis(("Alice",))},
            LOCAL_TESTNET: lambda: {**local_genesis(), **authorities_genesis(("Alice", "Bob"))},
        }

    def on_timestamp_set(self, now: Moment) -> None:
        """Aura compares the time with the slot; it comes after Timestamp, which therefore tells the runtime."""
        self.aura.on_timestamp_set(now)

    def _time_listener(self) -> timestamp.TimestampListener | None:
        return self

    def _consensus_pallets(self) -> None:
        self.aura = aura.Aura(self, aura.Config(system=self.system, slot_duration=SLOT_DURATION_MS), index=2)
        self.grandpa = grandpa.Grandpa(self, grandpa.Config(system=self.system), index=3)


def authorities_genesis(names: tuple[str, ...], scheme: Scheme = Scheme.SR25519) -> dict[str, Any]:
    """Genesis records that let these development accounts make blocks and vote; they vote with Ed25519 keys.

    scheme: of the keys that seal blocks
    """
    authors = tuple(development.pair(name, scheme).public for name in names)
    voters = tuple((development.pair(name, Scheme.ED25519).public, 1) for name in names)
    return {"Aura": aura.Genesis(authorities=authors), "Grandpa": grandpa.Genesis(authorities=voters)}
