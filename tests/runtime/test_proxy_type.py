"""Delegates on the development chain may make the calls that their kind is named after."""

from __future__ import annotations

import pytest

from chain.extrinsic import Id
from chain.primitives import AccountId
from chain.state.overlay import Overlay
from pallets.frame.call import RuntimeCall, call_of
from runtime.dev import DevRuntime, genesis_state
from runtime.proxy_type import ProxyType

BOB = Id(AccountId(b"\2" * 32))
ALL = set(ProxyType)


@pytest.fixture(scope="module")
def runtime() -> DevRuntime:
    return DevRuntime(Overlay(genesis_state()))


def calls(runtime: DevRuntime) -> dict[str, RuntimeCall]:
    return {
        "remark": call_of(runtime.system.remark, remark=b""),
        "transfer": call_of(runtime.balances.transfer_keep_alive, dest=BOB, value=1),
        "asset": call_of(runtime.assets.create, id=1, admin=BOB, min_balance=1),
        "bond": call_of(runtime.staking.bond, amount=1),
        "batch": call_of(runtime.utility.batch, calls=[]),
    }


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("remark", {ProxyType.ANY, ProxyType.NON_TRANSFER}),
        ("transfer", {ProxyType.ANY}),
        ("asset", {ProxyType.ANY}),
        ("bond", {ProxyType.ANY, ProxyType.NON_TRANSFER, ProxyType.STAKING}),
        ("batch", {ProxyType.ANY, ProxyType.NON_TRANSFER}),
    ],
)
def test_a_kind_admits_the_calls_of_its_pallets(runtime: DevRuntime, name: str, kinds: set[ProxyType]) -> None:
    call = calls(runtime)[name]
    assert {kind for kind in ProxyType if kind.admits(call)} == kinds


def test_every_learning_pallet_is_for_learners(runtime: DevRuntime) -> None:
    for pallet in (runtime.ml_registry, runtime.data_registry, runtime.federated_round):
        call = RuntimeCall(next(iter(pallet.call_targets.values())), ())
        assert {kind for kind in ProxyType if kind.admits(call)} == {
            ProxyType.ANY,
            ProxyType.NON_TRANSFER,
            ProxyType.LEARNING,
        }


def test_a_superset_admits_all_that_the_other_admits(runtime: DevRuntime) -> None:
    for one in ProxyType:
        for other in ProxyType:
            if one.is_superset(other):
                assert all(one.admits(call) for call in calls(runtime).values() if other.admits(call))
    assert all(ProxyType.ANY.is_superset(kind) for kind in ProxyType)
    assert [kind for kind in ProxyType if ProxyType.NON_TRANSFER.is_superset(kind)] == list(ProxyType)[1:]
