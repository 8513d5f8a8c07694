"""Faults are plain data, and data that tells of none is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.offchain.adversary.fault import (
    OF_CHAIN,
    TIMED,
    WITHOUT_AT,
    BadFault,
    Fault,
    FaultKind,
    Place,
    chain_place,
    name_of,
)
from chain.offchain.hook import Trigger, WorkerHook
from tests.chain.offchain.adversary.strategies import faults

PLACE = Place(7, 3, "Prices")


@given(faults())
def test_a_fault_is_what_its_plain_form_tells(fault: Fault) -> None:
    assert Fault.of(fault.plain()) == fault


@given(
    st.recursive(st.none() | st.integers() | st.text() | st.floats(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_other_data_is_refused(told: object) -> None:
    with pytest.raises(BadFault):
        Fault.of(told)


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("missing", ["kind", "block", "validator", "worker", "at", "blocks"])
def test_what_is_missing_is_named(kind: FaultKind, missing: str) -> None:
    place = chain_place(7) if kind in OF_CHAIN else PLACE
    told = Fault(kind, place, 0 if kind in WITHOUT_AT else 1, TIMED.get(kind, 0)).plain()
    if missing not in told:
        assert (missing == "at") == (kind in WITHOUT_AT) or missing == "blocks"
        return
    del told[missing]
    with pytest.raises(BadFault, match=r"there is no fault" if missing == "kind" else missing):
        Fault.of(told)


def test_too_few_blocks_are_refused() -> None:
    told = {**Fault(FaultKind.RUN_LATE, PLACE, 0, 1).plain(), "blocks": 0}
    with pytest.raises(BadFault, match="blocks is a whole number from 1 to"):
        Fault.of(told)


def test_faults_are_told_in_words() -> None:
    assert str(Fault(FaultKind.CRASH, PLACE, 5)) == "block 7, validator 3, Prices: crash at host call 5"
    assert str(Fault(FaultKind.RUN_LOST, PLACE)) == "block 7, validator 3, Prices: run lost"
    late = Fault(FaultKind.SUBMISSION_LATE, PLACE, 2, 3)
    assert str(late) == "block 7, validator 3, Prices: submission late (the 2nd transaction), 3 blocks"
    assert str(Fault(FaultKind.SUBMISSION_LOST, PLACE, 11)).endswith("(the 11th transaction)")
    paused = Fault(FaultKind.RUN_PAUSED, PLACE, 2, 1)
    assert str(paused) == "block 7, validator 3, Prices: run paused at host call 2, 1 blocks"
    assert str(Fault(FaultKind.FORK, chain_place(4), 0, 2)) == "block 4: fork, 2 blocks"
    cut_off = Fault(FaultKind.PARTITION, chain_place(4), 3, 2)
    assert str(cut_off) == "block 4: partition of the last 3 validators, 2 blocks"


def test_what_is_about_a_block_is_about_no_run() -> None:
    told = {**Fault(FaultKind.FORK, chain_place(4), 0, 2).plain(), "validator": 1}
    with pytest.raises(BadFault, match="it is about a block, so it has no worker"):
        Fault.of(told)


def test_the_worker_of_finalized_blocks_has_a_name_of_its_own() -> None:
    assert name_of(WorkerHook("Prices")) == "Prices"
    assert name_of(WorkerHook("Prices", Trigger.FINALIZED)) == "Prices (finalized)"
