"""Clients of the node template of 2023 find its calls, constants and APIs under their names in our metadata."""

from __future__ import annotations

from chain.metadata import Metadata
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from runtime.metadata import metadata_of
from runtime.templates.node_template import NodeTemplate
from tests.vectors import load, unhex

GONE = {"MaxHolds"}
"""A constant that Balances has no more."""


def both(version: int) -> tuple[Metadata, Metadata]:
    """Ours and the compiled runtime's."""
    encoded = metadata_of(NodeTemplate(Overlay(Trie.empty(version=1))), version)
    assert encoded is not None
    theirs = unhex(load("golden/golden-node-template-2023.json")["metadata"][f"V{version}"])
    return Metadata.decode(encoded), Metadata.decode(theirs)


def test_calls_have_their_pallets_numbers_names_and_arguments() -> None:
    ours, theirs = both(14)
    assert calls(ours) == calls(theirs)


def calls(metadata: Metadata) -> dict[str, tuple[int, list[tuple[int, str, list[str | None]]]]]:
    """By pallet, with its number."""
    return {
        pallet.name: (
            pallet.index,
            [(each.index, each.name, [field.name for field in each.fields]) for each in pallet.calls.variants]
            if pallet.calls
            else [],
        )
        for pallet in metadata.view.pallets
    }


def test_constants_have_the_same_bytes() -> None:
    ours, theirs = both(14)
    for pallet in theirs.view.pallets:
        own = {each.name: each.value for each in ours.pallet(pallet.name).constants}
        expected = {each.name: each.value for each in pallet.constants if each.name not in GONE}
        assert expected.items() <= own.items(), pallet.name


def test_apis_have_the_same_methods_with_the_same_arguments() -> None:
    ours, theirs = both(15)
    assert apis(ours) == apis(theirs)


def apis(metadata: Metadata) -> dict[str, list[tuple[str, list[str]]]]:
    return {
        api.name: [(each.name, [argument.name for argument in each.inputs]) for each in api.methods]
        for api in metadata.view.apis
    }
