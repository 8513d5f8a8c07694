"""What a computation must be that one can argue about: deterministic steps between states of a bounded size."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, Protocol

from pallets.disputes.types import Computation
from pallets.ml_registry.artifact import Artifact

IMPOSSIBLE: Final = (ArithmeticError, IndexError, ValueError, struct.error)
"""What a state does to a step that no computation leads to: two liars can agree about any bytes, and have no step."""


class StepRefused(ValueError):
    """A witness that does not belong to the state, or bytes that are no state."""


class ComputationRefused(ValueError):
    """Inputs that nothing can be computed with, or results that such a computation never has."""


class Steps(Protocol):
    """A computation with its inputs.

    The state after its last step stays: a step from there leads to itself. Computations may be looked at from afar:
    a trace of the first level has the states after its large steps; each of these is a trace of the next level, which
    repeats its end, too, where it has fewer steps than places (`stays`).
    """

    @property
    def depths(self) -> tuple[int, ...]:
        """Of the trace of each level, the coarsest first; a trace of depth d has 2^d steps, or fewer that repeat."""
        ...

    def work(self, level: int) -> int:
        """About how many small steps one goes through who makes a trace of a level."""
        ...

    def start(self) -> bytes:
        """The state before the first step."""
        ...

    def end(self, result: Artifact | None) -> bytes:
        """The state after the last step of a computation with this result; raises ComputationRefused."""
        ...

    def step(self, state: bytes, witness: bytes, places: Sequence[int]) -> bytes:
        """The state after a step of the finest level; raises StepRefused.

        witness: what the step reads, which the state has hashes of: only one witness belongs to a state
        places: of the step in its trace and of those above it in theirs, the coarsest first
        """
        ...


def stays(level: int, places: Sequence[int]) -> bool:
    """Whether a state is the end of a large step, behind which the traces of finer levels repeat it.

    level: the coarsest at which the state ends a step; places: of the step from it, as `Steps.step` has them
    It also begins the next large step; but then it stands before the first place of every finer trace.
    """
    return any(places[level + 1 :])


class Kinds(Protocol):
    """The kinds of computation that a chain can judge."""

    def steps_of(self, computation: Computation) -> Steps:
        """The steps of a computation; raises ComputationRefused."""
        ...
