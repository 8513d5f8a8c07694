"""What a chain specification asks of a runtime: named presets, and the state that a JSON genesis config builds.

The functions are those of sp_genesis_builder::GenesisBuilder. A preset is a patch: it is merged onto the config of a
runtime whose pallets are all at their default, and the whole config builds the state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.pallet import Pallet
from runtime.construct import Runtime
from runtime.genesis import GenesisError, build_genesis
from runtime.genesis_json import GenesisJsonError, Json, camel_case, parsed, record_from_json, record_to_json


class GenesisBuilder:
    """The presets of one runtime class.

    presets: by name, what makes the genesis records (by pallet name) that differ from the default
    version: state version of the trie
    """

    def __init__(
        self,
        make_runtime: Callable[[Overlay], Runtime],
        presets: Mapping[str, Callable[[], Mapping[str, Any]]],
        version: int = 1,
    ) -> None:
        self._make_runtime = make_runtime
        self._presets = presets
        self._version = version

    def preset_names(self) -> list[str]:
        """The names that `get_preset` knows."""
        return list(self._presets)

    def get_preset(self, name: str | None = None) -> bytes | None:
        """The JSON of a preset, a patch; of the whole default config without a name; None where no preset has it."""
        if name is None:
            return _encoded(self._default())
        records = self._presets.get(name)
        if records is None:
            return None
        pallets = self._pallets()
        patch = {each: record_to_json(record, pallets[each].layout.scope) for each, record in records().items()}
        return _encoded({camel_case(each): record for each, record in patch.items()})

    def build_state(self, config: bytes | str) -> Trie:
        """The state of block zero for a whole JSON config, no defaults being used.

        Raises GenesisJsonError with the path of what is wrong, GenesisError where a pallet refuses its record.
        """
        return self._built(parsed(config))

    def patched_state(self, patch: bytes | str) -> Trie:
        """The state of block zero for a JSON patch of the default config; raises as `build_state`."""
        return self._built(merged(self._default(), parsed(patch)))

    def preset_state(self, name: str) -> Trie:
        """The state of block zero for a preset; raises GenesisError where there is none of that name."""
        patch = self.get_preset(name)
        if patch is None:
            raise GenesisError(f"there is no preset {name!r}; there are {', '.join(self._presets)}")
        return self.patched_state(patch)

    def _pallets(self) -> dict[str, Pallet[Any]]:
        """The pallets that have a genesis, by name."""
        runtime = self._make_runtime(Overlay(Trie.empty(self._version)))
        return {pallet.name: pallet for pallet in runtime.pallets if pallet.declaration.genesis is not None}

    def _default(self) -> dict[str, Json]:
        return {
            camel_case(name): record_to_json(_default_record(pallet), pallet.layout.scope)
            for name, pallet in self._pallets().items()
        }

    def records(self, config: Mapping[str, Json]) -> dict[str, Any]:
        """The genesis records, by pallet name, of a whole JSON config; raises GenesisJsonError."""
        pallets = {camel_case(name): pallet for name, pallet in self._pallets().items()}
        for unknown in sorted(config.keys() - pallets.keys()):
            raise GenesisJsonError(unknown, f"unknown pallet; there are {', '.join(sorted(pallets))}")
        for missing in sorted(pallets.keys() - config.keys()):
            raise GenesisJsonError(missing, "missing")
        return {
            pallet.name: record_from_json(_genesis_of(pallet), config[key], key, pallet.layout.scope)
            for key, pallet in pallets.items()
        }

    def _built(self, config: Mapping[str, Json]) -> Trie:
        return build_genesis(self._make_runtime, self.records(config), self._version)


def merged(base: Json, patch: Json) -> dict[str, Json]:
    """The base with the patch over it, object by object: null is a value here, and removes nothing.

    Source: sc-chain-spec, json_patch.
    """
    if not isinstance(base, dict) or not isinstance(patch, dict):
        raise GenesisJsonError("", "a patch is a JSON object")
    result = dict(base)
    for key, value in patch.items():
        before = base.get(key)
        result[key] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result


def _genesis_of(pallet: Pallet[Any]) -> type[Any]:
    kind = pallet.declaration.genesis
    if kind is None:
        raise GenesisError(f"{pallet.name} has no genesis")
    return kind


def _default_record(pallet: Pallet[Any]) -> object:
    return _genesis_of(pallet)()


def _encoded(config: Mapping[str, Json]) -> bytes:
    return json.dumps(config, separators=(",", ":"), ensure_ascii=False).encode()
