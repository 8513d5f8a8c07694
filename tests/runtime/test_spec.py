"""Specifications of the development runtime: what is built of them is what presets and patches say."""

from __future__ import annotations

import json

import pytest

from chain.crypto import ss58
from chain.crypto.development import account
from chain.runtime_code import embedded_version
from chain.spec.errors import SpecError
from chain.spec.fields import Json
from chain.spec.genesis import RawGenesis, RuntimeGenesis
from chain.spec.spec import ChainSpec
from chain.state.overlay import Overlay
from chain.static_code import static_module
from runtime.dev import LOCAL_TESTNET, VERSION, DevRuntime, genesis_state
from runtime.presets import DEV_PRESETS
from runtime.spec import build_spec, genesis_of, is_own, raw_spec
from runtime.static_code import CODE


def with_genesis(source: str, value: Json, code: bytes = b"") -> ChainSpec:
    return ChainSpec(name="Lab", id="lab", genesis=RuntimeGenesis(code, source, value))


def test_the_development_preset_is_the_development_chain() -> None:
    spec = build_spec()
    assert (spec.name, spec.id, spec.chain_type) == ("Development", "dev", "Development")
    assert genesis_of(spec).root == genesis_state(with_code=True).root
    assert ChainSpec.from_json(spec.to_json()) == spec
    assert is_own(genesis_of(spec))


@pytest.mark.parametrize("preset", DEV_PRESETS.preset_names())
def test_a_raw_specification_has_the_same_genesis(preset: str) -> None:
    spec = build_spec(preset)
    raw = ChainSpec.from_json(raw_spec(spec).to_json())
    assert isinstance(raw.genesis, RawGenesis)
    assert genesis_of(raw).root == genesis_of(spec).root
    assert raw.genesis.state_version == VERSION.state_version


def test_a_patch_is_merged_over_the_preset() -> None:
    bob: Json = ss58.encode(account("Bob"))
    spec = build_spec(LOCAL_TESTNET, {"sudo": {"key": bob}}, name="Ward", chain_id="ward")
    assert (spec.name, spec.id, spec.chain_type) == ("Ward", "ward", "Local")
    runtime = DevRuntime(Overlay(genesis_of(spec)))
    assert runtime.sudo.key.get() == account("Bob")
    assert runtime.system.account.get(account("Alice")).data.free > 0


def test_a_whole_config_and_a_preset_by_name() -> None:
    whole = DEV_PRESETS.get_preset()
    assert whole is not None
    by_config = genesis_of(with_genesis("config", json.loads(whole)))
    assert by_config.root == genesis_of(with_genesis("patch", {})).root
    by_name = genesis_of(with_genesis("preset", "development"))
    assert by_name.root == genesis_of(build_spec()).root


def test_the_code_of_a_specification_is_used() -> None:
    code = static_module({"Core_version": b"mine"}, VERSION)
    state = genesis_of(with_genesis("patch", {}, code))
    assert state.get(CODE) == code
    found = state.get(CODE)
    assert found is not None
    assert embedded_version(found) == VERSION


OTHER = static_module({}, type(VERSION)("node", "node", 1, 5, 1, (), 1, 1))


@pytest.mark.parametrize(
    ("spec", "path", "reason"),
    [
        (with_genesis("patch", {"sudo": {"key": 5}}), "patch.sudo.key", "must be an address, not 5"),
        (
            with_genesis("patch", {"balances": {"balances": 1.5}}),
            "patch",
            "1.5 is no whole number: a genesis config has no others",
        ),
        (with_genesis("preset", "moon"), "preset", "there is no preset 'moon'"),
        (with_genesis("config", {"moon": {}}), "config.moon", "unknown pallet"),
        (with_genesis("patch", {}, OTHER), "code", "the code of node 5, not of palletlab"),
        (with_genesis("patch", {}, b"zip"), "code", "the code of something that is no plain Wasm"),
    ],
)
def test_what_is_wrong_has_a_path(spec: ChainSpec, path: str, reason: str) -> None:
    with pytest.raises(SpecError) as caught:
        genesis_of(spec)
    assert caught.value.path == f"genesis.runtimeGenesis.{path}"
    assert caught.value.reason.startswith(reason)


def test_an_unknown_preset_and_a_patch_of_fractions_are_refused() -> None:
    with pytest.raises(SpecError, match="there is no preset 'moon'; there are development, local_testnet"):
        build_spec("moon")
    with pytest.raises(SpecError, match=r"0\.5 is no whole number"):
        build_spec(patch={"balances": 0.5})
