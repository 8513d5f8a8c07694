"""Inherents come first, may not fail, and fit what the importing node knows; else the block is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from chain.block import Block, Header
from chain.extrinsic import encode_bare
from chain.node.chain_store import ChainStore, genesis_block
from chain.node.importer import import_block
from chain.primitives import U32
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.error import PalletError
from pallets.frame.inherent import InherentError, InherentsResult
from pallets.frame.origin import Origin, ensure_none
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import DispatchClass, Weight
from runtime.dev import DevRuntime, genesis_state
from runtime.inherents import inherents_first, require_inherents
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, NO_ROOT, DevChain, time_of, transfer

OPTIONAL, HARD = b"optional", b"hardrule"


@config
class Config:
    """Whether wrong values are fatal, and whether there must be an inherent."""

    identifier: bytes
    is_fatal: bool = False
    is_required: bool = False


class Error(PalletError):
    """Why a report failed."""


class Refused(Error):
    """99 is no report."""


class Report(Pallet[Config]):
    """Each block may have a report of the author's own number, or must."""

    inherent_identifier: ClassVar[bytes] = b""
    reported: StorageValue[U32]

    def __init__(self, host: Any, config: Config, *, index: int, name: str) -> None:
        super().__init__(host, config, index=index, name=name)
        self.inherent_identifier = config.identifier  # type: ignore[misc]  # two instances of one class

    @call(0, weight=Weight(), dispatch_class=DispatchClass.MANDATORY)
    def report(self, origin: Origin, value: U32) -> None:
        """An inherent."""
        ensure_none(origin)
        self.reported.put(value)
        if value == 99:
            raise Refused

    @call(1, weight=Weight())
    def remark(self, origin: Origin) -> None:
        """No inherent."""

    def create_inherent(self, data: Mapping[bytes, bytes]) -> RuntimeCall | None:
        given = data.get(self.config.identifier)
        return None if given is None else call_of(self.report, given[0])

    def is_inherent(self, call: RuntimeCall) -> bool:
        return call.target.name == "report"

    def check_inherent(self, call: RuntimeCall, data: Mapping[bytes, bytes]) -> None:
        if data.get(self.config.identifier) != bytes(call.arguments):
            raise InherentError("another number", b"\7", is_fatal=self.config.is_fatal)

    def is_inherent_required(self, data: Mapping[bytes, bytes]) -> InherentError | None:
        if self.config.is_required and self.config.identifier in data:
            return InherentError("a report is missing", b"\1", is_fatal=self.config.is_fatal)
        return None


class Reporting(DevRuntime):
    def __init__(self, storage: Overlay, signatures: Any = None) -> None:
        super().__init__(storage, signatures)
        self.optional = Report(self, Config(identifier=OPTIONAL), index=60, name="Optional")
        self.hard = Report(self, Config(identifier=HARD, is_fatal=True, is_required=True), index=61, name="Hard")


def data(**reports: int) -> dict[bytes, bytes]:
    """Inherent data: the time, and reports by identifier."""
    return {b"timstap0": time_of(1), **{name.encode(): bytes((value,)) for name, value in reports.items()}}


def on_parent() -> Reporting:
    return Reporting(Overlay(genesis_state()))


def block_of(*extrinsics: bytes) -> Block:
    return Block(Header(DevChain().headers[-1].hash, 1, NO_ROOT, NO_ROOT, ()), extrinsics)


def inherents_of(given: Mapping[bytes, bytes]) -> list[bytes]:
    return list(on_parent().inherent_extrinsics(given))


def test_inherents_are_made_in_pallet_order() -> None:
    calls = [on_parent().decode_call(each[1:]) for each in inherents_of(data(optional=1, hardrule=2))]
    assert [each.target.pallet for each in calls] == ["Timestamp", "Optional", "Hard"]


def test_a_block_that_fits_passes() -> None:
    given = data(optional=1, hardrule=2)
    block = block_of(*inherents_of(given))
    assert on_parent().check_inherents(block, given) == InherentsResult(okay=True, fatal_error=False, errors={})
    require_inherents(on_parent(), block, given)


def test_an_error_that_is_not_fatal_is_collected_and_a_fatal_one_stands_alone() -> None:
    block = block_of(*inherents_of(data(optional=1, hardrule=2)))
    soft = on_parent().check_inherents(block, data(optional=3, hardrule=2))
    assert soft == InherentsResult(okay=False, fatal_error=False, errors={OPTIONAL: b"\7"})
    hard = on_parent().check_inherents(block, data(optional=3, hardrule=3))
    assert hard == InherentsResult(okay=False, fatal_error=True, errors={HARD: b"\7"})
    for given, rule in ((data(optional=3, hardrule=2), "Optional"), (data(optional=1, hardrule=3), "Hard")):
        with pytest.raises(InvalidBlock, match=f"the inherent of {rule} holds: another number"):
            require_inherents(on_parent(), block, given)


def test_a_missing_inherent_is_found_where_it_is_required() -> None:
    block = block_of(*inherents_of(data(optional=1)))
    result = on_parent().check_inherents(block, data(optional=1, hardrule=2))
    assert result == InherentsResult(okay=False, fatal_error=True, errors={HARD: b"\1"})
    assert on_parent().check_inherents(block, data(optional=1)).okay
    with pytest.raises(InvalidBlock, match="the inherent of Hard holds: a report is missing"):
        require_inherents(on_parent(), block, data(optional=1, hardrule=2))


def test_the_time_of_another_node_is_checked() -> None:
    block = block_of(*inherents_of({b"timstap0": time_of(1)}))
    early = {b"timstap0": (int.from_bytes(time_of(1), "little") - 30_001).to_bytes(8, "little")}
    assert on_parent().check_inherents(block, early).errors == {b"timstap0": b"\1"}


def test_a_block_from_the_future_is_not_imported() -> None:
    chain = DevChain()
    block = chain.seal()
    genesis = chain.states[0]
    store = ChainStore(genesis_block(genesis), genesis)
    early = {b"timstap0": (int.from_bytes(time_of(1), "little") - 30_001).to_bytes(8, "little")}
    with pytest.raises(InvalidBlock, match=r"the inherent of Timestamp holds: \d+ is later than \d+$"):
        import_block(store, DevRuntime, block, inherent_data=early)
    assert len(store) == 1
    import_block(store, DevRuntime, block, inherent_data={b"timstap0": time_of(1)})
    assert store.best.number == 1


@pytest.mark.parametrize("version", [4, 5])
def test_inherents_of_both_versions_are_told_from_other_extrinsics(version: int) -> None:
    runtime = on_parent()
    report = encode_bare(call_of(runtime.optional.report, 1).encode(), version)
    remark = encode_bare(call_of(runtime.optional.remark).encode(), version)
    assert inherents_first(runtime, block_of(report, report, remark, b"", b"\xff")) == 2
    with pytest.raises(InvalidBlock, match="inherents come first, extrinsic 2 is one after a transaction"):
        inherents_first(runtime, block_of(report, remark, report))


def test_an_inherent_that_fails_invalidates_the_block() -> None:
    time, _ = inherents_of(data(optional=1))
    bad = encode_bare(call_of(on_parent().optional.report, 99).encode())
    with pytest.raises(InvalidBlock, match="extrinsic 1 is valid: Invalid Transaction: BadMandatory"):
        on_parent().execute_block(block_of(time, bad))


def test_an_inherent_behind_a_transaction_invalidates_the_block() -> None:
    runtime = on_parent()
    runtime.initialize_block(block_of().header)
    transaction = signed(runtime, ALICE, transfer(runtime, BOB, 1))
    time, report = inherents_of(data(optional=1))
    with pytest.raises(InvalidBlock, match="inherents come first, extrinsic 2"):
        on_parent().execute_block(block_of(time, transaction, report))


def test_a_signed_inherent_is_no_inherent() -> None:
    runtime = on_parent()
    runtime.initialize_block(block_of().header)
    disguised = signed(runtime, ALICE, call_of(runtime.optional.report, 1))
    assert inherents_first(runtime, block_of(disguised)) == 0


def test_a_pallet_with_inherents_must_tell_them_from_other_calls() -> None:
    def create_inherent(self: Any, data: Mapping[bytes, bytes]) -> None:
        """Makes none."""

    with pytest.raises(DeclarationMistakes, match="tells them from other calls by is_inherent"):
        type("Forgetful", (Pallet,), {"__module__": __name__, "create_inherent": create_inherent})
