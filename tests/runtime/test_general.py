"""A call that authorizes its own transactions: as general extrinsics they are as valid as the unsigned ones were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.extrinsic import encode_bare, with_length_prefix
from chain.primitives import U32
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidTransaction, TransactionInvalid
from pallets.frame.authorize import Authorization, authorize
from pallets.frame.call import RuntimeCall, call, call_of
from pallets.frame.error import BadOriginFailure, DispatchError, Other
from pallets.frame.origin import Authorized, Origin, Signed, ensure_authorized, ensure_none
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import StorageValue
from pallets.frame.weight import DispatchClass, PostDispatchInfo, Weight
from pallets.system import ExtrinsicFailed, ExtrinsicSuccess
from runtime.dev import DevRuntime, genesis_state
from runtime.extensions.standard import standard_extensions
from runtime.signing import general, signed
from tests.runtime.blocks import ALICE, DevChain

BEST = DevChain().headers[-1].hash
CALL_WEIGHT, AUTH_WEIGHT = Weight(4_000, 4), Weight(5_000, 5)


@config
class Config:
    """Nothing."""


def authorize_weight(value: U32) -> Weight:
    """Grows with the value."""
    return AUTH_WEIGHT * (1 + value // 100)


class Oracle(Pallet[Config]):
    """Takes growing even numbers from anybody: in today's way, and in the old one."""

    best: StorageValue[U32]

    @call(0, weight=CALL_WEIGHT)
    def report(self, origin: Origin, value: U32) -> PostDispatchInfo | None:
        """In today's way."""
        ensure_authorized(origin)
        self.best.put(value)
        if value == 50:
            raise DispatchError(Other())
        return PostDispatchInfo(Weight(1_000, 1)) if value == 40 else None

    @authorize(report, weight=authorize_weight)
    def authorize_report(self, source: TransactionSource, value: U32) -> Authorization:
        valid = self._valid(source, value)
        return (valid, Weight(2_000, 2)) if value == 30 else valid

    @call(1, weight=CALL_WEIGHT)
    def report_unsigned(self, origin: Origin, value: U32) -> None:
        """In the old way."""
        ensure_none(origin)
        self.best.put(value)

    def validate_unsigned(self, source: TransactionSource, call: RuntimeCall) -> ValidTransaction:
        return self._valid(source, call.arguments[0])

    def _valid(self, source: TransactionSource, value: int) -> ValidTransaction:
        if value % 2:
            raise InvalidTransaction(Invalid.CUSTOM, 1)
        if value <= self.best.get():
            raise InvalidTransaction(Invalid.STALE)
        if value > 1000 and source is TransactionSource.EXTERNAL:
            raise InvalidTransaction(Invalid.CALL)
        return ValidTransaction(
            priority=value, requires=(b"oracle",), provides=(value.to_bytes(4, "little"),), longevity=5, propagate=False
        )


class WithOracle(DevRuntime):
    def __init__(self, storage: Overlay, signatures: Any = None) -> None:
        super().__init__(storage, signatures)
        self.oracle = Oracle(self, Config(), index=60)
        self.extensions = standard_extensions(self.system, self.transaction_payment, authorizer=self)


def begun() -> WithOracle:
    draft = DevChain().begin()
    return WithOracle(draft.runtime.storage)


@given(st.integers(0, 1500), st.sampled_from(TransactionSource), st.integers(0, 100))
def test_both_ways_are_equally_valid(value: int, source: TransactionSource, best: int) -> None:
    runtime = WithOracle(Overlay(genesis_state()))
    runtime.oracle.best.put(best)

    def verdict(extrinsic: bytes) -> object:
        try:
            return runtime.validate_transaction(source, extrinsic, BEST)
        except TransactionInvalid as error:
            return error.encoded

    today = verdict(general(runtime, call_of(runtime.oracle.report, value)))
    assert today == verdict(encode_bare(call_of(runtime.oracle.report_unsigned, value).encode()))


def test_what_is_let_in_runs_as_authorized_and_pays_weight_and_no_fee() -> None:
    runtime = begun()
    before, issuance = runtime.system.block_weight.get(), runtime.balances.issuance()
    extrinsic = general(runtime, call_of(runtime.oracle.report, 10))
    assert runtime.apply_extrinsic(extrinsic) is None
    assert runtime.oracle.best.get() == 10
    base = runtime.system.config.block_weights.of(DispatchClass.NORMAL).base_extrinsic
    used = CALL_WEIGHT + AUTH_WEIGHT + base
    length = Weight(0, len(with_length_prefix(extrinsic)))
    assert runtime.system.block_weight.get() == before.plus(used + length, DispatchClass.NORMAL)
    assert runtime.balances.issuance() == issuance
    told = runtime.system.events.get()[-1].event.event
    assert isinstance(told, ExtrinsicSuccess)
    assert told.dispatch_info.weight == used


@pytest.mark.parametrize(
    ("value", "used"),
    [
        (30, CALL_WEIGHT + AUTH_WEIGHT - Weight(2_000, 2)),  # the authorization used less
        (40, Weight(1_000, 1) + AUTH_WEIGHT),  # the call did
        (120, CALL_WEIGHT + AUTH_WEIGHT * 2),  # it weighs what its arguments say
    ],
)
def test_weight_that_was_not_used_is_given_back(value: int, used: Weight) -> None:
    runtime = begun()
    before = runtime.system.block_weight.get()
    extrinsic = general(runtime, call_of(runtime.oracle.report, value))
    assert runtime.apply_extrinsic(extrinsic) is None
    base = runtime.system.config.block_weights.of(DispatchClass.NORMAL).base_extrinsic
    length = Weight(0, len(with_length_prefix(extrinsic)))
    assert runtime.system.block_weight.get() == before.plus(used + base + length, DispatchClass.NORMAL)


def test_a_call_that_fails_is_undone_and_told() -> None:
    runtime = begun()
    assert runtime.apply_extrinsic(general(runtime, call_of(runtime.oracle.report, 50))) == Other()
    assert runtime.oracle.best.get() == 0
    assert isinstance(runtime.system.events.get()[-1].event.event, ExtrinsicFailed)


def test_refused_by_pool_and_block_with_the_same_error_and_nothing_changed() -> None:
    cases: list[tuple[str, Callable[[WithOracle], bytes], Invalid]] = [
        ("the call says no", lambda r: general(r, call_of(r.oracle.report, 3)), Invalid.CUSTOM),
        ("the call says nothing", lambda r: general(r, call_of(r.oracle.report_unsigned, 4)), Invalid.UNKNOWN_ORIGIN),
        ("other extensions", lambda r: b"\x45\x01" + general(r, call_of(r.oracle.report, 4))[2:], Invalid.CALL),
        ("bytes left over", lambda r: general(r, call_of(r.oracle.report, 4)) + b"\0", Invalid.CALL),
        ("cut short", lambda _: b"\x45\0", Invalid.CALL),
        ("nothing at all", lambda _: b"\x45", Invalid.CALL),
    ]
    for what, make, expected in cases:
        runtime = begun()
        before = dict(runtime.storage.changes)
        with pytest.raises(TransactionInvalid) as in_block:
            runtime.apply_extrinsic(make(runtime))
        with pytest.raises(TransactionInvalid) as in_pool:
            runtime.validate_transaction(TransactionSource.LOCAL, make(runtime), BEST)
        assert (in_block.value.variant, in_pool.value.variant) == (expected, expected), what
        assert runtime.storage.changes == before


def test_without_the_extension_nothing_is_let_in() -> None:
    runtime = begun()
    runtime.extensions = standard_extensions(runtime.system, runtime.transaction_payment)
    with pytest.raises(InvalidTransaction) as caught:
        runtime.apply_extrinsic(general(runtime, call_of(runtime.oracle.report, 4)))
    assert caught.value.variant is Invalid.UNKNOWN_ORIGIN


def test_a_signature_is_not_an_authorization() -> None:
    runtime = begun()
    assert runtime.apply_extrinsic(signed(runtime, ALICE, call_of(runtime.oracle.report, 4))) == BadOriginFailure()


def test_ensure_authorized_takes_no_other_origin() -> None:
    ensure_authorized(Authorized())
    with pytest.raises(DispatchError):
        ensure_authorized(Signed(ALICE.account))
