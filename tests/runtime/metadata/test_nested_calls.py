"""Utility, Proxy and Multisig in the metadata: type for type as on Polkadot; and calls that others encoded."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest

from chain.metadata import decode_metadata
from chain.primitives import U32, U64, AccountId, Enumeration, RustType
from chain.record import record
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import balances, multisig, proxy, system, transaction_payment, utility
from pallets.frame.call import call
from pallets.frame.origin import Origin
from pallets.frame.pallet import Pallet
from pallets.frame.weight import Weight
from runtime.construct import Runtime
from runtime.dev import VERSION
from runtime.extensions.standard import standard_extensions
from runtime.metadata import metadata_of
from tests.runtime.metadata.structure import Structure, differences, pallet_parts
from tests.vectors import load, unhex

PALLETS = ("Utility", "Proxy", "Multisig")
OTHERS = ("OriginCaller", "MultiAddress")
"""Compared by name: they are made of a runtime's pallets and of its choice of account indices."""


class PolkadotProxyType(proxy.ProxyKind):
    """Of the Polkadot relay chain, after the move of governance."""

    __rust__ = RustType("polkadot_runtime_constants::proxy::ProxyType")

    ANY = 0
    NON_TRANSFER = 1
    GOVERNANCE = 2
    STAKING = 3
    CANCEL_PROXY = 6
    AUCTION = 7
    NOMINATION_POOLS = 8
    PARA_REGISTRATION = 9


@record
class ValidatorSet:
    """What StakingAhClient is told."""

    new_validator_set: list[AccountId]
    id: U32
    prune_up_to: U32 | None
    leftover: bool


class StakingAhClient(Pallet[None]):
    """As far as a vector calls it."""

    @call(0, weight=Weight())
    def validator_set(self, origin: Origin, report: ValidatorSet) -> None:
        """The next validators."""


class Slots(IntEnum):
    """Which slots of Babe there are."""

    PRIMARY = 0
    PRIMARY_AND_PLAIN = 1


class NextConfig(Enumeration):
    """How Babe goes on."""


class V1(NextConfig, index=1):
    """The only way."""

    c: tuple[U64, U64]
    allowed_slots: Slots


class Babe(Pallet[None]):
    """As far as a vector calls it."""

    @call(2, weight=Weight())
    def plan_config_change(self, origin: Origin, config: NextConfig) -> None:
        """Other slots from the next epoch on."""


class Polkadot(Runtime):
    """The three pallets with Polkadot's indices and constants."""

    def __init__(self) -> None:
        super().__init__(Overlay(Trie.empty()))
        self.system = system.System(self, system.Config(version=VERSION), index=0)
        currency = balances.Balances(self, balances.Config(account_store=self.system, existential_deposit=1), index=5)
        payment = transaction_payment.TransactionPayment(
            self,
            transaction_payment.Config(currency=currency, block_weights=self.system.config.block_weights),
            index=32,
        )
        Babe(self, None, index=2)
        StakingAhClient(self, None, index=42)
        utility.Utility(self, utility.Config(dispatcher=self), index=26)
        proxy.Proxy(
            self,
            proxy.Config(
                currency=currency,
                dispatcher=self,
                system=self.system,
                block_number_provider=self.system,
                proxy_type=PolkadotProxyType,
                proxy_deposit_base=200_080_000_000,
                proxy_deposit_factor=330_000_000,
                announcement_deposit_base=200_080_000_000,
                announcement_deposit_factor=660_000_000,
            ),
            index=29,
        )
        multisig.Multisig(
            self,
            multisig.Config(
                currency=currency,
                dispatcher=self,
                system=self.system,
                block_number_provider=self.system,
                deposit_base=200_880_000_000,
                deposit_factor=320_000_000,
            ),
            index=30,
        )
        self.extensions = standard_extensions(self.system, payment)


def described(data: bytes) -> dict[str, Structure]:
    """The parts of the three pallets by their place, with their types spelled out."""
    metadata: Any = decode_metadata(data)
    pallets = [each for each in metadata.pallets if each.name in PALLETS]
    assert len(pallets) == len(PALLETS)
    return {place: by_name(part) for each in pallets for place, part in pallet_parts(metadata, each)}


def by_name(part: Structure) -> Structure:
    if not isinstance(part, tuple):
        return part
    if part and isinstance(part[0], tuple) and part[0] and part[0][-1] in OTHERS:
        return part[0][-1]
    return tuple(by_name(each) for each in part)


def test_the_three_are_described_as_polkadot_describes_them() -> None:
    vector = load("metadata/v15-polkadot.json")["vectors"][0]
    ours, theirs = metadata_of(Polkadot(), 15), unhex(vector["hex"])
    assert ours is not None
    assert differences(described(ours), described(theirs)) == {}


@pytest.mark.parametrize("pallet", PALLETS)
def test_calls_that_others_encoded_are_read_and_written_again(pallet: str) -> None:
    runtime = Polkadot()
    vectors = [each for each in load("calls/v15-polkadot.json")["vectors"] if each["pallet"] == pallet]
    for vector in vectors:
        decoded = runtime.decode_call(unhex(vector["encoded"]))
        assert (decoded.target.pallet, decoded.target.name) == (pallet, vector["call"])
        assert [decoded.target.pallet_index, decoded.target.index] == vector["index"]
        assert list(decoded.named_arguments) == list(vector["args"])
        assert decoded.encode() == unhex(vector["encoded"])
    assert vectors


def test_calls_of_signed_extrinsics_that_others_made_are_read() -> None:
    runtime = Polkadot()
    vectors = [each for each in load("extrinsics/v15-polkadot.json")["vectors"] if each["pallet"] in PALLETS]
    for vector in vectors:
        assert runtime.decode_call(unhex(vector["call"])).target.name == vector["call_name"]
    assert vectors


def test_open_operations_stand_where_others_look_for_them() -> None:
    runtime = Polkadot()
    vectors = [each for each in load("storage_keys/polkadot.json")["vectors"] if each["pallet"] in PALLETS]
    for vector in vectors:
        pallet: Any = next(each for each in runtime.pallets if each.name == vector["prefix"])
        item = getattr(pallet, vector["item"].lower())
        keys = [unhex(each) for each in vector["keys"]]
        assert item.storage_key(tuple(keys) if len(keys) > 1 else keys[0]) == unhex(vector["key"])
    assert vectors
