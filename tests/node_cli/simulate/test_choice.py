"""Names become scenarios, runtimes and properties; what they do not name is said in a sentence."""

from __future__ import annotations

import pytest

from node_cli.simulate import choice
from node_cli.simulate.choice import PROPERTIES, NotAScenario, properties_of, scenario_of
from node_cli.simulate.task import FEDERATED_ROUND, WORKERS, Task
from runtime.dev import DevRuntime
from runtime.simulation.federated_rounds import FederatedRounds
from runtime.simulation.scenario import Scenario
from tests.runtime.simulation import claims

HERE = "tests.runtime.simulation.claims"


def test_names_and_modules_name_scenarios() -> None:
    assert isinstance(scenario_of(Task(scenario=FEDERATED_ROUND)), FederatedRounds)
    workers = scenario_of(Task(scenario=WORKERS, validators=3, blocks=9))
    assert (type(workers), workers.blocks, len(workers.keys), workers.chosen) == (Scenario, 9, 3, DevRuntime)
    own = scenario_of(Task(scenario=WORKERS, runtime=f"{HERE}:CarefulRuntime"))
    assert own.chosen is claims.CarefulRuntime
    assert isinstance(scenario_of(Task(scenario="runtime.simulation.scenario:Scenario")), Scenario)


def test_a_scenario_is_made_once_in_a_process() -> None:
    assert scenario_of(Task(scenario=WORKERS)) is scenario_of(Task(scenario=WORKERS))


def test_names_and_modules_name_properties() -> None:
    assert properties_of(Task()) is None
    found = properties_of(Task(properties=("blocks", f"{HERE}:ONCE", f"{HERE}:paid_at_all")))
    assert found is not None
    assert found[:2] == (PROPERTIES["blocks"], claims.ONCE)
    assert found[2].name == f"{HERE}:paid_at_all"


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (Task(scenario="flood"), "'flood' is no scenario: write federated-round, workers or module:Class"),
        (Task(scenario="no.such:Thing"), "No module named"),
        (Task(scenario=f"{HERE}:Nothing"), f"{HERE} has no Nothing"),
        (Task(scenario=f"{HERE}:Claims"), "a class that derives from runtime.simulation.scenario.Scenario"),
        (Task(scenario=FEDERATED_ROUND, validators=4), "at least 5 validators, not 4"),
        (Task(scenario=WORKERS, runtime="runtime.dev:Nothing"), "is no runtime"),
        (Task(scenario=FEDERATED_ROUND, runtime="runtime.bare:Runtime"), "."),
    ],
)
def test_what_names_no_scenario_is_said(task: Task, why: str) -> None:
    with pytest.raises(NotAScenario, match=why):
        scenario_of(task)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("flood", "is no property: write blocks, states, workers, issuance, in time, paid once, not guilty or module:"),
        (f"{HERE}:PERIOD", "is no property: a function of a simulation"),
    ],
)
def test_what_names_no_property_is_said(name: str, why: str) -> None:
    with pytest.raises(NotAScenario, match=why):
        properties_of(Task(properties=(name,)))


def test_a_property_says_a_text_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "paid_once", lambda _: True)
    found = properties_of(Task(properties=(f"{HERE}:paid_once",)))
    assert found is not None
    with pytest.raises(NotAScenario, match="says True: a property says what does not hold as a text, or None"):
        found[0].check(None)  # type: ignore[arg-type]  # it is not looked at


def test_training_without_numpy_names_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda _: None)
    with pytest.raises(NotAScenario, match=r"pip install 'palletlab\[learning\]'"):
        scenario_of(Task(scenario=FEDERATED_ROUND, validators=9))
