"""Who may be drawn in a round of another shape, and who is in which group of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chain.primitives import AccountId
from pallets.federated_round.shapes.choice import Buffered, Cyclic, Hierarchical, Shape
from pallets.federated_round.shapes.storage import ShapeStorage
from pallets.federated_round.shapes.types import MAX_TURNS, Tier, Tiers, Turns
from pallets.federated_round.types import Drawn, Enrolment, Seats, TaskId
from pallets.learning.stream import Stream, seed_for

Enrolments = Mapping[AccountId, Enrolment]


def eligible(rounds: ShapeStorage, task: TaskId, shape: Shape, enrolments: Enrolments) -> Enrolments:
    """What the lottery may draw from: clients of a buffer come by themselves, and turns go round."""
    match shape:
        case Buffered():
            return {who: replace(enrolment, data=None) for who, enrolment in enrolments.items()}
        case Cyclic():
            return _whose_turn_it_may_be(rounds, task, enrolments)
    return enrolments


def are_enough(
    shape: Shape, drawn: Drawn, seats: Seats, *, are_clients_there: bool = False, hides: bool = False
) -> bool:
    """Whether a round can go on with so many; clients that are there already need not be drawn.

    hides: whether updates are hidden: then there are as many groups as the task says, each with an aggregator
    """
    needed = 0 if are_clients_there or isinstance(shape, Buffered) else seats.minimum_clients
    groups = 1
    if isinstance(shape, Hierarchical):
        groups = shape.groups if hides else shape.minimum_groups
    return len(drawn.clients) >= needed and len(drawn.aggregators) >= groups and len(drawn.validators) > 0


def take_turn(rounds: ShapeStorage, task: TaskId, drawn: Drawn) -> None:
    """Write down whose turn it is."""
    found = turns_of(rounds, task)
    rounds.turns.insert(task, replace(found, had=tuple(sorted({*found.had, *drawn.clients}))))


def deal_tiers(drawn: Drawn, groups: int, seed: bytes) -> Tiers:
    """The groups of a round: clients and aggregators, in an order drawn by the round's seed, are dealt out in turn.

    There are as many groups as have a client and an aggregator each.
    """
    count = min(groups, len(drawn.clients), len(drawn.aggregators))
    clients = dealt_in_turn(drawn.clients, count, "clients of groups", seed)
    aggregators = dealt_in_turn(drawn.aggregators, count, "aggregators of groups", seed)
    return tuple(Tier(*members) for members in zip(clients, aggregators, strict=True))


def turns_of(rounds: ShapeStorage, task: TaskId) -> Turns:
    """Whose turns there were in the cycle."""
    return rounds.turns.get(task) or Turns(0, ())


def dealt_in_turn(members: Sequence[AccountId], groups: int, what: str, seed: bytes) -> list[tuple[AccountId, ...]]:
    """The members of each group, ascending, dealt out in an order that follows from the seed and from what they are."""
    order = [members[place] for place in Stream(seed_for(what, seed)).permutation(len(members))]
    return [tuple(sorted(order[group::groups])) for group in range(groups)]


def _whose_turn_it_may_be(rounds: ShapeStorage, task: TaskId, enrolments: Enrolments) -> Enrolments:
    """Only those clients keep their offer who had no turn in this cycle; the next begins where nobody is left."""
    offering = [who for who, enrolment in enrolments.items() if enrolment.data is not None]
    found = turns_of(rounds, task)
    waiting = set(offering).difference(found.had)
    if (offering and not waiting) or len(found.had) == MAX_TURNS:
        rounds.turns.insert(task, Turns(found.cycle + 1, ()))
        waiting = set(offering)
    return {
        who: enrolment if who in waiting else replace(enrolment, data=None) for who, enrolment in enrolments.items()
    }
