"""Forgetting a client of an averaged model exactly: back to a checkpoint from before it, and on without it.

In an average every later update has learnt from the model that the client helped to make, so nothing can be taken out:
the rounds since are done again by those who stay. The result is that of the history in which the client never was, as
long as a round depends on nothing but the state before it, its number and who takes part. (Forests need no replay:
`forest_federation.forgotten` drops trees.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State")

Step = Callable[[State, int, Sequence[bytes]], State]
"""The state after a round, from the state before, the round's number and the clients who take part in it."""


class UnlearningError(ValueError):
    """A history without a beginning, or a client that is not in it."""


@dataclass(frozen=True, slots=True)
class Checkpoint(Generic[State]):
    """The state before a round."""

    round: int
    state: State


@dataclass(frozen=True, slots=True)
class History(Generic[State]):
    """What a model went through.

    rounds: the clients of each round
    checkpoints: kept states, ascending, the first before round zero
    state: after the last round
    """

    rounds: tuple[tuple[bytes, ...], ...]
    checkpoints: tuple[Checkpoint[State], ...]
    state: State


def begun(start: State) -> History[State]:
    """The history of a model before its first round."""
    return History((), (Checkpoint(0, start),), start)


def advanced(history: History[State], clients: Sequence[bytes], step: Step[State], *, every: int) -> History[State]:
    """The history one round later; keeps the state before each `every`-th round. Nobody's round changes nothing."""
    if every < 1:
        raise UnlearningError(f"a checkpoint before every {every}th round")
    number = len(history.rounds)
    checkpoints = history.checkpoints
    if number % every == 0 and checkpoints[-1].round < number:
        checkpoints = (*checkpoints, Checkpoint(number, history.state))
    state = step(history.state, number, tuple(clients)) if clients else history.state
    return History((*history.rounds, tuple(clients)), checkpoints, state)


def rounds_to_replay(history: History[State], leaver: bytes) -> range:
    """The rounds that must be done again for a client to be forgotten."""
    joins = next((number for number, clients in enumerate(history.rounds) if leaver in clients), None)
    if joins is None:
        raise UnlearningError(f"client {leaver.hex()} took part in no round")
    return range(_before(history, joins).round, len(history.rounds))


def unlearned(history: History[State], leaver: bytes, step: Step[State], *, every: int) -> History[State]:
    """The history in which the client never was.

    every: as the history was kept
    Raises UnlearningError where the client took part in no round.
    """
    start = _before(history, rounds_to_replay(history, leaver).start)
    kept = tuple(checkpoint for checkpoint in history.checkpoints if checkpoint.round <= start.round)
    replayed = History(history.rounds[: start.round], kept, start.state)
    for clients in history.rounds[start.round :]:
        stayed = [client for client in clients if client != leaver]
        replayed = advanced(replayed, stayed, step, every=every)
    return replayed


def _before(history: History[State], number: int) -> Checkpoint[State]:
    """The newest checkpoint from before a round, or from just before it."""
    candidates = [checkpoint for checkpoint in history.checkpoints if checkpoint.round <= number]
    if not candidates:
        raise UnlearningError("the history has no checkpoint before its first round")
    return candidates[-1]
