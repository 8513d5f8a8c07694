"""Baselines train with the task's own strategy, and with the work of all."""

from __future__ import annotations

import pytest

from node_cli.scenario.baselines import baselines_of, count_of
from node_cli.scenario.models import answers_of, model_of
from node_cli.scenario.telling import Run
from pallets.federated_round.data import DataSet
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.strategies import strategy_for


def test_every_party_and_both_poolings_have_a_figure_for_each_round(hospitals: Run) -> None:
    scenario = hospitals.stage.scenario
    for lesson in hospitals.outcome.lessons:
        baselines = lesson.baselines
        assert [each.name for each in baselines.alone] == [party.name for party in scenario.parties]
        assert baselines.pooled_as_told is not None
        every = (*baselines.alone, baselines.pooled, baselines.pooled_as_told)
        assert {len(each.figures) for each in every} == {scenario.rounds}


def test_where_nobody_lies_rows_as_told_are_not_asked_about(stations: Run) -> None:
    assert all(lesson.baselines.pooled_as_told is None for lesson in stations.outcome.lessons)


def test_as_many_are_counted_as_are_trained(stations: Run) -> None:
    scenario, trained = stations.stage.scenario, list[None]()
    for lesson in scenario.lessons:
        baselines_of(scenario, lesson, lambda: trained.append(None))
    assert len(trained) == count_of(scenario)


def test_training_again_gives_the_same_figures(stations: Run) -> None:
    scenario = stations.stage.scenario
    for lesson, result in zip(scenario.lessons, stations.outcome.lessons, strict=True):
        assert baselines_of(scenario, lesson, lambda: None) == result.baselines


def test_one_round_of_a_linear_baseline_is_one_round_of_the_strategy(stations: Run) -> None:
    scenario = stations.stage.scenario
    lesson, party = scenario.lessons[1], scenario.parties[0]
    strategy = strategy_for(lesson.algorithm, encode_settings(lesson.settings))
    trained = strategy.train(DataSet.of(party.told.rows, party.told.targets), None, bytes(32))
    answers = answers_of(model_of(lesson, trained).model, scenario.final.rows)
    figure = scenario.measure.of(answers, scenario.final.targets)
    assert stations.outcome.lessons[1].baselines.alone[0].figures == (figure,)


def test_a_constant_answer_is_right_for_half_of_two_classes(hospitals: Run) -> None:
    assert [lesson.baselines.constant for lesson in hospitals.outcome.lessons] == [50, 50, 50]


def test_a_constant_answer_is_off_by_the_standard_deviation(stations: Run) -> None:
    final = stations.stage.scenario.final
    mean = sum(final.targets) / len(final.targets)
    deviation = (sum((target - mean) ** 2 for target in final.targets) / len(final.targets)) ** 0.5 / 2**16
    assert stations.outcome.lessons[0].baselines.constant == pytest.approx(deviation, rel=1e-6)


def test_a_liars_own_model_is_worse_than_a_constant_answer(hospitals: Run) -> None:
    for lesson in hospitals.outcome.lessons:
        assert lesson.baselines.alone[-1].figures[-1] < lesson.baselines.constant
