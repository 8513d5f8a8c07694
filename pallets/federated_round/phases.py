"""How a round goes on: from each phase to the next, at its deadline or as soon as all have acted.

    [ENROL →] DRAW → COMMIT_UPDATES → REVEAL_UPDATES → COMMIT_AGGREGATES → REVEAL_AGGREGATES
          → [CHALLENGE →] REVEAL_TEST_SET → COMMIT_EVALUATIONS → REVEAL_EVALUATIONS → ENDED

As a round begins, the chain enrols who stands for its task; where the schedule has no block in which others could, it
goes straight to the draw (`standing`). A stage that nobody could copy from, or whose task waives its seals, has no
COMMIT phase: what it asks for is stated in the REVEAL phase, which then lasts as long as the other would have
(`sealed`).

Where updates are hidden, more phases stand before and after the updates: `secrecy.phases`. In a hierarchical round
groups are joined before the root, and other shapes are drawn otherwise: `shapes.phases`.

Every transition happens between two blocks and needs nobody: who is late or absent is left behind. Once all have acted,
or the next block would be past the deadline, the phase ends with the block, where its weight is left; otherwise as the
next block begins. What depends on a hash that nobody could know waits for the block after that one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chain.primitives import U32, AccountId, BlockNumber, Hash
from chain.record import record
from pallets.federated_round.drawing import draw_roles, round_seed
from pallets.federated_round.ending import Ending, end_round
from pallets.federated_round.errors import NoTestSet, PoolTooSmall, RoundIsLive, TooManyLive, UnlearningIsDue
from pallets.federated_round.events import Agreed, PhaseBegan, RolesDrawn, RoundStarted
from pallets.federated_round.opening import asks_for_seals
from pallets.federated_round.sealed import majority
from pallets.federated_round.secrecy.choice import Open
from pallets.federated_round.settlement import contributors_of
from pallets.federated_round.shapes.choice import Buffered, Hierarchical, Synchronous
from pallets.federated_round.standing.weights import enrolling_weight
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import (
    DRAW_BLOCKS,
    MAX_ROLES,
    Judged,
    Outcome,
    Phase,
    Role,
    Round,
    RoundNumber,
    Stage,
    Task,
    TaskId,
)
from pallets.federated_round.unlearning.going_back import is_due, note_learnt
from pallets.federated_round.unlearning.going_on import INDEPENDENT, mark_redone, take_old_updates
from pallets.federated_round.worth import SampledShapley, judging_seed
from pallets.frame.arithmetic import ensure_add
from pallets.frame.error import DispatchError, ensure
from pallets.frame.weight import NO_WEIGHT, Weight, db
from pallets.ml_registry.types import Contributor


@record
class Course:
    """A live round, as a transition finds it. now: the first block whose transactions come after the transition"""

    rounds: RoundStorage
    task_id: TaskId
    number: RoundNumber
    task: Task
    round: Round
    now: BlockNumber

    @property
    def key(self) -> tuple[TaskId, RoundNumber]:
        """Where the round stands in the maps."""
        return self.task_id, self.number

    @property
    def is_over(self) -> bool:
        """Whether all have acted, or no time is left."""
        return self.round.acted >= self.round.expected or self.now >= self.round.deadline

    @property
    def may_end_early(self) -> bool:
        """Whether the phase may end with a block, and need not wait for the next to begin."""
        phase, terms = self.round.phase, self.task.terms
        is_disputable = phase is Phase.REVEAL_AGGREGATES and terms.schedule.challenge
        is_drawn_after = phase is Phase.REVEAL_TEST_SET and isinstance(terms.worth, SampledShapley)
        return phase not in _NEED_A_BLOCK and not is_disputable and not is_drawn_after

    def begin(self, phase: Phase, blocks: BlockNumber, expected: int) -> None:
        """Go to a phase that lasts `blocks` at most, from `now` on, and asks `expected` accounts to act."""
        deadline = self.now + blocks
        changed = replace(self.round, phase=phase, since=self.now, deadline=deadline, acted=0, expected=expected)
        self.rounds.rounds.insert(self.key, changed)
        self.rounds.deposit_event(PhaseBegan(*self.key, phase, deadline))

    def ask(self, stage: Stage, blocks: BlockNumber, expected: int) -> None:
        """Ask for the contents of a stage: under seals, or at once where these need none. The work takes as long."""
        are_sealed = asks_for_seals(self.rounds, self.key, stage, self.task.terms)
        self.begin(stage.commit_phase if are_sealed else stage.reveal_phase, blocks, expected)

    def end(self, outcome: Outcome, version: Hash | None = None) -> None:
        """End the round, settle it, and begin the next where the task says so."""
        end_round(self.rounds, Ending(self.key, self.task, self.round, outcome, version))
        if outcome is Outcome.TOO_FEW_ENROLLED and not self.task.terms.schedule.enrol:
            self.rounds.await_standing(self.task_id)
        if self.task.terms.automatic and outcome not in _PAUSES:
            self._begin_next()

    def _begin_next(self) -> None:
        try:
            with self.rounds.storage.transaction():
                begin_round(self.rounds, self.task_id, self.now)
        except DispatchError:
            pass  # no test set, no funds, or no algorithm: the owner starts the next round when there is


_LIGHT: Final = frozenset(
    {Phase.ENROL, Phase.COMMIT_UPDATES, Phase.COMMIT_GROUPS, Phase.COMMIT_AGGREGATES, Phase.COMMIT_EVALUATIONS}
)
"""Phases after which another always begins."""

_NEED_A_BLOCK: Final = frozenset({Phase.DRAW, Phase.CHALLENGE})
"""Phases that end as a block begins: they wait for a block's hash, or for a dispute that counts in whole blocks."""

_LOOK: Final = db(reads=2)
"""What it takes to see that a phase is not over."""

_PAUSES: Final = frozenset({Outcome.TOO_FEW_ENROLLED, Outcome.TEST_SET_WITHHELD, Outcome.TEST_SET_UNUSABLE})
"""Endings after which nothing would change without the owner."""


def begin_round(rounds: RoundStorage, task_id: TaskId, now: BlockNumber) -> int:
    """Start a task's next round; raises DispatchError where it cannot start. How many stood for it."""
    task, live = rounds.task(task_id), rounds.live.get()
    ensure(not task.is_live, RoundIsLive)
    ensure(len(live) < rounds.config.max_live, TooManyLive)
    ensure(task.pool >= task.terms.round_reward, PoolTooSmall)
    ensure(len(task.test_sets) > 0, NoTestSet)
    ensure(not is_due(rounds, task_id), UnlearningIsDue)
    rounds.config.models.require_enabled(task.algorithm)
    base = rounds.config.models.model(task.model).latest
    threshold = task.terms.reward_threshold
    if threshold is None:
        threshold = rounds.reward_threshold.get()
    number, test_set = task.rounds, task.test_sets[0]
    if task.server is not None and task.server.version == base:
        # a base that came from elsewhere has no such past: the optimiser begins anew
        rounds.server_states.insert((task_id, number), task.server.artifact)
    rounds.tasks.insert(task_id, replace(task, rounds=ensure_add(U32, number, 1), is_live=True))
    rounds.live.put((*live, task_id))
    mark_redone(rounds, task_id, number)
    rounds.stop_awaiting(task_id)
    rounds.deposit_event(RoundStarted(task_id, number, base, threshold))
    standing, enrolled = _enrol_standing(rounds, task_id, number, task)
    phase, since, blocks = Phase.ENROL, now, task.terms.schedule.enrol
    if not blocks:
        # who takes part is known when this block ends, so the draw uses the hash of the next
        phase, since, blocks = Phase.DRAW, rounds.block_number() + 1, DRAW_BLOCKS
    is_enrolling = phase is Phase.ENROL
    rounds.rounds.insert(
        (task_id, number),
        Round(
            phase=phase,
            since=since,
            deadline=since + blocks,
            acted=enrolled if is_enrolling else 0,
            expected=rounds.config.max_enrolled if is_enrolling else 1,
            enrolled=enrolled,
            base=base,
            threshold=threshold,
            test_set=test_set,
            seed=None,
            judging=None,
            outcome=None,
            version=None,
        ),
    )
    rounds.deposit_event(PhaseBegan(task_id, number, phase, since + blocks))
    return standing


def _enrol_standing(rounds: RoundStorage, task_id: TaskId, number: RoundNumber, task: Task) -> tuple[int, int]:
    """How many stand for the task, and how many of them are in the round."""
    if not rounds.standing_count.get(task_id):
        return 0, 0
    from pallets.federated_round.standing.enrolling import enrol_standing  # what most tasks never load

    return enrol_standing(rounds, task_id, number, task)


def advance(rounds: RoundStorage, task_id: TaskId, now: BlockNumber) -> Weight:
    """As a block begins, take a task's live round on where its phase is over; the weight used."""
    course = _course_of(rounds, task_id, now)
    if course is None or (course.round.phase is not Phase.DRAW and not course.is_over):
        return _LOOK
    weight = _transition_weight(course)
    _transition_of(course.round.phase)(course)
    return weight


def advance_early(rounds: RoundStorage, task_id: TaskId, now: BlockNumber, remaining: Weight) -> Weight:
    """After a block's transactions, do what `advance` would do as the next begins; the weight used.

    Nobody could act in between: participants see the next phase a block earlier, and no phase is shorter.
    remaining: weight; with less than the transition may cost, it is left to the next block
    """
    if _LOOK.exceeds(remaining):
        return NO_WEIGHT
    course = _course_of(rounds, task_id, now + 1)
    if course is None or not course.is_over or not course.may_end_early:
        return _LOOK
    weight = _transition_weight(course)
    if weight.exceeds(remaining):
        return _LOOK
    _transition_of(course.round.phase)(course)
    return weight


def _course_of(rounds: RoundStorage, task_id: TaskId, now: BlockNumber) -> Course | None:
    task = rounds.task(task_id)
    number = task.rounds - 1
    found = rounds.rounds.get((task_id, number))
    return None if found is None else Course(rounds, task_id, number, task, found, now)


def _transition_weight(course: Course) -> Weight:
    """The most that leaving a phase can cost.

    The draw looks at everybody who enrolled; the settlement counts the seal of each role, and pays or slashes its
    holder; an ended round may make the chain forget an old one, and begin another with those who stand.
    """
    found, config = course.round, course.rounds.config
    if found.phase in _LIGHT:
        return db(reads=3, writes=1)
    roles = min(3 * found.enrolled, MAX_ROLES)
    forgotten = config.max_enrolled + 3 * MAX_ROLES if course.number >= config.history else 0
    weight = db(reads=30 + 3 * found.enrolled + 10 * roles + forgotten, writes=20 + 8 * roles + forgotten)
    if course.task.terms.automatic:
        weight = weight + enrolling_weight(course.rounds.standing_count.get(course.task_id))
    if found.phase is Phase.DRAW and isinstance(course.task.terms.shape, Buffered):
        from pallets.federated_round.shapes.buffer import fill_weight

        return weight + fill_weight(course.task.terms.shape)
    return weight


def _lock(course: Course) -> None:
    """Nobody enrols any more; what block this is decides which hash the draw will use."""
    course.begin(Phase.DRAW, DRAW_BLOCKS, expected=1)


def _draw(course: Course) -> None:
    rounds, seats = course.rounds, course.task.terms.seats
    beacon = rounds.config.beacon.after(course.round.since)
    if beacon is None:
        if course.now >= course.round.deadline:
            course.end(Outcome.NO_SEED)
        return
    enrolments = rounds.enrolments_of(*course.key)
    weights = {who: rounds.config.stakes.lottery_weight(who) for who in enrolments}
    seed = round_seed(*course.key, beacon, enrolments)
    if not isinstance(course.task.terms.shape, Synchronous):
        from pallets.federated_round.shapes.phases import draw  # what synchronous rounds never load

        draw(course, enrolments, weights, seed)
        return
    drawn = draw_roles(enrolments, weights, seats, seed)
    again = rounds.redone.get(course.key)
    has_updates = again is not None and course.task.algorithm in INDEPENDENT
    too_few = not has_updates and len(drawn.clients) < seats.minimum_clients
    if too_few or not drawn.aggregators or not drawn.validators:
        course.end(Outcome.TOO_FEW_ENROLLED)
        return
    rounds.drawn.insert(course.key, drawn)
    rounds.deposit_event(RolesDrawn(*course.key, seed, drawn))
    training = seed if again is None else rounds.course(course.task_id, again).seed
    seeded = replace(course, round=replace(course.round, seed=training))
    if again is not None and has_updates:
        take_old_updates(rounds, course.key, again)
        seeded.ask(Stage.AGGREGATE, course.task.terms.schedule.aggregate, len(drawn.aggregators))
        return
    if not isinstance(course.task.terms.secrecy, Open):
        from pallets.federated_round.secrecy.phases import ask_for_keys  # what open rounds never load

        ask_for_keys(seeded)
        return
    seeded.ask(Stage.UPDATE, course.task.terms.schedule.train, len(drawn.clients))


def _open_updates(course: Course) -> None:
    course.begin(Phase.REVEAL_UPDATES, course.task.terms.schedule.reveal, course.round.acted)


def _ask_for_aggregates(course: Course) -> None:
    if course.round.acted < course.task.terms.seats.minimum_clients:
        course.end(Outcome.TOO_FEW_SURVIVORS if course.round.hides else Outcome.TOO_FEW_UPDATES)
        return
    if course.round.hides:
        from pallets.federated_round.secrecy.phases import check_masked

        check_masked(course)
        return
    if isinstance(course.task.terms.shape, Hierarchical):
        from pallets.federated_round.shapes.phases import ask_for_groups

        ask_for_groups(course)
        return
    aggregators = course.rounds.holders(*course.key, Role.AGGREGATOR)
    course.ask(Stage.AGGREGATE, course.task.terms.schedule.aggregate, len(aggregators))


def _open_aggregates(course: Course) -> None:
    course.begin(Phase.REVEAL_AGGREGATES, course.task.terms.schedule.reveal, course.round.acted)


def _agree_on_aggregate(course: Course) -> None:
    rounds = course.rounds
    winner = _winner(course, Stage.AGGREGATE)
    if winner is None:
        course.end(Outcome.NO_AGGREGATE)
        return
    rounds.agreed_aggregate.insert(course.key, rounds.aggregates.get((*course.key, winner)))
    if course.round.hides:
        from pallets.federated_round.secrecy.phases import has_sums

        if not has_sums(course):
            course.end(Outcome.TOO_FEW_SURVIVORS)
            return
    elif len(rounds.joined_clients(*course.key)) < course.task.terms.seats.minimum_clients:
        course.end(Outcome.TOO_FEW_UPDATES)
        return
    if course.task.terms.schedule.challenge:
        from pallets.federated_round.challenging import open_to_challenge  # what most tasks never load

        open_to_challenge(course)
        return
    ask_for_test_set(course)


def ask_for_test_set(course: Course) -> None:
    """The aggregate is agreed: the owner shall show what it is judged by."""
    course.begin(Phase.REVEAL_TEST_SET, course.task.terms.schedule.disclose, expected=1)


def _end_challenge(course: Course) -> None:
    from pallets.federated_round.challenging import go_on

    go_on(course)


def _ask_for_evaluations(course: Course) -> None:
    if not course.round.acted:
        course.end(Outcome.TEST_SET_WITHHELD)
        return
    if isinstance(course.task.terms.worth, SampledShapley):
        # the hash of the phase's first block: every update and every aggregate was revealed before
        beacon = course.rounds.config.beacon.after(course.round.since)
        if beacon is None or course.round.seed is None:
            if course.now >= course.round.deadline:
                course.end(Outcome.NO_SEED)
            return
        course = replace(course, round=replace(course.round, judging=judging_seed(course.round.seed, beacon)))
    validators = course.rounds.holders(*course.key, Role.VALIDATOR)
    course.ask(Stage.EVALUATION, course.task.terms.schedule.evaluate, len(validators))


def _open_evaluations(course: Course) -> None:
    course.begin(Phase.REVEAL_EVALUATIONS, course.task.terms.schedule.reveal, course.round.acted)


def _judge(course: Course) -> None:
    rounds = course.rounds
    winner = _winner(course, Stage.EVALUATION)
    if winner is None:
        course.end(Outcome.NO_VERDICT)
        return
    found = rounds.evaluations.get((*course.key, winner))
    rounds.agreed_evaluation.insert(course.key, found)
    if not isinstance(found, Judged):
        course.end(Outcome.TEST_SET_UNUSABLE)
    elif found.after - found.before < course.round.threshold:
        course.end(Outcome.BELOW_THRESHOLD)
    else:
        version = _published(course, found)
        course.end(Outcome.NOT_PUBLISHABLE if version is None else Outcome.PUBLISHED, version)


def _winner(course: Course, stage: Stage) -> AccountId | None:
    """An account that revealed what more than half of those drawn revealed; None where nothing was."""
    votes = course.rounds.revealed(*course.key, stage)
    agreed = majority(votes.values(), len(course.rounds.holders(*course.key, stage.role)))
    if agreed is None:
        return None
    course.rounds.deposit_event(Agreed(*course.key, stage, agreed))
    return next(who for who, content in votes.items() if content == agreed)


def _published(course: Course, judged: Judged) -> Hash | None:
    """The new version's id; None where the registry refuses it."""
    agreed = course.rounds.agreed_aggregate.get(course.key)
    if agreed is None or agreed.model is None:
        return None
    try:
        with course.rounds.storage.transaction():
            owners = _owners(course, judged)
            version = course.rounds.config.models.publish(
                course.task.model, agreed.model, course.round.base, judged.after, owners
            )
    except DispatchError:
        return None
    enrolments = course.rounds.enrolments
    for who in course.rounds.clients_in_model(*course.key, course.round):
        enrolment = enrolments.get((*course.key, who))
        if enrolment is not None and enrolment.data is not None:
            note_learnt(course.rounds, course.key, enrolment.data.root, version)
    return version


def _owners(course: Course, judged: Judged) -> tuple[Contributor, ...]:
    samples = course.rounds.samples_of(*course.key)
    if not course.round.hides:
        return contributors_of(course.task.terms, judged, samples)
    from pallets.federated_round.secrecy.settlement import owners_of

    ending = Ending(course.key, course.task, course.round, Outcome.PUBLISHED, None)
    return owners_of(course.rounds, ending, judged, samples)


def _transition_of(phase: Phase) -> Callable[[Course], None]:
    found = _TRANSITIONS.get(phase)
    if found is None:
        from pallets.federated_round.secrecy.phases import TRANSITIONS
        from pallets.federated_round.shapes.phases import TRANSITIONS as OF_SHAPES

        return TRANSITIONS.get(phase) or OF_SHAPES[phase]
    return found


_TRANSITIONS: Final[Mapping[Phase, Callable[[Course], None]]] = {
    Phase.ENROL: _lock,
    Phase.DRAW: _draw,
    Phase.COMMIT_UPDATES: _open_updates,
    Phase.REVEAL_UPDATES: _ask_for_aggregates,
    Phase.COMMIT_AGGREGATES: _open_aggregates,
    Phase.REVEAL_AGGREGATES: _agree_on_aggregate,
    Phase.CHALLENGE: _end_challenge,
    Phase.REVEAL_TEST_SET: _ask_for_evaluations,
    Phase.COMMIT_EVALUATIONS: _open_evaluations,
    Phase.REVEAL_EVALUATIONS: _judge,
}
