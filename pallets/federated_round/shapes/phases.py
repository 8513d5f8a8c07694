"""How rounds of other shapes are drawn, and how a hierarchical one goes on between updates and the aggregate.

hierarchical    … REVEAL_UPDATES → COMMIT_GROUPS → REVEAL_GROUPS → COMMIT_AGGREGATES …
hidden groups   … DRAW → ANNOUNCE_KEYS … OPEN_SHARES → COMMIT_GROUPS …
buffered        … DRAW (of duties) → COMMIT_UPDATES (until the buffer is full) → REVEAL_UPDATES …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chain.primitives import AccountId, Hash
from pallets.federated_round.drawing import draw_roles
from pallets.federated_round.events import Agreed, GroupsDealt, RolesDrawn
from pallets.federated_round.phases import Course
from pallets.federated_round.sealed import majority
from pallets.federated_round.secrecy.choice import Grouped
from pallets.federated_round.shapes.buffer import fill
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical
from pallets.federated_round.shapes.drawing import are_enough, deal_tiers, eligible, take_turn
from pallets.federated_round.shapes.types import Tier
from pallets.federated_round.types import Drawn, Enrolment, Outcome, Phase, Role, RoundNumber, Stage
from pallets.federated_round.unlearning.going_on import INDEPENDENT, stayers, take_old_updates


def draw(
    course: Course, enrolments: Mapping[AccountId, Enrolment], weights: Mapping[AccountId, int], seed: Hash
) -> None:
    """Draw the roles, and ask for updates; ends the round where too few are enrolled."""
    rounds, shape, terms = course.rounds, course.task.terms.shape, course.task.terms
    again = rounds.redone.get(course.key)
    if again is not None:
        _draw_again(course, enrolments, weights, seed, again)
        return
    drawn = draw_roles(eligible(rounds, course.task_id, shape, enrolments), weights, terms.seats, seed)
    hides = isinstance(terms.secrecy, Grouped)
    if not are_enough(shape, drawn, terms.seats, hides=hides):
        course.end(Outcome.TOO_FEW_ENROLLED)
        return
    rounds.drawn.insert(course.key, drawn)
    rounds.deposit_event(RolesDrawn(*course.key, seed, drawn))
    expected = terms.seats.clients if isinstance(shape, Buffered) else len(drawn.clients)
    seeded = replace(course, round=replace(course.round, seed=seed))
    if hides:
        _hide(seeded)
        return
    seeded.ask(Stage.UPDATE, terms.schedule.train, expected)
    match shape:
        case Cyclic():
            take_turn(rounds, course.task_id, drawn)
        case Hierarchical():
            _deal(course, drawn, shape, seed)
        case Buffered():
            fill(rounds, course.key, course.task, shape)


def _draw_again(
    course: Course,
    enrolments: Mapping[AccountId, Enrolment],
    weights: Mapping[AccountId, int],
    seed: Hash,
    again: RoundNumber,
) -> None:
    """Draw who does duties in a round that does another again; its clients are those of that one who are left."""
    rounds, shape, terms = course.rounds, course.task.terms.shape, course.task.terms
    has_updates = course.task.algorithm in INDEPENDENT
    drawn = draw_roles(enrolments, weights, terms.seats, seed)
    if isinstance(shape, Buffered):
        drawn = replace(drawn, clients=())  # who delivers is one
    hides = isinstance(terms.secrecy, Grouped)
    if not are_enough(shape, drawn, terms.seats, are_clients_there=has_updates, hides=hides):
        course.end(Outcome.TOO_FEW_ENROLLED)
        return
    rounds.drawn.insert(course.key, drawn)
    rounds.deposit_event(RolesDrawn(*course.key, seed, drawn))
    stayed = tuple(stayers(rounds, course.task_id, again))
    training = rounds.course(course.task_id, again).seed
    seeded = replace(course, round=replace(course.round, seed=training))
    if hides:
        _hide(seeded)
        return
    if isinstance(shape, Hierarchical):
        clients = stayed if has_updates else drawn.clients
        _deal(course, replace(drawn, clients=clients), shape, training or seed)
    if not has_updates:
        expected = len(stayed) if isinstance(shape, Buffered) else len(drawn.clients)
        seeded.ask(Stage.UPDATE, terms.schedule.train, expected)
        return
    take_old_updates(rounds, course.key, again)
    if isinstance(shape, Hierarchical):
        ask_for_groups(seeded)
    else:
        seeded.ask(Stage.AGGREGATE, terms.schedule.aggregate, len(drawn.aggregators))


def _hide(course: Course) -> None:
    """Ask for keys: groups are dealt among those who announce some."""
    from pallets.federated_round.secrecy.phases import ask_for_keys  # what open rounds never load

    ask_for_keys(course)


def _deal(course: Course, drawn: Drawn, shape: Hierarchical, seed: Hash) -> None:
    tiers = deal_tiers(drawn, shape.groups, seed)
    course.rounds.tiers.insert(course.key, tiers)
    course.rounds.deposit_event(GroupsDealt(*course.key, tiers))


def ask_for_groups(course: Course) -> None:
    """After the updates: aggregators join those of their groups."""
    aggregators = course.rounds.holders(*course.key, Role.AGGREGATOR)
    course.ask(Stage.GROUP, course.task.terms.schedule.aggregate, len(aggregators))


def _open_groups(course: Course) -> None:
    course.begin(Phase.REVEAL_GROUPS, course.task.terms.schedule.reveal, course.round.acted)


def _agree_on_groups(course: Course) -> None:
    rounds = course.rounds
    for number, tier in enumerate(rounds.tiers.get(course.key) or ()):
        _agree_on_group(course, number, tier)
    joined = [found for found in rounds.groups_of_round(*course.key).values() if found.model is not None]
    if len(joined) < shape_of(course).minimum_groups:
        course.end(Outcome.NO_AGGREGATE)
        return
    aggregators = rounds.holders(*course.key, Role.AGGREGATOR)
    course.ask(Stage.AGGREGATE, course.task.terms.schedule.aggregate, len(aggregators))


def _agree_on_group(course: Course, number: int, tier: Tier) -> None:
    """A majority of the group's own aggregators decides; where there is none the group is left out."""
    rounds = course.rounds
    votes = {
        who: content for who, content in rounds.revealed(*course.key, Stage.GROUP).items() if who in tier.aggregators
    }
    agreed = majority(votes.values(), len(tier.aggregators))
    if agreed is None:
        return
    winner = next(who for who, content in votes.items() if content == agreed)
    rounds.agreed_groups.insert((*course.key, number), rounds.group_aggregates.get((*course.key, winner)))
    rounds.deposit_event(Agreed(*course.key, Stage.GROUP, agreed))


def shape_of(course: Course) -> Hierarchical:
    """How many groups the round has."""
    shape = course.task.terms.shape
    assert isinstance(shape, Hierarchical), "a round without groups has none of these phases"
    return shape


TRANSITIONS: Final[Mapping[Phase, Callable[[Course], None]]] = {
    Phase.COMMIT_GROUPS: _open_groups,
    Phase.REVEAL_GROUPS: _agree_on_groups,
}
