"""No call of the shipped pallets has room for data."""

from __future__ import annotations

from typing import Annotated

from annotated_types import MaxLen

from chain.metadata.metadata import Metadata
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.data_registry.payload import DECLARED, Finding, payload_arguments
from pallets.frame import Origin, Pallet, call, config, db
from pallets.frame.testing import mount
from pallets.frame.testing.mock import MockRuntime
from runtime.dev import DevRuntime

SUBSTRATES = {
    "Assets",
    "Balances",
    "Multisig",
    "Proxy",
    "Sudo",
    "System",
    "Template",
    "Timestamp",
    "TransactionPayment",
    "Utility",
}
"""Pallets whose calls are what they are on every chain."""


@config
class Config:
    """Nothing."""


class Careless(Pallet[Config]):
    """A pallet that takes what its callers have."""

    @call(0, weight=db())
    def upload(self, origin: Origin, rows: bytes, name: Annotated[bytes, MaxLen(64)]) -> None:
        """Take rows."""

    @call(1, weight=db())
    def upload_little(self, origin: Origin, page: Annotated[bytes, MaxLen(4096)]) -> None:
        """Take a page."""


def runtime() -> DevRuntime:
    return DevRuntime(Overlay(Trie.empty(version=1)))


def test_no_call_of_this_projects_pallets_has_room_for_data() -> None:
    composed = runtime()
    metadata = Metadata.decode(composed.metadata_at_version(15) or b"")
    names = {pallet.name for pallet in metadata.records.pallets if pallet.calls is not None}
    ours = names - SUBSTRATES
    assert {"FederatedRound", "MlRegistry", "Governance", "Staking"} <= ours
    assert payload_arguments(composed.compiled.calls.targets.values(), ours) == []


def test_what_has_room_for_data_is_found() -> None:
    careless = mount(Careless, Config())
    assert isinstance(careless.host, MockRuntime)
    found = payload_arguments(careless.host.compiled.calls.targets.values(), {"Careless"})
    assert found == [
        Finding("Careless", "upload", "rows", None),
        Finding("Careless", "upload_little", "page", 4098),
    ]
    assert str(found[0]) == "Careless.upload(rows) takes any number of bytes: give it a bound, or pass a CID and a root"
    assert "up to 4098 bytes" in str(found[1])


def test_a_declaration_that_nothing_bears_out_is_found() -> None:
    declared = {**DECLARED, ("Staking", "bond", "amount"): "no reason"}
    found = payload_arguments(runtime().compiled.calls.targets.values(), {"Staking"}, declared)
    assert found == [Finding("Staking", "bond", "amount", 0)]
    assert "without need" in str(found[0])
