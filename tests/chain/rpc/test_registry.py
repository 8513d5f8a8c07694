"""Functions of modules are methods; what is for the operator is refused to others."""

from __future__ import annotations

from types import ModuleType

import pytest

from chain.rpc.errors import METHOD_NOT_FOUND
from chain.rpc.namespaces import standard_methods
from chain.rpc.registry import Methods
from tests.chain.rpc.served_chain import Refused, ServedChain

UNSAFE = {
    "author_hasKey",
    "author_hasSessionKeys",
    "author_insertKey",
    "author_removeExtrinsic",
    "author_rotateKeys",
    "engine_createBlock",
    "engine_finalizeBlock",
    "offchain_localStorageClear",
    "offchain_localStorageGet",
    "offchain_localStorageSet",
    "state_getPairs",
    "state_queryStorage",
    "state_traceBlock",
    "state_trieMigrationStatus",
    "system_dryRun",
    "system_dryRunAt",
    "system_peers",
}


def test_what_rpc_methods_lists_is_served_in_alphabetical_order() -> None:
    listed = ServedChain().client().call("rpc_methods")["methods"]
    assert listed == sorted(listed) == list(standard_methods())


def test_no_unstable_method_is_listed() -> None:
    assert [name for name in standard_methods() if "unstable" in name] == []


def test_what_is_for_the_operator_is_refused_to_others() -> None:
    methods = standard_methods()
    assert {name for name, method in methods.items() if method.is_unsafe} >= UNSAFE
    with pytest.raises(Refused) as refused:
        ServedChain().client().call("author_rotateKeys")
    assert (refused.value.code, refused.value.message) == (
        METHOD_NOT_FOUND,
        "RPC call is unsafe to be called externally",
    )


def made(name: str, source: str) -> ModuleType:
    module = ModuleType(name)
    exec(source, vars(module))
    return module


def test_only_a_modules_own_public_functions_are_methods() -> None:
    module = made(
        "own", "from json import dumps\ndef own_one(context): ...\ndef _two(context): ...\nALIASES = {'o': 'own_one'}"
    )
    assert list(Methods([module])) == ["o", "own_one"]


def test_two_methods_of_one_name_are_refused() -> None:
    module = made("own", "def own_one(context): ...")
    with pytest.raises(ValueError, match="own and another module both have own_one"):
        Methods([module, module])


def test_an_alias_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="own: a stands for b, which is not there"):
        Methods([made("own", "ALIASES = {'a': 'b'}")])
