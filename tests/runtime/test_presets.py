"""The presets of the development runtime, and the states that JSON configs build: the same in every process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from chain.crypto import ss58
from chain.crypto.development import NAMES, account, pair
from chain.crypto.signatures import Scheme
from chain.state.overlay import Overlay
from runtime.dev import DevRuntime, genesis_state
from runtime.genesis import GenesisError
from runtime.genesis_json import GenesisJsonError
from runtime.presets import DEV_PRESETS, DEVELOPMENT, LOCAL_TESTNET, GenesisBuilder, merged
from runtime.templates.solochain import Solochain
from tests.runtime.templates.recorded import CODE, recording

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


def whole() -> dict[str, Any]:
    """The default config."""
    text = DEV_PRESETS.get_preset()
    assert text is not None
    config: dict[str, Any] = json.loads(text)
    return config


def test_the_names_that_tools_ask_for_are_there() -> None:
    assert DEV_PRESETS.preset_names() == ["development", "local_testnet"]
    assert DEV_PRESETS.get_preset("production") is None
    with pytest.raises(GenesisError, match=r"^there is no preset 'production'; there are development, local_testnet$"):
        DEV_PRESETS.preset_state("production")


def test_the_development_preset_is_the_development_chain() -> None:
    assert DEV_PRESETS.preset_state(DEVELOPMENT).root == genesis_state().root


def test_the_local_testnet_endows_accounts_and_stashes() -> None:
    runtime = DevRuntime(Overlay(DEV_PRESETS.preset_state(LOCAL_TESTNET)))
    for name in ("Alice", "Ferdie", "Bob//stash"):
        assert runtime.system.account.get(account(name)).data.free == 1 << 60
    assert runtime.sudo.key.get() == account("Alice")


def test_the_default_config_builds_the_state_of_all_defaults() -> None:
    text = DEV_PRESETS.get_preset()
    assert text is not None
    assert DEV_PRESETS.build_state(text).root == genesis_state({}).root
    assert DEV_PRESETS.patched_state("{}").root == genesis_state({}).root


def test_the_same_json_gives_the_same_root_twice_and_in_every_process() -> None:
    patch = json.dumps({"balances": {"balances": [[ALICE, 10**12]]}, "sudo": {"key": ALICE}})
    probe = f"from runtime.presets import DEV_PRESETS; print(DEV_PRESETS.patched_state({patch!r}).root.hex())"
    roots = {DEV_PRESETS.patched_state(patch).root.hex() for _ in range(2)}
    for seed in ("0", "1", "424242"):
        ran = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        roots.add(ran.stdout.strip())
    assert len(roots) == 1


def test_the_order_of_keys_does_not_matter() -> None:
    config = whole()
    backwards = dict(reversed(config.items()))
    assert DEV_PRESETS.build_state(json.dumps(backwards)).root == DEV_PRESETS.build_state(json.dumps(config)).root


@pytest.mark.parametrize(
    ("patch", "complaint"),
    [
        ({"ballances": {}}, "ballances: unknown pallet; there are "),
        ({"balances": {"balances": [[ALICE, "much"]]}}, "balances.balances[0][1]: must be a whole number, not 'much'"),
        ({"balances": {"balances": [[ALICE, 1 << 128]]}}, "balances.balances: "),
        ({"balances": None}, "balances: must be an object of fields, not null"),
        ({"sudo": {"keys": ALICE}}, "sudo.keys: unknown field; there are key"),
        ({"balances": {"balances": [[ALICE, 1]]}}, "Balances: "),
    ],
)
def test_a_wrong_patch_is_refused_where_it_is_wrong(patch: dict[str, Any], complaint: str) -> None:
    with pytest.raises(GenesisError) as caught:
        DEV_PRESETS.patched_state(json.dumps(patch))
    assert str(caught.value).startswith(complaint)


def test_building_uses_no_defaults() -> None:
    config = whole()
    del config["sudo"]["key"]
    with pytest.raises(GenesisJsonError, match=r"^sudo.key: missing$"):
        DEV_PRESETS.build_state(json.dumps(config))
    del config["sudo"]
    with pytest.raises(GenesisJsonError, match=r"^sudo: missing$"):
        DEV_PRESETS.build_state(json.dumps(config))


def test_a_patch_overrides_with_null_and_removes_nothing() -> None:
    base: Any = {"a": {"b": 1, "c": [1, 2]}, "d": 3}
    assert merged(base, {"a": {"b": None, "c": [3]}, "e": {}}) == {"a": {"b": None, "c": [3]}, "d": 3, "e": {}}
    assert merged(base, {"a": 7}) == {"a": 7, "d": 3}


def test_the_json_of_the_solochain_template_builds_its_recorded_genesis() -> None:
    """The patch as the template's own local_testnet preset is written; recorded from the compiled runtime."""
    recorded = recording("solochain-template-2025")
    endowed = [account(name + path) for name in NAMES for path in ("", "//stash")]
    voters = [ss58.encode(pair(name, Scheme.ED25519).public) for name in ("Alice", "Bob")]
    patch = {
        "balances": {"balances": [[ss58.encode(who), 1152921504606846976] for who in endowed]},
        "aura": {"authorities": [ss58.encode(pair(name).public) for name in ("Alice", "Bob")]},
        "grandpa": {"authorities": [[voter, 1] for voter in voters]},
        "sudo": {"key": ALICE},
        "transactionPayment": {"multiplier": "1000000000000000000"},
        "validatorManager": {"initialValidators": [ALICE]},
    }
    built = dict(GenesisBuilder(Solochain, {}).patched_state(json.dumps(patch)).items())
    assert built == {key: recorded.genesis.get(key) for key in iter(recorded.genesis.keys()) if key != CODE}
