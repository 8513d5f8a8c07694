"""The course of a play: stakes, models and tasks, rounds, a referendum in between, more rounds, the end.

The script only opens and closes things. What happens in a round is up to the players' workers and the pallets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from node_cli.scenario.acts import Act, acts_of
from node_cli.scenario.cast import LICENCE
from node_cli.scenario.definition import Lesson
from node_cli.scenario.economy import CHALLENGE, DISPUTE, ROUND_REWARD, SCHEDULE, STAKE, terms_of
from node_cli.scenario.stage import PlayError, Stage
from pallets.federated_round.settings import encode_settings
from pallets.federated_round.types import COURSE
from pallets.frame.call import RuntimeCall, call_of
from pallets.ml_registry import artifact_of

PHASES = len(COURSE) - 1
"""Of an open round until it has ended."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `done` of `total` steps, and what is going on."""

    text: str
    done: int
    total: int


Listener = Callable[[Progress], None]


def play(stage: Stage, listener: Listener) -> tuple[Act, ...]:
    """Play the stage's scenario to its end, with the acts that it has besides rounds; raises PlayError."""
    acts = acts_of(stage.scenario)
    rounds = stage.scenario.rounds
    last_before_vote = max(rounds // 2, 1)
    listener(_progress(stage, "stakes, models, tasks"))
    _bond(stage, acts)
    for act in acts:
        act.before_tasks(stage)
    _open_tasks(stage)
    for act in acts:
        act.before_rounds(stage)
    for number in range(rounds):
        _play_round(stage, number, listener)
        for act in acts:
            act.after_round(stage, number)
        if number + 1 == last_before_vote:
            listener(_progress(stage, "referendum"))
            _vote_on_threshold(stage)
    _close_tasks(stage)
    listener(_progress(stage, "settled"))
    return acts


def _bond(stage: Stage, acts: Sequence[Act]) -> None:
    stage.begin("Stake", f"{len(stage.cast.stakers)} accounts put tokens at stake, which answer for what they do.")
    bond = call_of(stage.runtime.staking.bond, amount=STAKE)
    first = [deed for act in acts for deed in act.first_deeds(stage)]
    stage.act(*((player, bond) for player in stage.cast.stakers), *first)


def _open_tasks(stage: Stage) -> None:
    lessons, office = stage.scenario.lessons, stage.cast.office
    stage.begin("Models and tasks", "The office registers the models, commits a test set a round, and fills the pools.")
    stage.act(*((office, _create_model(stage, lesson)) for lesson in lessons))
    stage.act(*((office, _create_task(stage, number, lesson)) for number, lesson in enumerate(lessons)))


def _create_model(stage: Stage, lesson: Lesson) -> RuntimeCall:
    description = blake2_256(f"{stage.scenario.title} {lesson.title}".encode())
    return call_of(
        stage.runtime.ml_registry.create_model,
        name=f"{stage.scenario.name}/{lesson.name}".encode(),
        algorithm=lesson.algorithm,
        licence=LICENCE,
        description=Hash(description),
    )


def _create_task(stage: Stage, number: int, lesson: Lesson) -> RuntimeCall:
    """Lesson, model and task have the same number, because nothing else was created before."""
    settings = encode_settings(lesson.settings)
    stage.node.content.put(settings)
    return call_of(
        stage.runtime.federated_round.create_task,
        model=number,
        terms=terms_of(
            artifact_of(settings),
            clients=len(stage.cast.parties),
            lesson=lesson,
            fault=stage.scenario.fault if lesson.fault is None else lesson.fault,
            challenge=CHALLENGE if stage.scenario.cartel else 0,
        ),
        pool=(stage.scenario.rounds + len(stage.scenario.spare)) * ROUND_REWARD,
        test_sets=tuple(held_out.commitment for held_out in stage.cast.held_out[number]),
    )


def _play_round(stage: Stage, number: int, listener: Listener) -> None:
    stage.begin(f"Round {number + 1}", "Enrol, draw, train, seal, reveal, aggregate, disclose, judge, settle.")
    tasks = range(len(stage.scenario.lessons))
    start = stage.runtime.federated_round.start_round
    stage.act(*((stage.cast.office, call_of(start, task=task)) for task in tasks))

    def is_over() -> bool:
        listener(_progress(stage, f"round {number + 1} of {stage.scenario.rounds}"))
        return not stage.runtime.federated_round.live.get()

    stage.wait(is_over, SCHEDULE.longest + (DISPUTE if stage.scenario.cartel else 1), f"round {number + 1}")


def _vote_on_threshold(stage: Stage) -> None:
    """Who attacks the models has nothing to gain from a lower threshold; everybody else approves it."""
    before, after = (f"{threshold / 10_000:g}" for threshold in stage.scenario.thresholds)
    stage.begin("Referendum", f"Shall improvements of {after} % pay, and not only those of {before} %?")
    governance, rounds = stage.runtime.governance, stage.runtime.federated_round
    proposal = governance.proposal_count.get()
    call = call_of(rounds.set_reward_threshold, threshold=stage.scenario.thresholds[1])
    proposer = stage.cast.parties[0]
    stage.act((proposer, call_of(governance.propose, call=call)))
    attackers = [player for player in stage.cast.parties if player.deed]
    stage.act(
        *(
            (player, call_of(governance.vote, proposal=proposal, approve=player not in attackers))
            for player in stage.cast.stakers
        )
    )
    stage.act((proposer, call_of(governance.close, proposal=proposal)))
    delay = governance.config.enactment_delay
    stage.wait(lambda: not stage.runtime.governance.proposals.contains_key(proposal), delay + 1, "the referendum")
    if stage.runtime.federated_round.reward_threshold.get() != stage.scenario.thresholds[1]:
        raise PlayError("the referendum did not change the threshold")


def _close_tasks(stage: Stage) -> None:
    stage.begin("Close", "What the pools still hold goes back to the office.")
    close = stage.runtime.federated_round.close_task
    stage.act(*((stage.cast.office, call_of(close, task=task)) for task in range(len(stage.scenario.lessons))))


def _progress(stage: Stage, text: str) -> Progress:
    """Counted in phases of rounds."""
    rounds = stage.runtime.federated_round
    first = [(place, course) for place, course in rounds.rounds.iter() if not rounds.redone.contains_key(place)]
    done = sum(COURSE.index(course.phase) for _, course in first if course is not None)
    return Progress(text, done, len(stage.scenario.lessons) * stage.scenario.rounds * PHASES)
