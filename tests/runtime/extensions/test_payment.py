"""The fee of a transaction on its way: what it costs in the end, and what a pool thinks of it."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from chain.scale import decode
from pallets import balances
from pallets.frame import call_of
from pallets.frame.testing import events_of
from pallets.frame.weight import DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from pallets.system import BlockWeights
from pallets.transaction_payment import FIXED_POINT, RuntimeDispatchInfo, TransactionFeePaid, TransactionPayment
from pallets.transaction_payment import Config as PaymentConfig
from runtime.extensions.extension import Transaction
from runtime.extensions.payment import ChargeTransactionPayment
from tests.pallets.template_runtime import ALICE, EXTRINSIC_BASE, TemplateRuntime, runtime_with
from tests.vectors import load, unhex

RICH = 10**30


def transaction(runtime: TemplateRuntime, info: DispatchInfo, length: int) -> Transaction:
    return Transaction(ALICE, call_of(runtime.system.remark, remark=b""), info, length)


def test_what_is_refunded_is_the_formula_in_a_thousand_cases() -> None:
    chance, most = random.Random(6), BlockWeights.with_sensible_defaults().max_block
    runtime = runtime_with((ALICE, RICH))
    payment = runtime.transaction_payment
    charge = ChargeTransactionPayment(runtime.system, payment)
    for _ in range(1000):
        multiplier = chance.choice((FIXED_POINT, chance.randrange(3 * FIXED_POINT)))
        payment.next_fee_multiplier.put(multiplier)
        declared = Weight(chance.randrange(3 * 10**12), chance.randrange(10**6))
        extension = Weight(chance.randrange(10**9), 0)
        actual = chance.choice((None, Weight(chance.randrange(3 * 10**12)), declared + extension))
        pays, pays_after = chance.choice((Pays.YES, Pays.YES, Pays.NO)), chance.choice((Pays.YES, Pays.YES, Pays.NO))
        tip, length = chance.choice((0, chance.randrange(10**12))), chance.randrange(1, 5000)
        info = DispatchInfo(declared, extension, DispatchClass(chance.randrange(3)), pays)
        one = transaction(runtime, info, length)
        before, issued = runtime.balances.balance(ALICE), runtime.balances.issuance()
        runtime.system.reset_events()
        withdrawn = charge.check(tip, one)
        carried = charge.prepare(tip, withdrawn, one)
        assert before - runtime.balances.balance(ALICE) == withdrawn
        charge.post_dispatch(carried, one, PostDispatchInfo(actual, pays_after))

        charged = declared.ref_time + extension.ref_time
        used = charged if actual is None else min(charged, actual.ref_time)
        weighed = Fraction(multiplier, FIXED_POINT) * min(used, most.ref_time)
        expected = EXTRINSIC_BASE.ref_time + length + weighed.numerator // weighed.denominator
        if Pays.NO in (pays, pays_after):
            expected = 0
        assert before - runtime.balances.balance(ALICE) == expected + tip
        assert issued - runtime.balances.issuance() == expected + tip
        assert events_of(runtime, TransactionFeePaid) == [TransactionFeePaid(ALICE, expected + tip, tip)]
        refunds = sum(each.amount for each in events_of(runtime, balances.Deposit))
        assert refunds == withdrawn - expected - tip


GOLDEN = [
    ("golden/golden-node-template-2023.json", Weight(124_414_000)),
    ("golden/golden-solochain-template-2025.json", EXTRINSIC_BASE),
]


@pytest.mark.parametrize(("name", "base"), GOLDEN)
def test_the_priority_is_that_of_the_real_runtime(name: str, base: Weight) -> None:
    """Of every recorded transaction; one of them is operational, whose fee counts five times as a tip."""
    runtime = runtime_with((ALICE, RICH))
    config = PaymentConfig(
        currency=runtime.balances, block_weights=BlockWeights.with_sensible_defaults(base_extrinsic=base)
    )
    payment = TransactionPayment(runtime, config, index=50, name="Payment")
    charge = ChargeTransactionPayment(runtime.system, payment)
    recorded: list[dict[str, Any]] = [step for block in load(name)["blocks"] for step in block["steps"]]
    classes = set()
    for step in (each for each in recorded if each["queryInfo"]):
        told = decode(RuntimeDispatchInfo, unhex(step["queryInfo"]))
        info = DispatchInfo(told.weight, Weight(), told.dispatch_class, Pays.YES)
        one = transaction(runtime, info, len(unhex(step["extrinsic"])))
        priority = charge.validity(0, charge.check(0, one), one).priority
        valid = unhex(step["validate"])  # Ok ‖ priority ‖ …
        assert priority == int.from_bytes(valid[1:9], "little"), step["name"]
        classes.add(told.dispatch_class)
    assert classes == {DispatchClass.NORMAL, DispatchClass.OPERATIONAL}


def test_the_priority_of_a_transfer_on_a_real_relay_chain() -> None:
    """What a Westend runtime told: min(3,932,160 ÷ 146, 2×10¹² ÷ 168,872,000) × (tip + 1)."""
    runtime = runtime_with((ALICE, RICH))
    charge = ChargeTransactionPayment(runtime.system, runtime.transaction_payment)
    info = DispatchInfo(Weight(168_872_000, 3593), Weight(), DispatchClass.NORMAL, Pays.YES)
    one = transaction(runtime, info, 146)
    assert charge.validity(0, charge.check(0, one), one).priority == 11_843
    assert charge.validity(9, charge.check(9, one), one).priority == 118_430
