"""Balances against the metadata of Polkadot: composite reasons, names, numbers and stored bytes."""

from __future__ import annotations

import inspect
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.metadata import Metadata
from pallets import balances
from pallets.balances.types import IdAmount
from pallets.frame.testing import MockRuntime
from pallets.frame.traits import RuntimeFreezeReason, RuntimeHoldReason
from tests.vectors import load, unhex

NEWER_EVENTS = ["Unexpected"]
"""What Polkadot's Balances has and this one does not tell."""

Named = tuple[str, str]
"""A pallet and its own reason."""


class Runtime(MockRuntime):
    def __init__(self) -> None:
        super().__init__()
        config = balances.Config(account_store=self.system, existential_deposit=1, max_reserves=50, max_freezes=8)
        self.balances = balances.Balances(self, config, index=5)


@cache
def polkadot() -> Metadata:
    return Metadata.decode(unhex(load("metadata/v15-polkadot.json")["vectors"][0]["hex"]))


@cache
def reasons(kind: str) -> dict[Named, tuple[int, int]]:
    """Every reason of the outer enum: the pallet's index, and the number of its own."""
    registry = polkadot().registry
    [outer] = registry.named("polkadot_runtime", kind)
    return {
        (pallet.name, own.name): (pallet.index, own.index)
        for pallet in registry.variants(outer)
        for own in registry.variants(pallet.fields[0].type_id)
    }


def test_polkadot_has_reasons_of_both_kinds() -> None:
    assert reasons("RuntimeHoldReason")["Preimage", "Preimage"] == (10, 0)
    assert reasons("RuntimeFreezeReason") == {("NominationPools", "PoolMinBalance"): (39, 0)}
    indices = {pallet.name: pallet.index for pallet in polkadot().view.pallets}
    assert all(index == indices[pallet] for (pallet, _), (index, _) in reasons("RuntimeHoldReason").items())


amounts = st.integers(0, 2**128 - 1)


@settings(max_examples=50)
@given(st.data())
def test_holds_and_freezes_have_the_bytes_of_polkadot(data: st.DataObject) -> None:
    runtime, encode = Runtime(), polkadot().storage.encode
    held = data.draw(st.dictionaries(st.sampled_from(sorted(reasons("RuntimeHoldReason"))), amounts), "held")
    frozen = data.draw(st.dictionaries(st.sampled_from(sorted(reasons("RuntimeFreezeReason"))), amounts), "frozen")
    holds = tuple(
        IdAmount(RuntimeHoldReason(*reasons("RuntimeHoldReason")[name]), amount) for name, amount in held.items()
    )
    freezes = tuple(
        IdAmount(RuntimeFreezeReason(*reasons("RuntimeFreezeReason")[name]), amount) for name, amount in frozen.items()
    )
    assert runtime.balances.holds.layout.encode(holds) == encode("Balances", "Holds", plain(held))
    assert runtime.balances.freezes.layout.encode(freezes) == encode("Balances", "Freezes", plain(frozen))


def plain(amounts_by_reason: dict[Named, int]) -> list[dict[str, object]]:
    """Holds or freezes as the metadata's codecs take them."""
    return [{"id": {pallet: own}, "amount": amount} for (pallet, own), amount in amounts_by_reason.items()]


@pytest.mark.parametrize(("name", "newer"), [("v15-polkadot", set[str]()), ("v15-frontier-small", {"burn"})])
def test_names_and_numbers_are_those_of_real_runtimes(name: str, newer: set[str]) -> None:
    theirs = Metadata.decode(unhex(load(f"metadata/{name}.json")["vectors"][0]["hex"])).pallet("Balances")
    declared = balances.Balances.declaration
    assert theirs.calls is not None
    assert theirs.events is not None
    assert theirs.errors is not None
    calls = [(each.index, each.name, [own for own, _ in each.parameters]) for each in declared.calls]
    assert [each for each in calls if each[1] not in newer] == [
        (each.index, each.name, [field.name for field in each.fields]) for each in theirs.calls.variants
    ]
    assert declared.event is not None
    assert [
        (each.index, each.__name__, [own.removesuffix("_") for own in inspect.get_annotations(each)])
        for each in declared.event.variants.values()
    ] == [
        (each.index, each.name, [field.name for field in each.fields])
        for each in theirs.events.variants
        if each.name not in NEWER_EVENTS
    ]
    assert declared.error is not None
    assert [(each.index, each.__name__) for each in declared.error.errors.values()] == [
        (each.index, each.name) for each in theirs.errors.variants
    ]
    assert [each.name for each in declared.storage] == [each.name for each in theirs.storage]
    names = ["ExistentialDeposit", "MaxLocks", "MaxReserves", "MaxFreezes"]
    assert [each.name for each in theirs.constants] == names
