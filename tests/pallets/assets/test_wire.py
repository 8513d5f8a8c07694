"""Calls, events, errors, storage and constants against the metadata of substrate-contracts-node, which has Assets."""

from __future__ import annotations

import dataclasses
import inspect
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.extrinsic import Id
from chain.metadata import Metadata
from chain.metadata.view import Pallet as DescribedPallet
from chain.primitives import AccountId, Enumeration
from chain.scale import codec_of
from pallets import assets, balances
from pallets.assets import errors, events
from pallets.assets.types import (
    AccountStatus,
    Approval,
    AssetAccount,
    AssetDetails,
    AssetMetadata,
    AssetStatus,
    Consumer,
    DepositFrom,
    DepositHeld,
    DepositRefunded,
    Sufficient,
)
from pallets.frame.call import RuntimeCall
from pallets.frame.event import PalletEvent
from pallets.frame.testing import MockRuntime
from tests.vectors import load, unhex

NEWER_CALLS = ["transfer_all"]
NEWER_EVENTS = ["Deposited", "Withdrawn"]
NEWER_ERRORS = ["BadAssetId", "ContainsFreezes", "ContainsHolds"]
NEWER_STORAGE = ["NextAssetId"]
"""What Assets has got since that runtime was made."""


class ContractsNode(MockRuntime):
    """Assets as that node has it."""

    def __init__(self) -> None:
        super().__init__()
        self.balances = balances.Balances(
            self, balances.Config(account_store=self.system, existential_deposit=1), index=4
        )
        unit = 10**16
        self.assets = assets.Assets(
            self,
            assets.Config(
                currency=self.balances,
                account_store=self.system,
                remove_items_limit=1000,
                asset_deposit=unit,
                asset_account_deposit=unit // 100,
                metadata_deposit_base=unit // 10,
                metadata_deposit_per_byte=unit // 100,
                approval_deposit=unit // 100,
                string_limit=50,
            ),
            index=9,
        )


@cache
def described() -> Metadata:
    """The metadata of the node."""
    return Metadata.decode(unhex(load("metadata/v14-substrate-contracts-node.json")["vectors"][0]["hex"]))


@cache
def ours() -> assets.Assets:
    """Our pallet in the node's place."""
    return ContractsNode().assets


def theirs() -> DescribedPallet:
    return described().pallet("Assets")


def plain(value: Any) -> Any:
    """A value as the metadata's codecs take it: variants by name, accounts as bytes."""
    if isinstance(value, Id):
        return {"Id": bytes(value.account)}
    if isinstance(value, Enumeration):
        fields = [plain(getattr(value, field)) for field in inspect.get_annotations(type(value))]
        name = type(value).__name__
        return name if not fields else {name: fields[0] if len(fields) == 1 else tuple(fields)}
    if isinstance(value, AssetStatus | AccountStatus):
        return value.name.capitalize()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


accounts = st.binary(min_size=32, max_size=32).map(AccountId)
numbers = st.integers(0, 2**128 - 1)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.integers(0, 2**32 - 1),
    "asset_id": st.integers(0, 2**32 - 1),
    "amount": numbers,
    "balance": numbers,
    "min_balance": numbers,
    "new_min_balance": numbers,
    "decimals": st.integers(0, 255),
    "name": st.binary(max_size=50),
    "symbol": st.binary(max_size=50),
    **dict.fromkeys(["is_sufficient", "is_frozen", "allow_burn", "keep_alive"], st.booleans()),
    **dict.fromkeys(
        ["accounts_destroyed", "accounts_remaining", "approvals_destroyed", "approvals_remaining"],
        st.integers(0, 2**32 - 1),
    ),
}
"""By the name of a field; those of other names are accounts."""

CALL_NAMES = sorted(set(ours().call_targets) - set(NEWER_CALLS))
EVENTS = [variant for variant in events.Event.variants.values() if variant.__name__ not in NEWER_EVENTS]


def test_calls_have_the_names_indices_and_arguments_of_the_node() -> None:
    found = theirs().calls
    assert found is not None
    expected = {each.name: (each.index, [field.name for field in each.fields]) for each in found.variants}
    declared = {
        each.name: (each.index, [name for name, _ in each.parameters]) for each in type(ours()).declaration.calls
    }
    assert [name for name in declared if name not in expected] == NEWER_CALLS
    assert {name: declared[name] for name in expected} == expected
    assert declared["transfer_all"] == (32, ["id", "dest", "keep_alive"])


@settings(max_examples=6)
@given(st.data())
@pytest.mark.parametrize("name", CALL_NAMES)
def test_calls_have_the_bytes_of_the_node(name: str, data: st.DataObject) -> None:
    target = ours().call_targets[name]
    arguments = {
        parameter: data.draw(VALUES.get(parameter, accounts.map(Id)), parameter)
        for parameter, _ in target.definition.parameters
    }
    call = RuntimeCall(target, tuple(arguments.values()))
    written = described().calls.encode("Assets", name, **{key: plain(value) for key, value in arguments.items()})
    assert call.encode() == written
    assert ContractsNode().decode_call(written) == call


def test_events_have_the_names_indices_and_fields_of_the_node() -> None:
    found = theirs().events
    assert found is not None
    expected = [(each.index, each.name, [field.name for field in each.fields]) for each in found.variants]
    declared = [
        (each.index, each.__name__, [name.removesuffix("_") for name in inspect.get_annotations(each)])
        for each in events.Event.variants.values()
    ]
    assert declared[: len(expected)] == expected
    assert [name for _, name, _ in declared[len(expected) :]] == NEWER_EVENTS


@settings(max_examples=6)
@given(st.data())
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_events_have_the_bytes_of_the_node(event: type[PalletEvent], data: st.DataObject) -> None:
    names = list(inspect.get_annotations(event))
    made = event(*(data.draw(VALUES.get(name, accounts), name) for name in names))
    found = theirs().events
    assert found is not None
    value = {name.removesuffix("_"): plain(getattr(made, name)) for name in names}
    assert codec_of(events.Event).encode(made) == described().codecs[found.type_id].encode({event.__name__: value})


def test_errors_have_the_names_and_indices_of_the_node() -> None:
    found = theirs().errors
    assert found is not None
    expected = [(each.index, each.name) for each in found.variants]
    declared = [(each.index, each.__name__) for each in errors.Error.errors.values()]
    assert declared[: len(expected)] == expected
    assert [name for _, name in declared[len(expected) :]] == NEWER_ERRORS


def test_storage_has_the_items_and_keys_of_the_node() -> None:
    names = [each.name for each in type(ours()).declaration.storage]
    assert names == [each.name for each in theirs().storage] + NEWER_STORAGE
    alice, bob = AccountId(b"a" * 32), AccountId(b"b" * 32)
    key = described().storage.key
    assert ours().asset.storage_key(7) == key("Assets", "Asset", 7)
    assert ours().account.storage_key((7, alice)) == key("Assets", "Account", 7, bytes(alice))
    assert ours().approvals.storage_key((7, alice, bob)) == key("Assets", "Approvals", 7, bytes(alice), bytes(bob))
    assert ours().metadata.storage_key(7) == key("Assets", "Metadata", 7)


reasons = st.one_of(
    st.builds(Consumer),
    st.builds(Sufficient),
    st.builds(DepositHeld, numbers),
    st.builds(DepositRefunded),
    st.builds(DepositFrom, accounts, numbers),
)
counts = st.integers(0, 2**32 - 1)
details = st.builds(
    AssetDetails,
    *[accounts] * 4,
    *[numbers] * 3,
    st.booleans(),
    *[counts] * 3,
    st.sampled_from(AssetStatus),
)
asset_accounts = st.builds(AssetAccount, numbers, st.sampled_from(AccountStatus), reasons)
texts = st.builds(AssetMetadata, numbers, VALUES["name"], VALUES["symbol"], VALUES["decimals"], st.booleans())


@settings(max_examples=60)
@given(details, asset_accounts, st.builds(Approval, numbers, numbers), texts)
def test_stored_values_have_the_bytes_of_the_node(
    asset: AssetDetails, account: AssetAccount, approval: Approval, text: AssetMetadata
) -> None:
    pallet, encode = ours(), described().storage.encode
    assert pallet.asset.layout.encode(asset) == encode("Assets", "Asset", plain(asset))
    assert pallet.account.layout.encode(account) == encode("Assets", "Account", plain(account))
    assert pallet.approvals.layout.encode(approval) == encode("Assets", "Approvals", plain(approval))
    assert pallet.metadata.layout.encode(text) == encode("Assets", "Metadata", plain(text))


def test_the_absent_name_is_that_of_the_node() -> None:
    assert plain(ours().metadata.get(1)) == described().storage.decode("Assets", "Metadata", None)


def test_constants_have_the_order_and_values_of_the_node() -> None:
    config = ours().config
    expected = {
        "RemoveItemsLimit": config.remove_items_limit,
        "AssetDeposit": config.asset_deposit,
        "AssetAccountDeposit": config.asset_account_deposit,
        "MetadataDepositBase": config.metadata_deposit_base,
        "MetadataDepositPerByte": config.metadata_deposit_per_byte,
        "ApprovalDeposit": config.approval_deposit,
        "StringLimit": config.string_limit,
    }
    assert {each.name: described().constant("Assets", each.name) for each in theirs().constants} == expected
    declared = [name for name in type(config).__dataclass_fields__ if isinstance(getattr(config, name), int)]
    names = ["".join(word.capitalize() for word in name.split("_")) for name in declared if name != "counts_ids"]
    assert names == list(expected)
