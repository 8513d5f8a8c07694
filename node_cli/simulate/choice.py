"""From names to a scenario and to properties; authors' own are `module:Class` and `module:function`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from node_cli.chosen_runtime import NotARuntime, chosen_runtime, told
from node_cli.simulate.task import FEDERATED_ROUND, WORKERS, Task
from runtime.simulation.properties import KNOWN, Property
from runtime.simulation.round_properties import ROUNDS
from runtime.simulation.scenario import Scenario
from runtime.simulation.simulation import Simulation

PROPERTIES: Final = {**KNOWN, **{each.name: each for each in ROUNDS}}
"""By name."""


class NotAScenario(ValueError):
    """What a task names is not there, or no scenario, runtime or property; the message says which."""


@lru_cache(maxsize=8)
def scenario_of(task: Task) -> Scenario:
    """The scenario of a task, with its block zero; raises NotAScenario."""
    make = _scenario_class(task.scenario)
    try:
        runtime = None if task.runtime is None else chosen_runtime(task.runtime).runtime
        scenario = make(task.validators, runtime)
        if task.blocks is not None:
            scenario.blocks = task.blocks
        _ = scenario.state
    except (NotARuntime, ValueError) as error:
        raise NotAScenario(str(error)) from None
    except Exception as error:  # the edge of an author's code, which may raise anything
        raise NotAScenario(told(error)) from error
    return scenario


def properties_of(task: Task) -> Sequence[Property] | None:
    """The properties of a task, None for the scenario's own; raises NotAScenario."""
    return tuple(_property(name) for name in task.properties) or None


def _scenario_class(name: str) -> Callable[..., Scenario]:
    if name == WORKERS:
        return Scenario
    if name == FEDERATED_ROUND:
        if find_spec("numpy") is None:
            raise NotAScenario("training needs numpy, which is not installed: pip install 'palletlab[learning]'")
        from runtime.simulation.federated_rounds import FederatedRounds  # with what trains

        return FederatedRounds
    found = _named(name, f"{name!r} is no scenario: write {FEDERATED_ROUND}, {WORKERS} or module:Class")
    if not isinstance(found, type) or not issubclass(found, Scenario):
        raise NotAScenario(f"{name} is no scenario: a class that derives from runtime.simulation.scenario.Scenario")
    return found


def _property(name: str) -> Property:
    known = PROPERTIES.get(name)
    if known is not None:
        return known
    found = _named(name, f"{name!r} is no property: write {', '.join(PROPERTIES)} or module:function")
    if isinstance(found, Property):
        return found
    if not callable(found):
        raise NotAScenario(f"{name} is no property: a function of a simulation")
    check = found

    def checked(simulation: Simulation) -> str | None:
        why = check(simulation)
        if why is not None and not isinstance(why, str):
            raise NotAScenario(f"{name} says {why!r}: a property says what does not hold as a text, or None")
        return why

    return Property(name, checked)


def _named(name: str, otherwise: str) -> object:
    """What `module:name` names, modules of the current folder included."""
    module, _, attribute = name.partition(":")
    if not attribute.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        raise NotAScenario(otherwise)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        names = vars(importlib.import_module(module))
    except Exception as error:  # the edge of an author's code, which may raise anything
        raise NotAScenario(told(error)) from error
    if attribute not in names:
        raise NotAScenario(f"{module} has no {attribute}")
    return names[attribute]
