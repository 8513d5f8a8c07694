"""What must hold of federated rounds, whatever happens to the workers that play them."""

from __future__ import annotations

from collections import Counter
from typing import Final

from chain.primitives import Balance
from pallets.federated_round import Reason
from pallets.federated_round.events import RoundEnded, RoundStarted, Settled
from runtime.simulation.properties import Property
from runtime.simulation.simulation import Simulation

Place = tuple[int, int]
"""Task and round."""


def rounds_end_in_time(simulation: Simulation) -> str | None:
    """Every round ends, once, and at the latest when its schedule is over."""
    began, ended = dict[Place, int](), dict[Place, int]()
    for each in simulation.events:
        event = each.event
        if isinstance(event, RoundStarted):
            began[event.task, event.round] = each.number
        elif isinstance(event, RoundEnded):
            if (event.task, event.round) in ended:
                return f"task {event.task}, round {event.round} ended in two blocks"
            ended[event.task, event.round] = each.number
    rounds = simulation.node.runtime_at().federated_round
    for (task, number), first in began.items():
        longest = rounds.task(task).terms.longest
        last = ended.get((task, number), simulation.node.best.number)
        if last - first > longest:
            return f"task {task}, round {number} lasts {last - first} blocks, and {longest} are all that it may"
    return None


def nobody_is_paid_twice(simulation: Simulation) -> str | None:
    """A role is settled once, and a round pays what was promised at most, out of the task's pool."""
    settled, paid = Counter[tuple[int, int, bytes, int]](), Counter[Place]()
    for each in simulation.events:
        event = each.event
        if isinstance(event, Settled):
            settled[event.task, event.round, event.who, event.role] += 1
            paid[event.task, event.round] += event.paid
    for (task, number, who, role), times in settled.items():
        if times > 1:
            return f"task {task}, round {number}: 0x{who.hex()} is settled with {times} times as {role}"
    for task_id, task in simulation.node.runtime_at().federated_round.tasks.iter():
        for (of, number), amount in paid.items():
            if of == task_id and amount > task.terms.round_reward:
                return f"task {of}, round {number} pays {amount}, and {task.terms.round_reward} is all that it may"
    return _pools_are_right(simulation, paid)


def nobody_honest_is_guilty(simulation: Simulation) -> str | None:
    """Who follows the rules may come late, but never speaks against what it sealed, or against all others."""
    for each in simulation.events:
        event = each.event
        if isinstance(event, Settled) and event.reason in (Reason.DISSENTED, Reason.INVALID):
            return f"task {event.task}, round {event.round}: 0x{event.who.hex()} is {event.reason.name.lower()}"
    return None


def _pools_are_right(simulation: Simulation, paid: Counter[Place]) -> str | None:
    """What a task was given is what it has paid, and what it still has."""
    from pallets.federated_round.events import TaskCreated, ToppedUp

    given = Counter[int]()
    for each in simulation.events:
        if isinstance(each.event, TaskCreated):
            given[each.event.task] += each.event.pool
        elif isinstance(each.event, ToppedUp):
            given[each.event.task] += each.event.amount
    for task_id, task in simulation.node.runtime_at().federated_round.tasks.iter():
        out: Balance = sum(amount for (of, _), amount in paid.items() if of == task_id)
        if given[task_id] != out + task.pool:
            return f"task {task_id} was given {given[task_id]}, paid {out} and has {task.pool}"
    return None


ROUNDS: Final = (
    Property("in time", rounds_end_in_time),
    Property("paid once", nobody_is_paid_twice),
    Property("not guilty", nobody_honest_is_guilty),
)
"""What holds of rounds whose participants are all honest."""
