"""Each thing that a pallet may declare is in its metadata."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pytest

from chain.metadata.portable import CompositeType, PortableType, VariantType
from chain.metadata.v14 import MapEntry, PlainEntry, StorageHasher, StorageModifier
from chain.metadata.v16 import (
    Deprecated,
    DeprecatedWithoutNote,
    NotDeprecated,
    PalletV16,
    VariantDeprecated,
    VariantDeprecatedWithoutNote,
)
from chain.primitives import U32, Compact
from chain.scale import DeclarationError, codec_of
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets import system
from pallets.frame.traits import RuntimeSlashReason
from runtime.construct import Runtime
from runtime.dev import VERSION
from runtime.extensions.extension import Extension
from runtime.extensions.pipeline import Pipeline
from runtime.metadata import Description, ExtensionTypes, describe, metadata_of
from runtime.metadata.pallet import deprecation_of
from runtime.metadata.registry import TypeRegistry
from runtime.metadata.special import OuterTypes
from runtime.metadata.stand_ins import STAND_INS
from tests.runtime.metadata import market
from tests.runtime.metadata.evaluated import Evaluated


class Chosen(Extension):
    """Carries a number, and signs another."""

    identifier = "Chosen"
    explicit = codec_of(Compact[U32])
    types: ClassVar = ExtensionTypes("market_chain::Chosen", explicit=("number", Compact[U32], "u32"), implicit=U32)


class Untold(Extension):
    """Says nothing of its types."""

    identifier = "Untold"


class MarketChain(Runtime):
    def __init__(self, *extensions: Extension) -> None:
        super().__init__(Overlay(Trie.empty(version=1)))
        self.system = system.System(self, system.Config(version=VERSION), index=0)
        self.market = market.Market(self, market.Config(), index=9, name="Bazaar")
        self.extensions = Pipeline(extensions)


@cache
def description() -> Description:
    return describe(MarketChain(Chosen()))


def bazaar() -> PalletV16:
    found = description().pallets[1]
    assert (found.name, found.index, found.docs) == ("Bazaar", 9, ("Offers, by account.",))
    return found


def type_of(number: int) -> PortableType:
    return description().types[number]


def cases_of(number: int) -> VariantType:
    definition = type_of(number).definition
    assert isinstance(definition, VariantType)
    return definition


def test_calls_are_sorted_named_and_told() -> None:
    reference = bazaar().calls
    assert reference is not None
    assert type_of(reference.type_id).path == ("pallet_market", "pallet", "Call")
    withdraw, offer = cases_of(reference.type_id).cases
    assert (withdraw.name, withdraw.index, offer.name, offer.index) == ("withdraw", 1, "offer", 3)
    assert [(field.name, field.type_name) for field in offer.fields] == [
        ("from", "AccountId"),
        ("price", "Balance"),
        ("call", "RuntimeCall"),
    ]
    assert offer.docs == ("Offer something.", "", "For ever.")
    assert offer.fields[2].type_id == description().outer_enums.call
    assert reference.deprecations == {1: VariantDeprecated("offers expire", None)}


def test_events_and_errors_keep_their_indices() -> None:
    events, errors = bazaar().event, bazaar().error
    assert events is not None
    assert errors is not None
    offered, expired = cases_of(events.type_id).cases
    assert (offered.name, offered.index, expired.name, expired.index) == ("Offered", 0, "Expired", 4)
    assert [(field.name, field.docs) for field in offered.fields] == [("from", ("Who offers.",)), ("price", ())]
    assert events.deprecations == {4: VariantDeprecatedWithoutNote()}
    assert [(case.name, case.index, case.docs) for case in cases_of(errors.type_id).cases] == [
        ("NoOffer", 2, ("There is none.",))
    ]


def test_constants_are_ints_and_what_is_marked() -> None:
    assert [(each.name, each.value, each.docs) for each in bazaar().constants] == [
        ("Fee", (7).to_bytes(16, "little"), ("planck for each offer",)),
        ("Most", (4).to_bytes(4, "little"), ("Offers of one account.",)),
        ("URLLabel", b"\4a", ()),
    ]


def test_storage_tells_keys_hashers_defaults_and_counters() -> None:
    storage = bazaar().storage
    assert storage is not None
    assert storage.prefix == "Bazaar"
    entries = {each.name: each for each in storage.entries}
    assert list(entries) == ["Offers", "TheBest", "Owners", "Seen", "CounterForSeen", "Path"]
    offers, best, owners, path = (entries[name] for name in ("Offers", "TheBest", "Owners", "Path"))
    assert isinstance(offers.entry_type, MapEntry)
    assert offers.entry_type.hashers == (StorageHasher.TWOX_64_CONCAT,)
    assert (offers.modifier, offers.default, offers.docs) == (StorageModifier.DEFAULT, b"\0", ("All that stand.",))
    assert type_of(offers.entry_type.value).path[-1] == "BoundedVec"
    assert isinstance(best.entry_type, PlainEntry)
    assert best.default == (7).to_bytes(4, "little")
    assert (owners.modifier, owners.default) == (StorageModifier.OPTIONAL, b"\0")
    assert (entries["CounterForSeen"].default, entries["CounterForSeen"].modifier) == (
        bytes(4),
        StorageModifier.DEFAULT,
    )
    assert isinstance(path.entry_type, MapEntry)
    assert path.entry_type.hashers == (
        StorageHasher.BLAKE2_128_CONCAT,
        StorageHasher.IDENTITY,
        StorageHasher.BLAKE2_128_CONCAT,
    )
    assert path.modifier is StorageModifier.OPTIONAL


def test_view_functions_and_associated_types_are_in_version_16() -> None:
    (view,) = bazaar().view_functions
    assert (view.name, view.docs, view.deprecation) == ("price_of", ("What the account asks.",), NotDeprecated())
    assert [each.name for each in view.inputs] == ["who"]
    assert type_of(view.output).path == ("Option",)
    assert view.query_id == market.Market.declaration.view_functions[0].identifier("Bazaar")
    assert [each.name for each in bazaar().associated_types] == ["Price"]


def test_reasons_are_numbered_by_pallet() -> None:
    runtime = MarketChain()
    registry = TypeRegistry(STAND_INS)
    OuterTypes(registry, "market_runtime", runtime.pallets)
    number = registry.number(RuntimeSlashReason)
    registry.define(0, (), CompositeType(()))
    registry.define(1, (), CompositeType(()))
    outer = registry.types()[number]
    assert outer.path == ("market_runtime", "RuntimeSlashReason")
    assert isinstance(outer.definition, VariantType)
    (case,) = outer.definition.cases
    assert (case.name, case.index) == ("Bazaar", 9)
    inner = registry.types()[case.fields[0].type_id]
    assert inner.path == ("pallet_market", "pallet", "SlashReason")
    assert isinstance(inner.definition, VariantType)
    assert [(each.name, each.index) for each in inner.definition.cases] == [("Fraud", 3)]


def test_an_authors_extension_says_its_types() -> None:
    (extension,) = description().extrinsic.extensions
    carried = type_of(extension.type_id)
    assert carried.path == ("market_chain", "Chosen")
    assert isinstance(carried.definition, CompositeType)
    assert [field.name for field in carried.definition.fields] == ["number"]


def test_an_extension_without_types_is_refused_with_the_next_step() -> None:
    with pytest.raises(DeclarationError, match="Untold has no class attribute `types: ExtensionTypes`"):
        metadata_of(MarketChain(Untold()), 14)


def test_the_runtime_names_its_crate() -> None:
    assert type_of(description().runtime_type).path == ("palletlab_runtime", "Runtime")


def test_storage_and_constants_may_be_deprecated() -> None:
    storage = bazaar().storage
    assert storage is not None
    used = {each.name: each.deprecation for each in storage.entries}
    used |= {each.name: each.deprecation for each in bazaar().constants}
    assert used.pop("TheBest") == Deprecated("ask for all offers", None)
    assert used.pop("URLLabel") == DeprecatedWithoutNote()
    assert set(used.values()) == {NotDeprecated()}


def test_a_deprecated_item_has_its_note() -> None:
    assert deprecation_of(market.Expired) != NotDeprecated()
    assert deprecation_of(market.Market.withdraw) == Deprecated("offers expire", None)


def test_arguments_have_type_names_where_annotations_were_evaluated_as_clients_need_them() -> None:
    """py-substrate-interface decodes no call of which one argument has none."""

    class Chain(Runtime):
        def __init__(self) -> None:
            super().__init__(Overlay(Trie.empty(version=1)))
            self.system = system.System(self, system.Config(version=VERSION), index=0)
            self.evaluated = Evaluated(self, None, index=9)
            self.extensions = Pipeline(())

    described = describe(Chain())
    (pallet,) = (each for each in described.pallets if each.name == "Evaluated")
    assert pallet.calls is not None
    calls = described.types[pallet.calls.type_id].definition
    assert isinstance(calls, VariantType)
    assert [field.type_name for field in calls.cases[0].fields] == ["u32", "Option<Vec<AccountId>>"]
