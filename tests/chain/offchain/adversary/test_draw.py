"""A seed draws each fault by its place: the same everywhere, at the rates that were asked for."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.adversary.draw import Drawn, Rates
from chain.offchain.adversary.fault import OF_CHAIN, OF_RUNS, TIMED, WITHIN_RUNS, Fault, FaultKind, Place

NEVER = Rates(**dict.fromkeys(Rates().plain(), 0))
ALWAYS = Rates(**dict.fromkeys(Rates().plain(), 1000))
CRASHES = replace(NEVER, crash=1000)
PLACE = Place(5, 2, "Prices")


def test_rates_of_nothing_and_of_everything() -> None:
    never, always = Drawn(1, NEVER), Drawn(1, ALWAYS)
    assert [*never.of_run(PLACE), *never.of_submission(PLACE, 1), *never.of_block(5)] == []
    assert {fault.kind for fault in always.of_run(PLACE)} == OF_RUNS | WITHIN_RUNS
    assert {fault.kind for fault in always.of_submission(PLACE, 1)} == set(FaultKind) - OF_RUNS - WITHIN_RUNS - OF_CHAIN
    assert {fault.kind for fault in always.of_block(5)} == OF_CHAIN


@given(st.integers(0, 2**64 - 1), st.integers(1, 20), st.integers(1, 40))
def test_numbers_are_within_what_was_asked_for(seed: int, longest: int, calls: int) -> None:
    drawn = Drawn(seed, ALWAYS, longest=longest, calls=calls, validators=5)
    for fault in [*drawn.of_run(PLACE), *drawn.of_submission(PLACE, 3), *drawn.of_block(3)]:
        assert Fault.of(fault.plain()) == fault
        assert fault.blocks <= longest
        if fault.kind in WITHIN_RUNS:
            assert 1 <= fault.at <= calls
        if fault.kind is FaultKind.PARTITION:
            assert 1 <= fault.at <= 4
        assert fault.blocks >= TIMED.get(fault.kind, 0)


def test_faults_are_as_frequent_as_their_rates_and_independent() -> None:
    drawn = Drawn(9, Rates(delay=100, loss=50, duplicate=0, reorder=200, crash=20, stale=500, interleave=75))
    places = [Place(block, validator, "Prices") for block in range(200) for validator in range(50)]
    found = Counter(fault.kind for place in places for fault in drawn.of_run(place))
    expected = {
        FaultKind.RUN_LATE: 1000,
        FaultKind.RUN_LOST: 500,
        FaultKind.RUN_LAST: 2000,
        FaultKind.CRASH: 200,
        FaultKind.RUN_STALE: 5000,
        FaultKind.RUN_PAUSED: 3000,  # each run may be paused four times
    }
    assert set(found) == set(expected)
    for kind, count in expected.items():  # five standard deviations of a binomial, at most
        assert abs(found[kind] - count) < 5 * count**0.5, kind


def test_forks_and_partitions_are_as_frequent_as_their_rates() -> None:
    drawn = Drawn(9, Rates(fork=200, partition=100), validators=3)
    found = Counter((fault.kind, fault.at) for block in range(10_000) for fault in drawn.of_block(block))
    expected = {(FaultKind.FORK, 0): 2000, (FaultKind.PARTITION, 1): 500, (FaultKind.PARTITION, 2): 500}
    assert set(found) == set(expected)
    for what, count in expected.items():
        assert abs(found[what] - count) < 5 * count**0.5, what


def test_one_rate_moves_no_other_fault() -> None:
    many, few = Drawn(3, ALWAYS), Drawn(3, CRASHES)
    assert few.of_run(PLACE) == [fault for fault in many.of_run(PLACE) if fault.kind is FaultKind.CRASH]


def test_places_and_seeds_draw_apart() -> None:
    drawn = {
        tuple(fault.at for block in range(20) for fault in Drawn(seed, CRASHES).of_run(Place(block, validator, worker)))
        for seed in (1, 2)
        for validator in (1, 2)
        for worker in ("A", "B")
    }
    assert len(drawn) == 8


def test_another_process_draws_the_same() -> None:
    code = (
        "from chain.offchain.adversary.draw import Drawn; from chain.offchain.adversary.fault import Place;"
        "print([str(f) for b in range(300) for f in Drawn(4).of_run(Place(b, 1, 'Prices'))])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{[str(f) for b in range(300) for f in Drawn(4).of_run(Place(b, 1, 'Prices'))]}\n"}


@pytest.mark.parametrize("rates", [Rates(loss=1001), Rates(crash=-1)])
def test_rates_beyond_a_thousand_are_refused(rates: Rates) -> None:
    with pytest.raises(ValueError, match="of a thousand"):
        Drawn(1, rates)


@pytest.mark.parametrize(("seed", "longest", "calls"), [(-1, 1, 1), (2**64, 1, 1), (0, 0, 1), (0, 1, 0)])
def test_numbers_out_of_range_are_refused(seed: int, longest: int, calls: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Drawn(seed, longest=longest, calls=calls)
