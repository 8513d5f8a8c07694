"""The weight of a block in the three classes; the sums of sp_weights are the oracle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pallets.frame.weight import U64_MAX, Weight
from pallets.system.types import ConsumedWeight

PARTS = st.integers(0, U64_MAX) | st.integers(U64_MAX - 2, U64_MAX) | st.integers(0, 3)
WEIGHTS = st.builds(Weight, PARTS, PARTS)
CONSUMED = st.builds(ConsumedWeight, WEIGHTS, WEIGHTS, WEIGHTS)


@given(CONSUMED)
def test_the_total_is_the_saturating_sum_of_the_classes(consumed: ConsumedWeight) -> None:
    assert consumed.total() == consumed.normal + consumed.operational + consumed.mandatory


@given(CONSUMED, WEIGHTS)
def test_the_total_exceeds_a_limit_where_the_true_sum_does(consumed: ConsumedWeight, limit: Weight) -> None:
    classes = consumed.normal, consumed.operational, consumed.mandatory
    ref_time, proof_size = sum(each.ref_time for each in classes), sum(each.proof_size for each in classes)
    assert consumed.total_exceeds(limit) == (ref_time > limit.ref_time or proof_size > limit.proof_size)
