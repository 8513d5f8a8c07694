"""What nobody signed: the pool takes what a pallet validates, a block takes what its author put there."""

from __future__ import annotations

from typing import Any

import pytest

from chain.extrinsic import encode_bare, with_length_prefix
from chain.primitives import U32
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidTransaction, TransactionInvalid, Unknown
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.error import BadOriginFailure
from pallets.frame.origin import Origin, ensure_none
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import DispatchClass, Weight
from pallets.system import ExtrinsicFailed
from runtime.dev import DevRuntime, genesis_state
from tests.runtime.blocks import BOB, NO_ROOT, DevChain, transfer

BEST = DevChain().headers[-1].hash


@config
class Config:
    """Nothing."""


class Beacon(Pallet[Config]):
    """Takes even numbers from nobody, each once."""

    newest: StorageValue[U32]

    @call(0, weight=Weight(5_000, 100))
    def report(self, origin: Origin, value: U32) -> None:
        """Tell a number."""
        ensure_none(origin)
        self.newest.put(value)

    @call(1, weight=Weight(3 * 10**12, 0), dispatch_class=DispatchClass.NORMAL)
    def heavy(self, origin: Origin) -> None:
        """More than any block has."""

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        if call.target.name == "report" and call.arguments[0] % 2:
            raise InvalidTransaction(Invalid.CUSTOM, 7)
        if source is TransactionSource.IN_BLOCK and self.newest.get():
            raise InvalidTransaction(Invalid.STALE)
        return ValidTransaction(priority=9, provides=(b"report",), longevity=3, propagate=False)


class Unsigned(DevRuntime):
    def __init__(self, storage: Overlay, signatures: Any = None) -> None:
        super().__init__(storage, signatures)
        self.beacon = Beacon(self, Config(), index=60)


def runtime() -> Unsigned:
    return Unsigned(Overlay(genesis_state()))


@pytest.mark.parametrize("version", [4, 5])
def test_a_pool_learns_what_the_pallet_says(version: int) -> None:
    made = runtime()
    extrinsic = encode_bare(call_of(made.beacon.report, 4).encode(), version)
    valid = made.validate_transaction(TransactionSource.EXTERNAL, extrinsic, BEST)
    assert valid == ValidTransaction(9, (), (b"report",), 3, propagate=False)


def test_what_the_pallet_refuses_is_refused_by_pool_and_block() -> None:
    made = runtime()
    extrinsic = encode_bare(call_of(made.beacon.report, 3).encode())
    for refused in (
        lambda: made.validate_transaction(TransactionSource.LOCAL, extrinsic, BEST),
        lambda: made.apply_extrinsic(extrinsic),
    ):
        with pytest.raises(InvalidTransaction) as caught:
            refused()
        assert (caught.value.variant, caught.value.custom) == (Invalid.CUSTOM, 7)
    assert made.storage.changes == {}


def test_in_a_block_it_runs_in_nobodys_name_and_takes_weight_and_length_and_no_fee() -> None:
    chain = DevChain()
    draft = chain.begin()
    made = Unsigned(draft.runtime.storage)
    before, length = made.system.block_weight.get(), made.system.all_extrinsics_len.get() or 0
    extrinsic = encode_bare(call_of(made.beacon.report, 4).encode())
    assert made.apply_extrinsic(extrinsic) is None
    assert made.beacon.newest.get() == 4
    base = made.system.config.block_weights.of(DispatchClass.NORMAL).base_extrinsic
    used = Weight(5_000, 100) + base + Weight(0, len(with_length_prefix(extrinsic)))
    assert made.system.block_weight.get() == before.plus(used, DispatchClass.NORMAL)
    assert made.system.all_extrinsics_len.get() == length + len(with_length_prefix(extrinsic))
    with pytest.raises(InvalidTransaction) as caught:
        made.apply_extrinsic(encode_bare(call_of(made.beacon.report, 6).encode()))
    assert caught.value.variant is Invalid.STALE


def test_more_weight_than_any_block_has_is_refused() -> None:
    made = runtime()
    extrinsic = encode_bare(call_of(made.beacon.heavy).encode())
    with pytest.raises(InvalidTransaction) as caught:
        made.validate_transaction(TransactionSource.EXTERNAL, extrinsic, BEST)
    assert caught.value.variant is Invalid.EXHAUSTS_RESOURCES


def test_a_call_that_no_pallet_validates_stays_out_of_the_pool_and_fails_in_a_block() -> None:
    chain = DevChain()
    draft = chain.begin()
    extrinsic = encode_bare(transfer(draft.runtime, BOB, 1).encode())
    with pytest.raises(TransactionInvalid) as caught:
        chain.runtime().validate_transaction(TransactionSource.EXTERNAL, extrinsic, BEST)
    assert caught.value.variant is Unknown.NO_UNSIGNED_VALIDATOR
    assert draft.apply(extrinsic) == BadOriginFailure()
    last = draft.runtime.system.events.get()[-1].event.event
    assert isinstance(last, ExtrinsicFailed)
    block = chain.end(draft)
    assert block.header.state_root != NO_ROOT
    again = Overlay(chain.states[0])
    DevRuntime(again).execute_block(block)
    assert again.root() == block.header.state_root
