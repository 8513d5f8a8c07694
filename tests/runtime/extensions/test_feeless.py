"""Calls that cost nothing: under a condition, by declaration, or by what the call says after it ran."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chain.primitives import U32
from chain.runtime_api import TransactionSource
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidTransaction
from pallets import balances
from pallets.frame import Origin, Pallet, Pays, PostDispatchInfo, StorageValue, call, call_of, config, ensure_signed
from pallets.frame.call import RuntimeCall
from pallets.frame.declaration import DeclarationMistakes
from pallets.frame.event import PalletEvent, RuntimeEvent
from pallets.frame.origin import Signed
from pallets.frame.testing import events_of
from pallets.frame.weight import Weight
from pallets.skip_feeless_payment import Config as SkipConfig
from pallets.skip_feeless_payment import FeeSkipped, SkipFeelessPayment
from pallets.transaction_payment import TransactionFeePaid
from runtime.dev import DevRuntime, dev_genesis
from runtime.extensions.feeless import SkipCheckIfFeeless
from runtime.extensions.payment import ChargeTransactionPayment
from runtime.extensions.pipeline import Pipeline
from runtime.genesis import build_genesis
from runtime.signing import signed
from tests.runtime.blocks import ALICE, DevChain, Draft


@config
class Config:
    """What the runtime supplies."""


def is_small_and_open(pallet: Free, origin: Origin, value: U32) -> bool:
    return value < 10 and pallet.is_open.get() and isinstance(origin, Signed)


class Free(Pallet[Config]):
    is_open: StorageValue[bool]
    """Whether small values are free."""

    @call(0, weight=Weight(1_000_000), feeless_if=is_small_and_open)
    def note(self, origin: Origin, value: U32) -> None:
        """Note a value; small ones are free."""
        ensure_signed(origin)

    @call(1, weight=Weight(1_000_000), pays=Pays.NO)
    def always(self, origin: Origin) -> None:
        """Pays no fee, whatever happens."""
        ensure_signed(origin)

    @call(2, weight=Weight(1_000_000))
    def afterwards(self, origin: Origin) -> PostDispatchInfo:
        """Says after it ran that it pays no fee."""
        ensure_signed(origin)
        return PostDispatchInfo(pays_fee=Pays.NO)


class FeelessRuntime(DevRuntime):
    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.free = Free(self, Config(), index=50)
        self.skip = SkipFeelessPayment(self, SkipConfig(), index=51)
        self.extensions = Pipeline(
            [
                SkipCheckIfFeeless(each, self, self.skip) if isinstance(each, ChargeTransactionPayment) else each
                for each in self.extensions.extensions
            ]
        )


class FeelessChain(DevChain):
    def __init__(self) -> None:
        super().__init__(build_genesis(FeelessRuntime, dev_genesis()))

    def runtime(self) -> FeelessRuntime:
        return FeelessRuntime(self.overlay())


def begun(*, is_open: bool) -> tuple[Draft, FeelessRuntime]:
    chain = FeelessChain()
    draft = chain.begin()
    assert isinstance(draft.runtime, FeelessRuntime)
    draft.runtime.free.is_open.put(is_open)
    return draft, draft.runtime


def spent(draft: Draft, runtime: FeelessRuntime, made: RuntimeCall) -> tuple[int, Sequence[PalletEvent]]:
    """What Alice has less for a call with a tip of 5, and what was told of fees."""
    before = runtime.balances.total_balance(ALICE.account)
    runtime.system.reset_events()
    assert draft.apply(signed(runtime, ALICE, made, tip=5)) is None
    told = [each for each in events_of(runtime, PalletEvent) if isinstance(each, FeeSkipped | TransactionFeePaid)]
    return before - runtime.balances.total_balance(ALICE.account), told


def test_a_feeless_call_leaves_the_balance_and_tells_that_it_was_skipped() -> None:
    draft, runtime = begun(is_open=True)
    nonce = runtime.account_nonce(ALICE.account)
    cost, told = spent(draft, runtime, call_of(runtime.free.note, value=9))
    assert (cost, told) == (0, [FeeSkipped(Signed(ALICE.account))])
    assert runtime.account_nonce(ALICE.account) == nonce + 1
    assert not events_of(runtime, balances.Withdraw)


@pytest.mark.parametrize(("value", "is_open"), [(10, True), (9, False)])
def test_the_same_call_costs_its_fee_where_the_condition_does_not_hold(value: int, is_open: bool) -> None:
    draft, runtime = begun(is_open=is_open)
    cost, told = spent(draft, runtime, call_of(runtime.free.note, value=value))
    assert cost > 5
    assert told == [TransactionFeePaid(ALICE.account, cost, 5)]


def test_only_the_outermost_call_is_asked() -> None:
    draft, runtime = begun(is_open=True)
    inner = call_of(runtime.free.note, value=1)
    cost, _ = spent(draft, runtime, call_of(runtime.sudo.sudo, call=inner))
    assert cost == 5  # Sudo's own key pays no fee for what it does, but the tip: nothing was skipped
    assert not events_of(runtime, FeeSkipped)


@pytest.mark.parametrize("name", ["always", "afterwards"])
def test_a_call_that_pays_no_fee_costs_the_tip(name: str) -> None:
    draft, runtime = begun(is_open=False)
    cost, told = spent(draft, runtime, call_of(getattr(runtime.free, name)))
    assert (cost, told) == (5, [TransactionFeePaid(ALICE.account, 5, 5)])


def test_without_the_extension_the_condition_is_not_asked() -> None:
    draft, runtime = begun(is_open=True)
    inner = [getattr(each, "_inner", each) for each in runtime.extensions.extensions]
    runtime.extensions = Pipeline(inner)
    cost, told = spent(draft, runtime, call_of(runtime.free.note, value=9))
    assert told == [TransactionFeePaid(ALICE.account, cost, 5)]
    assert cost > 5


def test_who_has_nothing_may_send_what_is_feeless_and_nothing_else() -> None:
    draft, runtime = begun(is_open=True)
    runtime.balances.burn_from(ALICE.account, runtime.balances.balance(ALICE.account) - 10**9)
    with pytest.raises(InvalidTransaction) as refused:
        draft.apply(signed(runtime, ALICE, call_of(runtime.free.note, value=10)))
    assert refused.value.variant is Invalid.PAYMENT
    assert draft.apply(signed(runtime, ALICE, call_of(runtime.free.note, value=3))) is None


def test_from_outside_it_looks_like_the_extension_inside() -> None:
    plain, wrapped = DevChain().runtime().extensions, FeelessChain().runtime().extensions
    described = [
        [(each.identifier, each.weight, each.explicit) for each in found.extensions] for found in (plain, wrapped)
    ]
    assert described[0] == described[1]
    values = wrapped.values({"ChargeTransactionPayment": 7})
    assert wrapped.encode(values) == plain.encode(values)


def test_a_pool_gives_a_feeless_transaction_no_priority() -> None:
    chain = FeelessChain()
    runtime = chain.runtime()
    runtime.free.is_open.put(True)
    free = signed(runtime, ALICE, call_of(runtime.free.note, value=3), tip=10**6)
    paid = signed(runtime, ALICE, call_of(runtime.free.note, value=30), tip=10**6)
    best = chain.headers[-1].hash
    found = [runtime.validate_transaction(TransactionSource.EXTERNAL, each, best).priority for each in (free, paid)]
    assert found[0] == 0 < found[1]


def test_the_event_is_encoded_with_the_origin_of_the_runtime() -> None:
    runtime = FeelessChain().runtime()
    event = RuntimeEvent("SkipFeelessPayment", 51, FeeSkipped(Signed(ALICE.account)))
    codec = type(runtime).compiled.types[RuntimeEvent]
    # pallet ‖ variant ‖ System ‖ Signed ‖ account
    assert codec.encode(event) == bytes((51, 0, 0, 1)) + ALICE.account
    assert codec.decode(codec.encode(event)) == event


def test_a_condition_may_ask_for_what_the_call_has() -> None:
    def asks_for_more(amount: U32) -> bool:
        return amount > 0

    with pytest.raises(DeclarationMistakes, match="asks_for_more asks for amount, which is no parameter of the call"):

        class Wrong(Pallet[Config]):
            @call(0, weight=Weight(1), feeless_if=asks_for_more)
            def note(self, origin: Origin, value: U32) -> None:
                """Declared wrongly."""
