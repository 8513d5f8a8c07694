"""What would have come of a lesson by the plain mean: the same rows, the same attackers, rounds after rounds.

Everybody takes part in every round, and a model is kept where it improves by the round's threshold, as on the chain.
"""

from __future__ import annotations

from node_cli.scenario.baselines import Baseline
from node_cli.scenario.definition import Lesson, Scenario
from node_cli.scenario.models import answers_of, model_of
from node_cli.scenario.wording import PLAIN_MEAN
from pallets.federated_round.data import DataSet
from pallets.federated_round.rules import MEAN, Mean
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.strategies import ClientUpdate, strategy_for
from pallets.federated_round.strategies.strategy import NOBODY
from pallets.learning.stream import seed_for


def undefended(scenario: Scenario, lesson: Lesson) -> Baseline | None:
    """The figures after each round by the plain mean; None where that is the lesson's rule, or nobody attacks it.

    Raises StrategyError where the rows cannot be trained on.
    """
    if isinstance(lesson.rule, Mean) or all(party.conduct is None for party in scenario.parties):
        return None
    strategy = strategy_for(lesson.algorithm, encode_settings(lesson.settings), MEAN)
    base: bytes | None = None
    figures = []
    for number, judging in enumerate(scenario.judging):
        updates = []
        for place, party in enumerate(scenario.parties):
            seed = seed_for("undefended", scenario.seed, lesson.name, number, place)
            update = strategy.train(DataSet.of(party.told.rows, party.told.targets), base, seed)
            if party.conduct is not None:
                update = party.conduct.update(lesson.algorithm, base, update)
            updates.append(ClientUpdate(NOBODY, len(party.told.rows), update))
        candidate = strategy.aggregate(updates, base).model
        judged = strategy.evaluate(updates, base, candidate, DataSet.of(judging.rows, judging.targets))
        if base is None or judged.after - judged.before >= min(scenario.thresholds):
            base = candidate
        figures.append(
            scenario.measure.of(answers_of(model_of(lesson, base).model, scenario.final.rows), scenario.final.targets)
        )
    return Baseline(PLAIN_MEAN, tuple(figures))
