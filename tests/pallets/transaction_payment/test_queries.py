"""What wallets are told of fees and weights, to the byte as real runtimes tell it."""

from __future__ import annotations

import pytest

from chain.scale import decode, encode
from pallets import transaction_payment
from pallets.frame import call_of
from pallets.frame.weight import U64_MAX, DispatchClass, DispatchInfo, Pays, Weight
from pallets.system import BlockWeights
from pallets.transaction_payment import (
    FeeDetails,
    InclusionFee,
    Polynomial,
    RuntimeDispatchInfo,
    Term,
    TransactionPayment,
)
from pallets.transaction_payment.queries import (
    query_call_fee_details,
    query_call_info,
    query_fee_details,
    query_info,
    query_length_to_fee,
    query_weight_to_fee,
)
from tests.pallets.template_runtime import EXTRINSIC_BASE, runtime_with
from tests.vectors import load, unhex

NORMAL = DispatchClass.NORMAL
ONCE = Polynomial((Term(1),))
INFO = DispatchInfo(Weight(100, 7), Weight(20, 5), DispatchClass.OPERATIONAL, Pays.YES)

BASES = [
    ("golden/golden-node-template-2023.json", Weight(124_414_000)),
    ("golden/golden-solochain-template-2025.json", EXTRINSIC_BASE),
]
"""Recorded runtimes, with what an extrinsic that does nothing weighs there."""


def payment_with(
    base_extrinsic: Weight, by_weight: Polynomial = ONCE, by_length: Polynomial = ONCE
) -> TransactionPayment:
    runtime = runtime_with()
    config = transaction_payment.Config(
        currency=runtime.balances,
        block_weights=BlockWeights.with_sensible_defaults(base_extrinsic=base_extrinsic),
        weight_to_fee=lambda weight: by_weight.of(weight.ref_time),
        length_to_fee=by_length.of,
    )
    return TransactionPayment(runtime, config, index=50, name="Payment")


@pytest.mark.parametrize(("name", "base"), BASES)
def test_an_extrinsic_is_told_its_weight_and_fee_as_by_the_real_runtime(name: str, base: Weight) -> None:
    payment = payment_with(base)
    steps = [step for block in load(name)["blocks"] for step in block["steps"] if step["queryInfo"]]
    assert len(steps) == 13
    for step in steps:
        recorded, length = unhex(step["queryInfo"]), len(unhex(step["extrinsic"]))
        told = decode(RuntimeDispatchInfo, recorded)
        info = DispatchInfo(told.weight, Weight(), told.dispatch_class, Pays.YES)
        assert encode(RuntimeDispatchInfo, query_info(payment, info, length, is_bare=False)) == recorded
        details = query_fee_details(payment, info, length, is_bare=False)
        assert details == FeeDetails(InclusionFee(base.ref_time, length, told.weight.ref_time), 0)


def test_the_fees_of_a_real_relay_chain() -> None:
    """Figures that a Westend runtime told: a signed transfer of 146 bytes, and single weights and lengths."""
    payment = payment_with(Weight(113_632_000), Polynomial((Term(8, 800_337_932),)), Polynomial((Term(100_000_000),)))
    info = DispatchInfo(Weight(168_872_000, 3593), Weight(), NORMAL, Pays.YES)
    details = query_fee_details(payment, info, 146, is_bare=False)
    assert details == FeeDetails(InclusionFee(1_000_000_000, 14_600_000_000, 1_486_130_667), 0)
    assert query_info(payment, info, 146, is_bare=False).partial_fee == 17_086_130_667
    assert query_length_to_fee(payment, 100) == 10_000_000_000
    assert query_weight_to_fee(payment, Weight(10**9)) == 8_800_337_932
    assert query_weight_to_fee(payment, Weight(2 * 10**12)) == 17_600_675_864_000
    assert query_weight_to_fee(payment, Weight(U64_MAX, U64_MAX)) == 17_600_675_864_000


def test_a_bare_extrinsic_weighs_and_costs_nothing() -> None:
    payment = payment_with(EXTRINSIC_BASE)
    assert query_info(payment, INFO, 11, is_bare=True) == RuntimeDispatchInfo(Weight(120, 12), INFO.dispatch_class, 0)
    assert query_fee_details(payment, INFO, 11, is_bare=True) == FeeDetails(None, 0)


def test_a_call_alone_is_told_what_it_costs_without_extensions() -> None:
    runtime = runtime_with()
    call = call_of(runtime.balances.burn, value=1, keep_alive=True)
    info = call.info()
    fee = EXTRINSIC_BASE.ref_time + 100 + info.call_weight.ref_time
    told = query_call_info(runtime.transaction_payment, call, 100)
    assert told == RuntimeDispatchInfo(info.call_weight, NORMAL, fee)
    details = query_call_fee_details(runtime.transaction_payment, call, 100)
    assert details == FeeDetails(InclusionFee(EXTRINSIC_BASE.ref_time, 100, info.call_weight.ref_time), 0)


def test_answers_are_encoded_as_the_runtime_api_gives_them() -> None:
    told = RuntimeDispatchInfo(Weight(4, 8), DispatchClass.MANDATORY, 16)
    assert encode(RuntimeDispatchInfo, told) == b"\x10\x20\x02" + (16).to_bytes(16, "little")
