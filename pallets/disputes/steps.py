"""What a computation must be that one can argue about: deterministic steps between states of a bounded size."""

from __future__ import annotations

import struct
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
    a trace of the first level has the states after its large steps; each of these is a trace of the next level.
    """

    @property
    def depths(self) -> tuple[int, ...]:
        """Of the trace of each level, the coarsest first; a trace of depth d has 2^d steps, or fewer that repeat."""
        ...

    def start(self) -> bytes:
        """The state before the first step."""
        ...

    def end(self, result: Artifact | None) -> bytes:
        """The state after the last step of a computation with this result; raises ComputationRefused."""
        ...

    def step(self, state: bytes, witness: bytes) -> bytes:
        """The state after a step of the finest level; raises StepRefused.

        witness: what the step reads, which the state has hashes of: only one witness belongs to a state
        """
        ...


class Kinds(Protocol):
    """The kinds of computation that a chain can judge."""

    def steps_of(self, computation: Computation) -> Steps:
        """The steps of a computation; raises ComputationRefused."""
        ...
