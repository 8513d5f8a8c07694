"""What another implementation saw the node template of 2022 do: our composition does the same."""

from __future__ import annotations

from typing import Any

import pytest

from chain.block import Header
from chain.extrinsic import without_length_prefix
from chain.validity import TransactionInvalid
from tests.runtime.templates.recorded import Changes, State, Step, changed
from tests.runtime.templates.test_old_node_template import Old, assert_result, kinds_of, without_other_forms
from tests.vectors import load, unhex

VECTOR = load("execution/node_template.json")
SCENARIOS = {scenario["id"]: scenario for scenario in VECTOR["vectors"]}

EXTRINSIC_INDEX = b":extrinsic_index"


def genesis() -> State:
    (vector,) = load(VECTOR["about"]["genesis"])["vectors"]
    return {unhex(key): unhex(value) for key, value in vector["top"].items() if isinstance(value, str)}


def changes_of(diff: list[tuple[str, str | None]]) -> Changes:
    return without_other_forms({unhex(key): None if value is None else unhex(value) for key, value in diff})


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_step_has_the_result_the_changes_and_the_kinds_of_events_of_the_real_runtime(name: str) -> None:
    scenario = SCENARIOS[name]
    old = Old(changed(genesis(), changes_of(scenario["pre"])))
    old.runtime.initialize_block(Header.decode(unhex(scenario["header"])))
    same_as_before = {EXTRINSIC_INDEX: bytes(4)}  # the vector tells what was written, changed or not
    assert old.changes() | same_as_before == changes_of(scenario["init_diff"]) | same_as_before
    for step in scenario["steps"]:
        applied = apply(old, step)
        assert applied == step["result"], step["what"]
        assert old.changes() == changes_of(step["diff"]), step["what"]
    assert kinds_of(old.runtime) == [kind_of(each) for step in scenario["steps"] for each in step["events"]]


def kind_of(record: Any) -> tuple[str, str]:
    """Pallet and name of an event."""
    ((pallet, (event,)),) = record["event"].items()
    return pallet, event if isinstance(event, str) else next(iter(event))


def apply(old: Old, step: Any) -> str:
    recorded = unhex(step["result"])
    extrinsic = without_length_prefix(unhex(step["extrinsic"]))
    try:
        failure = old.runtime.apply_extrinsic(extrinsic)
    except TransactionInvalid as error:
        return f"0x01{error.encoded.hex()}"
    assert_result(Step(step["what"], extrinsic, None, None, recorded, {}), failure)
    result: str = step["result"]
    return result
