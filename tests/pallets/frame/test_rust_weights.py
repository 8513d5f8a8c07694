"""Single weight expressions of Rust."""

from __future__ import annotations

import pytest

from pallets.frame.rust_tokens import RustSourceError, Tokens
from pallets.frame.rust_weights import WeightExpression, terms_of
from pallets.frame.weight import Weight
from pallets.frame.weight_info import PARITYDB, ROCKSDB, WeightFormula

VALUES = {"n": 3, "m": 5}


def weight_of(source: str) -> Weight:
    value = WeightExpression(Tokens(source, "a.rs"), ("n", "m")).weight()
    return WeightFormula(terms_of(value), ("n", "m")).of(PARITYDB, VALUES)


WEIGHTS = [
    ("Weight::zero()", Weight()),
    ("Weight::from_parts(1_000, 20)", Weight(1000, 20)),
    ("Weight::from_parts(1_000_u64, 20u64)", Weight(1000, 20)),
    ("Weight::from_parts(0x10, 0)", Weight(16)),
    ("Weight::from_ref_time(7).saturating_add(Weight::from_proof_size(8))", Weight(7, 8)),
    ("Weight::from_parts(1, 2) + Weight::from_parts(3, 4)", Weight(4, 6)),
    ("Weight::from_parts(2, 1).saturating_mul(n.into())", Weight(6, 3)),
    ("Weight::from_parts(2, 1) * (n as u64)", Weight(6, 3)),
    ("Weight::from_parts(2, 0).saturating_mul(n.into()).saturating_mul(m.into())", Weight(30)),
    ("Weight::from_parts(2, 0).saturating_mul((n + 4 * m).into())", Weight(46)),
    ("Weight::from_parts(10 * n as u64, m as u64)", Weight(30, 5)),
    ("T::DbWeight::get().reads(2_u64)", Weight(16_000_000)),
    ("T::DbWeight::get().writes((2_u64).saturating_mul(n.into()))", Weight(300_000_000)),
    ("T::DbWeight::get().reads_writes(1, n.into())", Weight(158_000_000)),
    ("<T as frame_system::Config>::DbWeight::get().reads(1)", Weight(8_000_000)),
    ("RocksDbWeight::get().reads(2)", Weight(2 * ROCKSDB.read)),
    ("constants::ParityDbWeight::get().writes(1_u64)", Weight(50_000_000)),
    # as weights were while they were one number
    ("(48_134_000 as Weight).saturating_add(T::DbWeight::get().reads(1 as Weight))", Weight(56_134_000)),
    ("(10 as Weight).saturating_add((2 as Weight).saturating_mul(n as Weight))", Weight(16)),
    ("Weight::from_parts(WEIGHT_REF_TIME_PER_NANOS.saturating_mul(113_638), 0)", Weight(113_638_000)),
    ("Weight::from_parts(3 * constants::WEIGHT_REF_TIME_PER_MICROS, 0)", Weight(3_000_000)),
]


@pytest.mark.parametrize(("source", "weight"), WEIGHTS)
def test_expression(source: str, weight: Weight) -> None:
    assert weight_of(source) == weight


REFUSED = [
    ("Weight::from_parts(1, 2).saturating_sub(Weight::zero())", "`.saturating_sub` of 1 is not known in a weight"),
    ("Weight::from_parts(1)", "`Weight::from_parts` of 1 is not known in a weight"),
    ("Weight::from_parts(k.into(), 0)", "`k` is no component of this weight"),
    ("let a = 1;", "`let` is no component of this weight"),
    ("T::DbWeight::get()", "a database is no weight"),
    ("T::DbWeight::get().costs(1)", "`.costs` of 1 is nothing that a database weighs"),
    ("T::DbWeight::get().reads(Weight::zero())", "`reads` works on a number here, not on a weight"),
    ("Weight::zero() as Price", "a cast to `Price`"),
    ("Weight::zero(", "expected a name, found `end of file`"),
    ("(" * 100, "brackets nested deeper than 64"),
    ("<T as", "`<` is never closed"),
]


@pytest.mark.parametrize(("source", "problem"), REFUSED)
def test_what_is_no_part_of_a_generated_weight_is_told_with_its_line(source: str, problem: str) -> None:
    with pytest.raises(RustSourceError) as refused:
        weight_of(f"\n{source}")
    assert str(refused.value).startswith(f"a.rs:2: {problem}")
