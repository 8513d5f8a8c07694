"""The account of privacy: what the rounds with noise have cost each party, as the chain's ledger adds it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chain.primitives import BlockNumber
from node_cli.scenario.cast import Player
from node_cli.scenario.chronicle import BlockEntry
from node_cli.scenario.definition import Lesson
from node_cli.scenario.outcome import Exhibit, Sheet, Spending
from node_cli.scenario.rounds import labels_of, spans_of
from node_cli.scenario.stage import Deed, Stage
from pallets.federated_round.noise import MULTIPLIER_UNITS, LocalGaussian
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.privacy.budget import epsilon_of
from pallets.privacy_budget import Spending as Spent
from pallets.privacy_budget import Trainer

DELTA_EXPONENT: Final = 5
"""Epsilons hold but for a chance of one in a hundred thousand."""

NOTHING: Final = Spent(0, 0)


@dataclass(frozen=True, slots=True)
class Privacy:
    """What noise there was, and what is left to be learnt; see `acts.Act`. Nothing is done here: workers add noise."""

    def first_deeds(self, stage: Stage) -> Sequence[Deed]:
        """Nothing."""
        return ()

    def before_tasks(self, stage: Stage) -> None:
        """Nothing."""

    def before_rounds(self, stage: Stage) -> None:
        """Nothing."""

    def after_round(self, stage: Stage, number: int) -> None:
        """Nothing."""

    def exhibit(self, stage: Stage, blocks: Sequence[BlockEntry]) -> Exhibit:
        """What can be learnt of anybody's rows?"""
        task, lesson, noise = _noisy(stage)
        spans = spans_of(blocks)
        ends = [last for (number, _), (_, last) in sorted(spans.items()) if number == task]
        spent = {player: [_spent(stage, player, block) for block in ends] for player in stage.cast.parties}
        spendings = tuple(
            Spending(player.name, tuple(epsilon(each.rho) for each in after)) for player, after in spent.items()
        )
        labels = labels_of(stage.runtime.federated_round, task).values()
        rounds = tuple(f"round {number}{' again' * is_again}" for number, is_again in labels)
        rows = [
            (
                spending.name,
                *(f"{each:.1f}" for each in spending.epsilons),
                f"{spent[player][-1].unbounded}",
            )
            for player, spending in zip(spent, spendings, strict=True)
        ]
        headings = ("ε after", *rounds, "rounds without a bound")
        return Exhibit(
            name="privacy",
            question="What can be learnt of anybody's rows?",
            sentences=_sentences(stage, lesson, noise, max(spending.epsilons[-1] for spending in spendings)),
            sheets=(Sheet("", headings, tuple(rows)),),
            facts={
                "model": lesson.name,
                "clip": noise.clip / 2**WEIGHT_FRACTIONAL_BITS,
                "noise_multiplier": noise.multiplier / MULTIPLIER_UNITS,
                "delta": f"1e-{DELTA_EXPONENT}",
                "rho_by_round": {player.name: [each.rho for each in after] for player, after in spent.items()},
                "epsilon_by_round": {spending.name: list(spending.epsilons) for spending in spendings},
                "unbounded_rounds": {player.name: after[-1].unbounded for player, after in spent.items()},
            },
            spendings=spendings,
        )


def epsilon(rho: int) -> float:
    """What a spending in the ledger's units promises at the delta here, rounded up by the ledger's own arithmetic."""
    return float(epsilon_of(rho, DELTA_EXPONENT))


def is_noisy(lesson: Lesson) -> bool:
    """Whether its clients add noise to what they send."""
    return isinstance(lesson.noise, LocalGaussian)


def _noisy(stage: Stage) -> tuple[int, Lesson, LocalGaussian]:
    """The first lesson with noise; a scenario that has this act has one."""
    for task, lesson in enumerate(stage.scenario.lessons):
        if isinstance(lesson.noise, LocalGaussian):
            return task, lesson, lesson.noise
    raise ValueError(f"{stage.scenario.name} has no lesson with noise")


def _spent(stage: Stage, player: Player, block: BlockNumber) -> Spent:
    """What stands in the ledger after a block."""
    imported = stage.node.chain.at(block)
    runtime = stage.runtime if imported is None else stage.node.runtime_at(imported.hash)
    return runtime.privacy_budget.spendings.get(Trainer(player.account)) or NOTHING


def _sentences(stage: Stage, lesson: Lesson, noise: LocalGaussian, most: float) -> tuple[str, ...]:
    clip = noise.clip / 2**WEIGHT_FRACTIONAL_BITS
    deviation = 2 * clip * noise.multiplier / MULTIPLIER_UNITS
    open_names = ", ".join(each.name for each in stage.scenario.lessons if not is_noisy(each))
    return (
        f"For the {lesson.title} each of the {stage.scenario.nouns[1]} cuts its step to a length of {clip:g} and adds "
        f"discrete Gaussian noise of deviation {deviation:g} to every weight, before anybody sees it. The chain "
        f"charges each round to who trains and to the data, and adds up: at most ε = {most:.1f} at "
        f"δ = 10^-{DELTA_EXPONENT}.",
        f"Among so few that is a weak promise: more noise would drown the model. And it is of this model alone: rounds "
        f"of the others ({open_names}) add no noise, so nothing bounds what they tell, and the ledger counts them.",
    )
