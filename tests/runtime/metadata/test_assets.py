"""Assets in the metadata: type for type as in substrate-contracts-node, and twice in one runtime."""

from __future__ import annotations

from typing import Any

from chain.metadata import decode_metadata
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import assets, balances, system, transaction_payment
from pallets.assets import freezer, holder
from runtime.construct import Runtime
from runtime.dev import VERSION
from runtime.extensions.standard import standard_extensions
from runtime.metadata import metadata_of
from tests.runtime.metadata.structure import differences, pallet_parts
from tests.vectors import load, unhex

UNIT = 10**16
NEWER = {
    "calls.transfer_all",
    "events.Deposited",
    "events.Withdrawn",
    "errors.BadAssetId",
    "errors.ContainsFreezes",
    "errors.ContainsHolds",
    "storage.NextAssetId",
}
"""What Assets has got since that runtime was made."""

BY_INDEX = "'U32' for ('tuple', ())"
"""`MultiAddress::Index` holds a number here, and in that node `()`; no signer may use it in either."""


class Node(Runtime):
    """Assets at the node's index and with its constants, and once more beside it."""

    def __init__(self) -> None:
        super().__init__(Overlay(Trie.empty()))
        self.system = system.System(self, system.Config(version=VERSION), index=0)
        currency = balances.Balances(self, balances.Config(account_store=self.system, existential_deposit=1), index=4)
        payment = transaction_payment.TransactionPayment(
            self,
            transaction_payment.Config(currency=currency, block_weights=self.system.config.block_weights),
            index=6,
        )
        config = assets.Config(
            currency=currency,
            account_store=self.system,
            asset_deposit=UNIT,
            asset_account_deposit=UNIT // 100,
            metadata_deposit_base=UNIT // 10,
            metadata_deposit_per_byte=UNIT // 100,
            approval_deposit=UNIT // 100,
        )
        self.assets = assets.Assets(self, config, index=9)
        assets.Assets(self, config, index=10, name="ForeignAssets")
        holder.AssetsHolder(self, holder.Config(assets=lambda: self.assets.fungibles), index=11)
        freezer.AssetsFreezer(self, freezer.Config(max_freezes=1), index=12)
        self.extensions = standard_extensions(self.system, payment)


def described(data: bytes | None, name: str) -> dict[str, Any]:
    """The parts of a pallet by their place, with their types spelled out."""
    assert data is not None
    metadata: Any = decode_metadata(data)
    pallet = next(each for each in metadata.pallets if each.name == name)
    return {place.removeprefix(f"{name}."): part for place, part in pallet_parts(metadata, pallet)}


def test_assets_are_described_as_in_rust() -> None:
    vector = load("metadata/v14-substrate-contracts-node.json")["vectors"][0]
    ours, theirs = described(metadata_of(Node(), 14), "Assets"), described(unhex(vector["hex"]), "Assets")
    found = differences(ours, theirs)
    assert {place for place, how in found.items() if how == "more"} == NEWER
    assert {part for how in found.values() if how != "more" for part in how.split("; ")} == {BY_INDEX}


def test_another_instance_differs_in_its_index_alone() -> None:
    data = metadata_of(Node(), 14)
    one, other = described(data, "Assets"), described(data, "ForeignAssets")
    assert set(differences(one, other)) == {"index"}
    metadata: Any = decode_metadata(data or b"")
    prefixes = [each.storage.prefix for each in metadata.pallets if each.name in ("Assets", "ForeignAssets")]
    assert prefixes == ["Assets", "ForeignAssets"]


def test_holds_and_freezes_are_described() -> None:
    data = metadata_of(Node(), 14)
    holds, freezes = described(data, "AssetsHolder"), described(data, "AssetsFreezer")
    kinds = ("events", "errors", "storage")
    assert [place for place in holds if place.count(".") == 1 and place.split(".")[0] in kinds] == [
        "events.Held",
        "events.Released",
        "events.Burned",
        "errors.TooManyHolds",
        "storage.Holds",
        "storage.BalancesOnHold",
    ]
    assert [place for place in freezes if place.count(".") == 1 and place.split(".")[0] in kinds] == [
        "events.Frozen",
        "events.Thawed",
        "errors.TooManyFreezes",
        "storage.Freezes",
        "storage.FrozenBalances",
    ]
