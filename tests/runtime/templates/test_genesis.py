"""Genesis records build, key by key, the storage that the published chains begin with."""

from __future__ import annotations

from typing import Any

from chain.primitives import AccountId
from chain.state.overlay import Overlay
from chain.trie.node import HashedValue
from chain.trie.stripped import StrippedTrie
from pallets import aura, balances, grandpa, sudo
from runtime.genesis import build_genesis, genesis_header
from runtime.templates.node_template import NodeTemplate
from runtime.templates.solochain import Solochain, local_genesis
from tests.runtime.templates.recorded import CODE, MakeRuntime, Recording, recording


def assert_builds(make: MakeRuntime, genesis: dict[str, Any], recorded: Recording) -> None:
    """The records lead to the recorded pairs, and with the code's hash to the published genesis hash."""
    built = dict(build_genesis(make, genesis).items())
    others = [key for key in iter(recorded.genesis.keys()) if key != CODE]
    assert built == {key: recorded.genesis.get(key) for key in others}
    whole = StrippedTrie.of({**built, CODE: HashedValue(recorded.code_hash)})
    assert genesis_header(whole).hash == recorded.hash


def test_the_test_network_of_the_solochain_has_the_published_genesis() -> None:
    assert_builds(Solochain, local_genesis(), recording("solochain-template-2025"))


def test_the_node_template_builds_the_published_genesis_of_its_accounts_and_authorities() -> None:
    recorded = recording("node-template-2023")
    there = NodeTemplate(Overlay(recorded.genesis))
    accounts: list[AccountId] = sorted(there.system.account.iter_keys())
    genesis = {
        "Aura": aura.Genesis(authorities=there.aura.authorities.get()),
        "Grandpa": grandpa.Genesis(authorities=there.grandpa.read_authorities()),
        "Balances": balances.Genesis(balances=tuple((who, 1 << 60) for who in accounts)),
        "Sudo": sudo.Genesis(key=there.sudo.key.get()),
    }
    assert len(there.grandpa.read_authorities()) == len(there.aura.authorities.get()) == 2
    assert_builds(NodeTemplate, genesis, recorded)
