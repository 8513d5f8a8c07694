"""The states of a computation over files, made again from the files by somebody who has them.

Each compression is made once, and so is each state; of every 256th the state itself is kept, so that one in the middle
is made again in a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from chain.scale import codec_of
from pallets.disputes.computations.compression import BLOCK_BYTES, chains_of, compress
from pallets.disputes.computations.streams import (
    Adding,
    Failed,
    Finished,
    Heading,
    Joining,
    StreamState,
    StreamSteps,
    Summing,
    Unrolling,
    encoded,
)
from pallets.disputes.computations.tape import EMPTY, Compress, Witness, chunks_of
from pallets.disputes.trace import Trace, leaf_of

KEPT: Final = 256
"""Steps from one state that is kept to the next."""

NOTHING: Final = Witness(b"", b"")
"""What a step reads that reads nothing."""


class StreamReplay:
    """The trace of a computation over files, and what each step reads."""

    def __init__(self, steps: StreamSteps, files: Sequence[bytes]) -> None:
        """files: the bytes of `steps.files`"""
        self._steps = steps
        self._files = files
        self._chains: list[list[bytes]] = []
        self._chunks: dict[Hash, Witness] = {}
        self._states: list[StreamState] = []
        self._trace: Trace | None = None

    def trace(self, above: Sequence[int]) -> Trace:
        """The trace of the only level there is."""
        if self._trace is None:
            self._prepare()
            leaves = []
            for place, state in enumerate(self._walk(self._steps.first())):
                if place % KEPT == 0:
                    self._states.append(state)
                if place:
                    leaves.append(leaf_of(encoded(state)))
            self._trace = Trace(leaves, self._steps.depths[0])
        return self._trace

    def step(self, places: Sequence[int]) -> tuple[bytes, bytes]:
        """The state before a step, and what the step reads."""
        self.trace(())
        (place,) = places
        kept = min(place // KEPT, len(self._states) - 1)
        state = self._states[kept]
        for number, found in enumerate(self._walk(state), kept * KEPT):
            state = found
            if number == place:
                break
        return encoded(state), self._read(state)

    def _read(self, state: StreamState) -> bytes:
        """What a step reads, as it is shown to the chain."""
        return codec_of(Witness).encode(self._witness(state))

    def _prepare(self) -> None:
        for data in self._files:
            stack = EMPTY
            self._chains.append(chains_of(data))
            for chunk in reversed(chunks_of(data, self._steps.program.header)):
                above = Hash(blake2_256(stack + chunk))
                self._chunks[above] = Witness(stack, chunk)
                stack = above

    def _walk(self, state: StreamState) -> Iterator[StreamState]:
        """A state, and all that follow it."""
        yield state
        while not isinstance(state, Finished | Failed):
            state = self._next(state)
            yield state

    def _next(self, state: StreamState) -> StreamState:
        return self._steps.after(state, self._witness(state), self._compression_of(state))

    def _witness(self, state: StreamState) -> Witness:
        match state:
            case Unrolling():
                file, block = state.tape.file, state.tape.block - 1
                read = self._files[file][block * BLOCK_BYTES : (block + 1) * BLOCK_BYTES]
                return Witness(self._chains[file][block], read)
            case Heading():
                return self._chunks[state.heads[state.file]]
            case Adding():
                return self._chunks[state.heads[state.client]]
            case Summing():
                return self._chunks[state.heads[state.file]]
            case Joining():
                return self._chunks.get(state.heads[state.file], NOTHING)
        return NOTHING

    def _compression_of(self, state: StreamState) -> Compress:
        """Blake2b's; while files are unrolled, what their chains are known to be."""
        if not isinstance(state, Unrolling):
            return compress
        after = self._chains[state.tape.file][state.tape.block]
        return lambda _chain, _block, _taken, _is_last: after
