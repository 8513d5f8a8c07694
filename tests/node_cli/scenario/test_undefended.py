"""What the plain mean would have made of the same rounds."""

from __future__ import annotations

from dataclasses import replace

from node_cli.scenario.telling import Run
from node_cli.scenario.undefended import undefended
from pallets.federated_round.rules import MEAN


def test_only_a_rule_that_withstands_attackers_is_compared_with_the_plain_mean(readers: Run) -> None:
    forest, linear, network = readers.outcome.lessons
    assert forest.undefended is None
    assert network.undefended is None  # the mean is its rule
    assert linear.undefended is not None
    assert len(linear.undefended.figures) == readers.stage.scenario.rounds


def test_where_nobody_attacks_there_is_nothing_to_compare(readers: Run) -> None:
    scenario = readers.stage.scenario
    peaceful = replace(scenario, parties=tuple(replace(party, deed="", conduct=None) for party in scenario.parties))
    assert undefended(peaceful, scenario.lessons[1]) is None


def test_the_plain_mean_of_the_attacked_updates_is_worse_than_the_rule(readers: Run) -> None:
    linear = readers.outcome.lessons[1]
    assert linear.undefended is not None
    assert linear.shared is not None
    assert linear.undefended.figures[-1] < linear.shared - 10


def test_it_is_the_same_each_time(readers: Run) -> None:
    scenario = readers.stage.scenario
    assert undefended(scenario, scenario.lessons[1]) == readers.outcome.lessons[1].undefended


def test_the_mean_as_a_rule_is_its_own_comparison(readers: Run) -> None:
    scenario = readers.stage.scenario
    assert undefended(scenario, replace(scenario.lessons[1], rule=MEAN)) is None
