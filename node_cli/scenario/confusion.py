"""Which classes a model takes for which others."""

from __future__ import annotations

from dataclasses import dataclass

from node_cli.scenario.definition import Scenario
from node_cli.scenario.models import answers_of
from pallets.federated_round.strategies.answering import Answers
from pallets.learning.metrics import confusion


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts by actual class (row) and answered class (column), on the final test set."""

    counts: tuple[tuple[int, ...], ...]

    def share(self, actual: int, answered: int) -> float:
        """The part of a class's rows that was answered so; 0 where it has none."""
        return self.counts[actual][answered] / (sum(self.counts[actual]) or 1)

    def worst(self) -> tuple[int, int]:
        """The actual and the answered class that were mixed up most often, by share; the first of equals."""
        classes = range(len(self.counts))
        pairs = [(actual, answered) for actual in classes for answered in classes if actual != answered]
        return max(pairs, key=lambda pair: self.share(*pair))


def confusion_of(scenario: Scenario, model: Answers) -> Confusion | None:
    """The confusion of a model; None where it answers values."""
    final = scenario.final
    if not final.classes:
        return None
    return Confusion(confusion(answers_of(model, final.rows), final.targets, final.classes))
