"""Weight formulas by name, and how a runtime puts others in a pallet's place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import U32
from pallets.frame import Origin, Pallet, call, call_of, config
from pallets.frame.composition import Composition
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import U64_MAX, Weight, db
from pallets.frame.weight_info import (
    PARITYDB,
    ROCKSDB,
    DbWeight,
    WeightError,
    WeightInfo,
    benchmarked,
    formula,
)

WEIGHTS = WeightInfo({"set": formula(1000, 20, reads=1, writes=2), "fill": formula(500).per("n", 7, 3, writes=1)})
DEARER = WeightInfo({"set": formula(2000), "fill": formula(9).per("n", 1), "more": formula()}, source="dear.rs")


@config
class Config:
    """What the runtime supplies."""

    weights: WeightInfo = WEIGHTS
    extra: U32 = 5


def fill_weight(config: Config, count: U32) -> Weight:
    return config.weights.of("fill", n=count)


def extra_weight(config: Config) -> Weight:
    return Weight(config.extra)


class Filler(Pallet[Config]):
    @call(0, weight=benchmarked("set"))
    def set(self, origin: Origin) -> None:
        """Cost what the formula says."""

    @call(1, weight=fill_weight)
    def fill(self, origin: Origin, count: U32) -> None:
        """Cost what the formula says of so many."""

    @call(2, weight=extra_weight)
    def more(self, origin: Origin) -> None:
        """Cost what a constant says."""


class Runtime(MockRuntime):
    def __init__(self, weights: WeightInfo) -> None:
        super().__init__()
        self.filler = Filler(self, Config(weights=weights), index=1)


def weights_in(weights: WeightInfo) -> tuple[Weight, Weight, Weight]:
    filler = Runtime(weights).filler
    calls = call_of(filler.set), call_of(filler.fill, count=10), call_of(filler.more)
    return calls[0].info().call_weight, calls[1].info().call_weight, calls[2].info().call_weight


def test_calls_cost_what_the_formulas_of_their_config_say() -> None:
    expected = db(1, 2, ref_time=1000, proof_size=20), db(0, 10, ref_time=570, proof_size=30), Weight(5)
    assert weights_in(WEIGHTS) == expected


def test_a_runtime_replaces_the_formulas_and_the_other_runtime_keeps_its_own() -> None:
    assert weights_in(DEARER) == (Weight(2000), Weight(19), Weight(5))
    assert weights_in(WEIGHTS)[0] == db(1, 2, ref_time=1000, proof_size=20)


def test_the_database_is_chosen_apart_from_the_formulas() -> None:
    assert WEIGHTS.on(PARITYDB).of("set") == Weight(1000 + 8_000_000 + 100_000_000, 20)
    assert weights_in(WEIGHTS.on(DbWeight(1, 10)))[:2] == (Weight(1021, 20), Weight(670, 30))


def test_a_call_that_depends_on_no_argument_is_weighed_once_a_runtime() -> None:
    target = Runtime(WEIGHTS).filler.call_targets["set"]
    assert target.fixed_info is target.fixed_info is not None
    assert Runtime(WEIGHTS).filler.call_targets["fill"].fixed_info is None


def test_weights_that_lack_a_formula_are_refused_when_the_runtime_is_composed() -> None:
    unfit = WeightInfo({"fill": formula().per("m", 1)}, source="old.rs")
    with pytest.raises(WeightError) as refused:
        Runtime(unfit)
    assert str(refused.value) == "old.rs does not fit Filler: no weight set; fill depends on m, not on n"


def test_a_formula_is_asked_for_by_its_name_and_components() -> None:
    with pytest.raises(WeightError, match=r"declared by hand has no weight burn"):
        WEIGHTS.of("burn")
    with pytest.raises(WeightError, match=r"the weight fill depends on n, not on nothing"):
        WEIGHTS.of("fill")
    with pytest.raises(WeightError, match=r"the weight set depends on nothing, not on n"):
        WEIGHTS.of("set", n=1)


def test_single_formulas_can_be_replaced() -> None:
    changed = WEIGHTS.replacing({"set": formula(1)})
    assert (changed.of("set"), changed.of("fill", n=0), WEIGHTS.of("set").ref_time) == (
        Weight(1),
        Weight(500),
        225_001_000,
    )


@given(st.integers(0, U64_MAX), st.integers(0, U64_MAX), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_formula_is_held_at_the_largest_weight(base: int, slope: int, count: int, accesses: int) -> None:
    made = formula(base, base, reads=accesses).per("n", slope, slope, writes=accesses)
    read, write = ROCKSDB.read, ROCKSDB.write
    ref_time = base + read * accesses + (slope + write * accesses) * count
    expected = Weight(min(ref_time, U64_MAX), min(base + slope * count, U64_MAX))
    assert made.of(ROCKSDB, {"n": count}) == expected


def test_compiled_layouts_are_shared_by_the_runtimes_of_one_class_and_weights() -> None:
    one, other = Runtime(WEIGHTS), Runtime(WEIGHTS)
    assert isinstance(one, Composition)
    assert one.filler.layout is other.filler.layout
    assert one.filler.layout is not Runtime(DEARER).filler.layout
