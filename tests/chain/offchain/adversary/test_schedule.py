"""Schedules survive MessagePack and JSON, and answer by place."""

from __future__ import annotations

import json

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.adversary.fault import OF_CHAIN, OF_RUNS, WITHIN_RUNS, Fault, FaultKind, Place
from chain.offchain.adversary.schedule import Schedule, ScheduleError
from tests.chain.offchain.adversary.strategies import faults

PLACE = Place(4, 1, "Prices")


@given(st.lists(faults(), max_size=6))
def test_a_schedule_is_what_messagepack_and_json_tell(given_faults: list[Fault]) -> None:
    schedule = Schedule(given_faults)
    assert Schedule.of(msgpack.unpackb(msgpack.Packer().pack(schedule.plain()))) == schedule
    assert Schedule.of(json.loads(json.dumps(schedule.plain()))) == schedule
    assert Schedule(reversed(given_faults)) == schedule


@given(st.lists(faults(), max_size=6), faults())
def test_each_fault_is_found_at_its_place_and_nowhere_else(others: list[Fault], fault: Fault) -> None:
    schedule = Schedule([*others, fault])
    if fault.kind in OF_CHAIN:
        assert fault in schedule.of_block(fault.place.block)
        assert fault not in schedule.of_block(fault.place.block + 1)
        assert fault not in [*schedule.of_run(fault.place), *schedule.of_submission(fault.place, fault.at)]
    elif fault.kind in OF_RUNS | WITHIN_RUNS:
        assert fault in schedule.of_run(fault.place)
        assert fault not in schedule.of_submission(fault.place, fault.at)
    else:
        assert fault in schedule.of_submission(fault.place, fault.at)
        assert fault not in schedule.of_submission(fault.place, fault.at + 1)
        assert fault not in schedule.of_run(fault.place)


def test_a_fault_that_is_given_twice_is_there_once() -> None:
    crash = Fault(FaultKind.CRASH, PLACE, 2)
    assert len(Schedule([crash, crash])) == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"version": 2, "faults": []}, "version 2; this program reads 1"),
        ({"version": 1}, "a list of faults"),
        ({"version": 1, "faults": [{"kind": "flood"}]}, "there is no fault 'flood'"),
        ({"version": 1, "faults": "run lost"}, "a list of faults"),
        ({"version": 1, "faults": [7]}, "a fault is a table, not int"),
        ([], "a list of faults"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_said(told: object, why: str) -> None:
    with pytest.raises(ScheduleError, match=why):
        Schedule.of(told)
