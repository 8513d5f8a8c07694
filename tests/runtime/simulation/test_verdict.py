"""A planted bug is found by some seed, replays exactly, and shrinks to the one or two faults that it takes."""

from __future__ import annotations

import pytest

from chain.offchain.adversary.draw import Drawn, Rates
from chain.offchain.adversary.fault import FaultKind
from chain.offchain.adversary.schedule import Schedule
from runtime.construct import Runtime
from runtime.simulation.verdict import Verdict, play, shrunk_failure
from tests.runtime.simulation.claims import ALL, CarefulRuntime, LockingRuntime, TrustingRuntime, scenario

RATES = Rates(delay=20, loss=20, duplicate=20, reorder=20, crash=40, stale=20)
SEEDS = 8
"""Enough for either bug."""


def verdict(runtime: type[Runtime], seed: int) -> Verdict:
    return play(scenario(runtime), Drawn(seed, RATES), ALL)


@pytest.mark.parametrize(
    ("runtime", "broken", "kinds"),
    [
        (
            TrustingRuntime,
            "once",
            {FaultKind.RUN_TWICE, FaultKind.RUN_STALE, FaultKind.RUN_LATE, FaultKind.SUBMISSION_LATE},
        ),
        (LockingRuntime, "at all", {FaultKind.CRASH}),
    ],
)
def test_a_planted_bug_is_found_replays_and_shrinks(runtime: type[Runtime], broken: str, kinds: set[FaultKind]) -> None:
    seed, failed = next((seed, found) for seed in range(SEEDS) if (found := verdict(runtime, seed)).broken is not None)
    assert failed.broken is not None
    assert failed.broken.name == broken
    assert len(failed.faults) > 5
    assert verdict(runtime, seed) == failed
    assert play(scenario(runtime), Schedule(failed.faults), ALL) == failed
    left = shrunk_failure(scenario(runtime), failed, ALL)
    assert left.is_minimal
    assert 1 <= len(left.schedule) <= 2
    assert {fault.kind for fault in left.schedule.faults} <= kinds
    again = play(scenario(runtime), left.schedule, ALL)
    assert again.broken is not None
    assert again.broken.name == broken
    assert again.faults == left.schedule.faults
    assert play(scenario(runtime), Schedule(), ALL).broken is None


def test_a_worker_without_the_bugs_passes_the_same_seeds() -> None:
    found = [verdict(CarefulRuntime, seed) for seed in range(SEEDS)]
    assert [each.broken for each in found] == [None] * SEEDS
    assert all(len(each.faults) > 5 for each in found)
    assert len({each.head for each in found}) > 1


def test_what_holds_is_not_shrunk() -> None:
    with pytest.raises(ValueError, match="nothing failed"):
        shrunk_failure(scenario(CarefulRuntime), play(scenario(CarefulRuntime), Schedule(), ALL), ALL)
