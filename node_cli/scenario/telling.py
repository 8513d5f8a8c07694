"""One run of a scenario from its beginning to its outcome: play, read back, compare, add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from chain.content.store import ContentStore
from node_cli.scenario.accounts import account_results, treasury_of
from node_cli.scenario.baselines import baselines_of, count_of
from node_cli.scenario.chronicle import BlockEntry, chronicle_of
from node_cli.scenario.costs import chain_cost, worker_costs
from node_cli.scenario.definition import Party, Scenario
from node_cli.scenario.outcome import Head, LessonResult, Outcome, PartyResult, Referendum
from node_cli.scenario.play import Listener, Progress, play
from node_cli.scenario.rounds import lesson_result, spans_of
from node_cli.scenario.stage import Stage
from pallets.federated_round.events import RewardThresholdChanged
from pallets.governance import Accepted


@dataclass(frozen=True, slots=True)
class Run:
    """A stage on which everything is over, and what came out of it."""

    stage: Stage
    outcome: Outcome


def run(
    scenario: Scenario, seed: int, playing: Listener, comparing: Listener, content: ContentStore | None = None
) -> Run:
    """Play a scenario and tell what came of it.

    seed: as the person gave it; playing, comparing: hear of the progress of either half
    content: where the workers keep artifacts, in memory by default
    Raises PlayError, and StrategyError where a baseline cannot be trained.
    """
    began = perf_counter()
    stage = Stage(scenario, content)
    acts = play(stage, playing)
    blocks = list(chronicle_of(stage.node))
    lessons = _compared(stage, blocks, comparing)
    best = stage.node.best
    outcome = Outcome(
        scenario=scenario.name,
        title=scenario.title,
        question=scenario.question,
        split=scenario.split,
        nouns=scenario.nouns,
        class_names=scenario.class_names,
        measure=scenario.measure,
        seed=seed,
        parties=tuple(map(_party, scenario.parties)),
        lessons=lessons,
        accounts=account_results(stage, blocks),
        treasury=treasury_of(stage),
        referendum=_referendum(blocks),
        chain=chain_cost(blocks),
        workers=worker_costs(stage),
        chapters=tuple(stage.chapters),
        genesis=stage.node.chain.genesis.hash,
        head=Head(best.number, best.hash, best.header.state_root),
        seconds=perf_counter() - began,
        exhibits=tuple(act.exhibit(stage, blocks) for act in acts),
    )
    return Run(stage, outcome)


def _compared(stage: Stage, blocks: Sequence[BlockEntry], listener: Listener) -> tuple[LessonResult, ...]:
    scenario, spans = stage.scenario, spans_of(blocks)
    done = _counter(count_of(scenario), listener)
    return tuple(
        lesson_result(stage, task, spans, baselines_of(scenario, lesson, done))
        for task, lesson in enumerate(scenario.lessons)
    )


def _counter(total: int, listener: Listener) -> Callable[[], None]:
    """Tells the listener of one more baseline each time it is called."""
    made = 0

    def one_done() -> None:
        nonlocal made
        made += 1
        listener(Progress("every party alone, and all rows in one place", made, total))

    return one_done


def _party(party: Party) -> PartyResult:
    labels = Counter(party.truth.targets)
    classes = tuple(labels[label] for label in range(party.truth.classes))
    return PartyResult(party.name, party.kind, party.is_honest, len(party.truth.rows), classes)


def _referendum(blocks: Sequence[BlockEntry]) -> Referendum:
    """The one vote of the play."""
    accepted, changed, enacted = Accepted(0, 0, 0, 0), RewardThresholdChanged(0, 0), 0
    for block in blocks:
        for event in block.events:
            if isinstance(event, Accepted):
                accepted = event
            elif isinstance(event, RewardThresholdChanged):
                changed, enacted = event, block.number
    return Referendum(changed.before, changed.after, accepted.ayes, accepted.nays, enacted)
