"""Fees of real runtimes, part by part and point by point."""

from __future__ import annotations

from typing import Any

import pytest

from chain.scale import encode
from pallets import transaction_payment
from pallets.frame.weight import DispatchClass, DispatchInfo, Pays, Weight
from pallets.system import BlockWeights
from pallets.transaction_payment import (
    BlockRatioFee,
    FeeDetails,
    InclusionFee,
    LargerOfBoth,
    Polynomial,
    Term,
    TransactionPayment,
    fee_per_byte,
)
from pallets.transaction_payment.fees import BALANCE_MAX
from tests.pallets.template_runtime import TemplateRuntime
from tests.vectors import load

CORETIME = ["fees/kusama_coretime_weight_to_fee.json", "fees/polkadot_coretime_weight_to_fee.json"]


def polynomial(terms: list[list[Any]]) -> Polynomial:
    return Polynomial(tuple(Term(*term) for term in terms))


def payment_with(weights: BlockWeights, weight: Polynomial | LargerOfBoth, length: Polynomial) -> TransactionPayment:
    runtime = TemplateRuntime()
    to_fee = weight if isinstance(weight, LargerOfBoth) else LargerOfBoth(weight, Polynomial(()))
    config = transaction_payment.Config(
        currency=runtime.balances, block_weights=weights, weight_to_fee=to_fee, length_to_fee=length.of
    )
    return TransactionPayment(runtime, config, index=50, name="Payment")


def test_every_part_is_that_of_the_node_template() -> None:
    fees = load("fees/node_template.json")
    about = fees["about"]
    weights = BlockWeights.with_sensible_defaults(base_extrinsic=Weight(about["extrinsic_base_weight"]))
    payment = payment_with(weights, polynomial(about["weight_to_fee"]), polynomial(about["length_to_fee"]))
    assert payment.config.operational_fee_multiplier == about["operational_fee_multiplier"]
    for each in fees["vectors"]:
        payment.next_fee_multiplier.put(each["multiplier"])
        dispatch_class = DispatchClass[each["class"].upper()]
        info = DispatchInfo(Weight(each["weight"]), Weight(), dispatch_class, Pays.YES)
        expected = InclusionFee(each["base_fee"], each["len_fee"], each["adjusted_weight_fee"])
        details = payment.fee_details(each["length"], info, each["tip"])
        assert details == FeeDetails(expected, each["tip"])
        assert details.inclusion_fee is not None
        assert details.inclusion_fee.total == each["partial_fee"]
        assert details.final_fee == payment.compute_fee(each["length"], info, each["tip"])


@pytest.mark.parametrize("name", CORETIME)
def test_two_dimensional_weights_cost_what_they_do_on_coretime_chains(name: str) -> None:
    fees = load(name)
    about = fees["about"]
    by_weight = LargerOfBoth(polynomial(about["ref_time_polynomial"]), polynomial(about["proof_size_polynomial"]))
    by_length = Polynomial((Term(about["length_fee_per_byte"]),))
    weights = BlockWeights.with_sensible_defaults(max_block=Weight(**about["max_block"]))
    payment = payment_with(weights, by_weight, by_length)
    for each in fees["vectors"]:
        assert payment.weight_to_fee(Weight(each["ref_time"], each["proof_size"])) == each["fee"]
    for point in about["length_points"]:
        assert payment.config.length_to_fee(point["length"]) == point["fee"]


POLYNOMIALS = [
    ((Term(2, 500_000_000),), 3, 6 + 1),  # 1.5 is rounded down
    ((Term(0, 500_000_001),), 3, 2),
    ((Term(1, degree=2), Term(3)), 10, 130),
    ((Term(1, degree=2), Term(3, negative=True)), 10, 70),
    ((Term(3, negative=True), Term(1, degree=2)), 10, 100),  # below zero it is zero at once
    ((Term(1, degree=100),), 10, BALANCE_MAX),
    ((Term(2, degree=100), Term(1, negative=True)), 10, BALANCE_MAX - 10),
    ((), 10, 0),
]


@pytest.mark.parametrize(("terms", "base", "value"), POLYNOMIALS)
def test_polynomial(terms: tuple[Term, ...], base: int, value: int) -> None:
    assert Polynomial(terms).of(base) == value


def test_a_block_ratio_fee_charges_the_dimension_that_takes_more_of_a_block() -> None:
    fee = BlockRatioFee(3, 2, Weight(2000, 100))
    assert [fee(Weight(*each)) for each in ((10, 0), (0, 1), (10, 1), (40, 1), (3, 0))] == [15, 30, 30, 60, 4]
    assert BlockRatioFee(1, 3, Weight(1, 1))(Weight(3)) == 0  # a third has 18 places
    assert BlockRatioFee(2, 3, Weight(1, 1))(Weight(3)) == 2
    assert BlockRatioFee(BALANCE_MAX, 1, Weight(1, 1))(Weight(1)) < BALANCE_MAX  # a FixedU128 holds no more


def test_a_fee_per_byte() -> None:
    assert (fee_per_byte(333_333)(150), fee_per_byte(BALANCE_MAX)(2)) == (49_999_950, BALANCE_MAX)


def test_fee_details_are_encoded_as_the_runtime_api_gives_them() -> None:
    details = FeeDetails(InclusionFee(1, 2, 3), 4)
    numbers = b"".join(number.to_bytes(16, "little") for number in (1, 2, 3, 4))
    assert encode(FeeDetails, details) == b"\x01" + numbers
    assert encode(FeeDetails, FeeDetails(None, 4)) == b"\x00" + numbers[-16:]
    assert FeeDetails(None, 4).final_fee == 4
