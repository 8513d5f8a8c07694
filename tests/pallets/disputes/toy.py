"""A computation that is easy to see through: so many hashes, one after the other, each with a witness of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from chain.crypto.hashing import blake2_256
from chain.primitives import U8, U32, Hash, MaxLen
from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.disputes.steps import ComputationRefused, StepRefused, Steps, stays
from pallets.disputes.trace import Trace, leaf_of
from pallets.disputes.types import MAX_LEVELS, Computation
from pallets.ml_registry.artifact import Artifact

FAILED = b"failed"


@record
class Toy:
    """So many hashes from a seed.

    depths: of the traces; spans: hashes in a step of each level, the last one 1, each a multiple of the next
    """

    depths: Annotated[tuple[U8, ...], MaxLen(MAX_LEVELS)]
    length: U32
    seed: bytes
    spans: Annotated[tuple[U32, ...], MaxLen(MAX_LEVELS)] = ()

    def span(self, level: int) -> int:
        """Hashes in a step of a level; as many as there are places for where none is said."""
        return self.spans[level] if self.spans else 1 << sum(self.depths[level + 1 :])

    def level_of(self, number: int) -> int:
        """The coarsest level that has a state of so many hashes."""
        return next(level for level in range(len(self.depths)) if number % self.span(level) == 0)

    def work(self, level: int) -> int:
        """More than half a block's for each level."""
        return 2**13 * (level + 1)

    def start(self) -> bytes:
        return bytes(4) + self.seed.ljust(32, b".")

    def end(self, result: Artifact | None) -> bytes:
        if result is None:
            return FAILED
        if result.size != self.length:
            raise ComputationRefused("another length")
        return self.length.to_bytes(4, "little") + result.root

    def step(self, state: bytes, witness: bytes, places: Sequence[int]) -> bytes:
        if len(state) == 36 and stays(self.level_of(int.from_bytes(state[:4], "little")), places):
            return state
        return self.hashed(state, witness)

    def hashed(self, state: bytes, witness: bytes) -> bytes:
        """The state after one more hash."""
        if state == FAILED or int.from_bytes(state[:4], "little") >= self.length:
            return state
        if len(state) != 36 or witness != witness_of(state):
            raise StepRefused("another witness")
        number = int.from_bytes(state[:4], "little")
        return (number + 1).to_bytes(4, "little") + blake2_256(state[4:])


def witness_of(state: bytes) -> bytes:
    return blake2_256(b"witness" + state)[:8]


def computation_of(toy: Toy) -> Computation:
    return Computation(0, codec_of(Toy).encode(toy))


@record
class ToyKinds:
    """Only toys."""

    def steps_of(self, computation: Computation) -> Steps:
        try:
            toy: Toy = codec_of(Toy).decode(computation.inputs)
        except DecodeError as error:
            raise ComputationRefused(str(error)) from None
        if computation.kind:
            raise ComputationRefused("no toy")
        return toy


class ToyReplay:
    """All states of a toy."""

    def __init__(self, toy: Toy) -> None:
        self.toy = toy
        self.states = [toy.start()]
        for _ in range(toy.length):
            self.states.append(toy.hashed(self.states[-1], witness_of(self.states[-1])))

    @property
    def result(self) -> Artifact:
        return Artifact(b"", Hash(self.states[-1][4:]), self.toy.length)

    @property
    def end(self) -> Hash:
        return leaf_of(self.toy.end(self.result))

    def state(self, number: int) -> bytes:
        return self.states[min(number, self.toy.length)]

    def trace(self, above: Sequence[int]) -> Trace:
        first, end = self.between(above)
        span, count = self.toy.span(len(above)), 1 << self.toy.depths[len(above)]
        leaves = [leaf_of(self.state(min(first + number * span, end))) for number in range(1, count + 1)]
        while len(leaves) > 1 and leaves[-1] == leaves[-2]:
            leaves.pop()
        return Trace(leaves, self.toy.depths[len(above)])

    def between(self, above: Sequence[int]) -> tuple[int, int]:
        """How many hashes there are before and after a step."""
        first, end = 0, self.toy.length
        for level, place in enumerate(above):
            first = min(first + place * self.toy.span(level), end)
            end = min(first + self.toy.span(level), end)
        return first, end

    def step(self, places: Sequence[int]) -> tuple[bytes, bytes]:
        first, _ = self.between(places)
        return self.state(first), witness_of(self.state(first))
