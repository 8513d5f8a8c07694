"""Chain specifications of the development runtime: built of its presets and patches, and made into states.

spec = build_spec("development", {"balances": {"balances": []}})
node = dev_node(genesis_of(spec))
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from chain.crypto import ss58
from chain.runtime_code import MAGIC, embedded_version
from chain.spec.errors import SpecError
from chain.spec.fields import Json, parsed
from chain.spec.genesis import RawGenesis, RuntimeGenesis, raw_genesis
from chain.spec.spec import ChainSpec
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.dev import DEVELOPMENT, TOKEN, VERSION, DevRuntime
from runtime.genesis import GenesisError
from runtime.genesis_json import GenesisJsonError
from runtime.genesis_json import parsed as parsed_config
from runtime.presets import DEV_PRESETS, LOCAL_TESTNET, merged
from runtime.static_code import CODE, static_code

PROPERTIES: Final[Mapping[str, Json]] = {
    "ss58Format": ss58.GENERIC_PREFIX,
    "tokenDecimals": TOKEN.decimals,
    "tokenSymbol": TOKEN.symbol,
}

_NAMES: Final = {
    DEVELOPMENT: ("Development", "dev", "Development"),
    LOCAL_TESTNET: ("Local Testnet", "local_testnet", "Local"),
}
"""By preset: name, id, type."""

_SOURCE: Final = "genesis.runtimeGenesis"


def build_spec(
    preset: str = DEVELOPMENT,
    patch: Mapping[str, Json] | None = None,
    *,
    name: str | None = None,
    chain_id: str | None = None,
) -> ChainSpec:
    """The specification of a preset with a patch over it.

    chain_id: what files and folders of the chain are called
    Raises SpecError where there is no such preset, or the patch is no genesis config.
    """
    found = DEV_PRESETS.get_preset(preset)
    if found is None:
        raise SpecError("", f"there is no preset {preset!r}; there are {', '.join(DEV_PRESETS.preset_names())}")
    own_name, own_id, chain_type = _NAMES.get(preset, (preset, preset, "Development"))
    try:
        whole = merged(parsed_config(found), parsed_config(json.dumps(patch or {})))
    except GenesisJsonError as error:
        raise SpecError(error.path, error.reason) from None
    return ChainSpec(
        name=name or own_name,
        id=chain_id or own_id,
        chain_type=chain_type,
        properties=PROPERTIES,
        genesis=RuntimeGenesis(_code(), "patch", parsed(json.dumps(whole))),
    )


def raw_spec(spec: ChainSpec, version: int | None = None) -> ChainSpec:
    """The same with every key and value of its genesis; raises as `genesis_of`."""
    return ChainSpec(
        name=spec.name,
        id=spec.id,
        chain_type=spec.chain_type,
        boot_nodes=spec.boot_nodes,
        properties=spec.properties,
        genesis=raw_genesis(genesis_of(spec, version)),
        others=spec.others,
    )


def genesis_of(spec: ChainSpec, version: int | None = None) -> Trie:
    """The state of block zero.

    version: of the state, where a raw genesis has code that does not tell it; 1 otherwise
    Raises SpecError with the path of what is wrong.
    """
    genesis = spec.genesis
    if isinstance(genesis, RawGenesis):
        told = genesis.state_version
        return genesis.state(told if told is not None else 1 if version is None else version)
    _require_own(genesis)
    try:
        state = _built(genesis)
    except GenesisJsonError as error:
        path = f"{_SOURCE}.{genesis.source}"
        raise SpecError(f"{path}.{error.path}" if error.path else path, error.reason) from None
    except GenesisError as error:
        raise SpecError(f"{_SOURCE}.{genesis.source}", str(error)) from None
    return state.updated({CODE: genesis.code or _code()})


def is_own(state: Trie) -> bool:
    """Whether a state's code is that of this runtime, in this version."""
    code = state.get(CODE)
    return code is not None and embedded_version(code) == VERSION


def _built(genesis: RuntimeGenesis) -> Trie:
    if genesis.source == "preset":
        return DEV_PRESETS.preset_state(str(genesis.value))
    text = json.dumps(genesis.value)
    return DEV_PRESETS.patched_state(text) if genesis.source == "patch" else DEV_PRESETS.build_state(text)


def _require_own(genesis: RuntimeGenesis) -> None:
    """A state is made of a patch or a config by the runtime that it is for."""
    if not genesis.code:
        return
    version = embedded_version(genesis.code)
    if version is None or (version.spec_name, version.spec_version) != (VERSION.spec_name, VERSION.spec_version):
        if version is not None:
            other = f"{version.spec_name} {version.spec_version}"
        else:
            other = "an unknown runtime" if genesis.code.startswith(MAGIC) else "something that is no plain Wasm"
        raise SpecError(
            f"{_SOURCE}.code",
            f"the code of {other}, not of {VERSION.spec_name} {VERSION.spec_version}: "
            "leave the code out, or give the specification in raw form",
        )


def _code() -> bytes:
    return static_code(DevRuntime(Overlay(Trie.empty(VERSION.state_version))))
