"""The same pallet twice in a runtime: what tells the two apart, and what they share."""

from __future__ import annotations

import pytest

from chain.crypto.hashing import twox_128
from pallets.assets import Assets
from pallets.assets.errors import BadMetadata, Unknown
from pallets.frame.call import call_of
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.error import ModuleFailure
from pallets.frame.origin import Signed
from pallets.frame.testing import assert_noop
from tests.pallets.assets.mock import ALICE, ASSET, BOB, AssetRuntime, account, new_runtime


@pytest.fixture
def runtime() -> AssetRuntime:
    return new_runtime()


def test_each_instance_has_storage_of_its_own(runtime: AssetRuntime) -> None:
    assets, foreign = runtime.assets, runtime.foreign_assets
    assert (assets.name, foreign.name) == ("Assets", "ForeignAssets")
    assert foreign.asset.storage_key(ASSET).startswith(twox_128(b"ForeignAssets") + twox_128(b"Asset"))
    assert assets.asset.storage_key(ASSET)[32:] == foreign.asset.storage_key(ASSET)[32:]
    assert (assets.asset_exists(ASSET), foreign.asset_exists(ASSET)) == (True, False)
    runtime.ok(BOB, call_of(foreign.create, ASSET, account(BOB), 3))
    assert (assets.details(ASSET).owner, foreign.details(ASSET).owner) == (ALICE, BOB)


def test_each_instance_has_a_config_of_its_own(runtime: AssetRuntime) -> None:
    runtime.ok(BOB, call_of(runtime.foreign_assets.create, 1, account(BOB), 1))
    runtime.ok(ALICE, call_of(runtime.assets.create, 1, account(BOB), 1))
    deposits = [pallet.details(1).deposit for pallet in (runtime.assets, runtime.foreign_assets)]
    assert deposits == [1, 5]
    runtime.ok(ALICE, call_of(runtime.assets.set_metadata, 1, b"tokens", b"", 0))
    long = call_of(runtime.foreign_assets.set_metadata, 1, b"tokens", b"", 0)
    assert_noop(runtime, Signed(BOB), long, BadMetadata)


def test_calls_of_both_differ_in_the_pallets_index(runtime: AssetRuntime) -> None:
    ours = call_of(runtime.assets.touch, 7).encode()
    theirs = call_of(runtime.foreign_assets.touch, 7).encode()
    assert (ours, theirs) == (bytes((10, 26, 28)), bytes((11, 26, 28)))
    assert runtime.decode_call(ours) == call_of(runtime.assets.touch, 7)
    assert runtime.decode_call(theirs) == call_of(runtime.foreign_assets.touch, 7)
    runtime.ok(BOB, call_of(runtime.foreign_assets.create, 7, account(BOB), 1))
    runtime.ok(BOB, runtime.decode_call(theirs))
    assert runtime.foreign_assets.account.contains_key((7, BOB))


def test_events_of_both_differ_in_the_pallets_index(runtime: AssetRuntime) -> None:
    runtime.ok(BOB, call_of(runtime.assets.create, 3, account(BOB), 1))
    runtime.ok(BOB, call_of(runtime.foreign_assets.create, 3, account(BOB), 1))
    told = [record.event for record in runtime.system.events.get() if type(record.event.event).__name__ == "Created"]
    assert [(each.pallet, each.pallet_index) for each in told] == [("Assets", 10), ("ForeignAssets", 11)]
    assert told[0].event == told[1].event


@pytest.mark.parametrize("index", [10, 11])
def test_errors_of_both_differ_in_the_pallets_index(runtime: AssetRuntime, index: int) -> None:
    pallet: Assets = runtime.assets if index == 10 else runtime.foreign_assets
    failure = ModuleFailure(index, bytes((Unknown.index, 0, 0, 0)))
    assert_noop(runtime, Signed(BOB), call_of(pallet.touch, 99), failure)


def test_an_error_inside_another_instances_call_is_the_innermost_ones(runtime: AssetRuntime) -> None:
    """A callback of one instance asks the other, whose error it is then."""
    runtime.told.asked = runtime.foreign_assets.details
    failure = ModuleFailure(11, bytes((Unknown.index, 0, 0, 0)))
    assert_noop(runtime, Signed(BOB), call_of(runtime.assets.create, 50, account(BOB), 1), failure)


def test_two_instances_need_two_names_and_two_indices(runtime: AssetRuntime) -> None:
    config = runtime.assets.config
    with pytest.raises(DeclarationMistakes, match="the name Assets is Assets's already"):
        Assets(runtime, config, index=77)
    with pytest.raises(DeclarationMistakes, match="index 10 is Assets's already"):
        Assets(runtime, config, index=10, name="Third")
