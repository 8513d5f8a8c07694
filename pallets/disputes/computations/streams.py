"""Computations that read files from their beginnings and write one: the states that they go through.

    Unrolling ─> Heading ─> Adding, Joining, or Opening ─> Summing ─> Finished
                   └────────────┴─────────────────┴───────────┴─> Failed

A step reads one block of one file, or one chunk of one stack. It makes at most two compressions, which is its weight:
0.8 ms in Python. A state has a hash for each file and a few hundred bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Protocol

from chain.primitives import I64, I128, U16, U64, Bytes32, Enumeration, Hash, MaxLen
from chain.record import record
from chain.scale import DecodeError, codec_of
from pallets.disputes.computations.compression import BLOCK_BYTES, blocks_of, compress
from pallets.disputes.computations.tape import (
    MAX_FILES,
    Chunk,
    Compress,
    Heads,
    Tape,
    Witness,
    Writer,
    popped,
    tape_of,
    unrolled,
)
from pallets.disputes.steps import IMPOSSIBLE, ComputationRefused, StepRefused
from pallets.disputes.trace import MAX_DEPTH
from pallets.ml_registry.artifact import Artifact

WORDS: int = BLOCK_BYTES // 8
Secrets = Annotated[tuple[Bytes32, ...], MaxLen(MAX_FILES)]


class StreamState(Enumeration):
    """Where a computation stands."""


class Unrolling(StreamState):
    """Files are read from their ends."""

    tape: Tape


class Heading(StreamState):
    """Headers are read. file: the next; header: of the first file; counts: what each header counts, so far"""

    heads: Heads
    file: U16
    header: Chunk
    counts: Annotated[tuple[U64, ...], MaxLen(MAX_FILES)]


class Adding(StreamState):
    """Words are added, chunk by chunk.

    left: bytes of words that are not written; client: whose chunk is next; sums: of those before it
    """

    heads: Heads
    left: U64
    client: U16
    sums: Annotated[tuple[I128, ...], MaxLen(WORDS)]
    writer: Writer


class Joining(StreamState):
    """Trees are copied, file by file.

    header: of the first file, whose shape all have
    file: the one that is read; left: trees of it that have not begun; counts: trees of every file
    pending: depths of the nodes that are still to come of the tree that has begun, the next one last
    carry: bytes of a node that has begun; dropped: whether its tree is dropped; drop: how many more trees are
    """

    heads: Heads
    header: Chunk
    file: U16
    left: U64
    counts: Annotated[tuple[U64, ...], MaxLen(MAX_FILES)]
    pending: Annotated[bytes, MaxLen(BLOCK_BYTES)]
    carry: Chunk
    dropped: bool
    drop: U64
    writer: Writer


class Finished(StreamState):
    """The file is written."""

    root: Hash
    size: U64


class Failed(StreamState):
    """Nothing can be computed of these files."""


class Opening(StreamState):
    """What hides updates is shown: the settings that say their shape, then the secret of each dealer.

    first: the header of the first file; model: of the file that is written, nothing before the settings are read
    """

    heads: Heads
    first: Chunk
    model: Chunk
    secrets: Secrets


class Summing(StreamState):
    """Words without their masks are added, chunk by chunk.

    left: words of a masked update that are not done; file: whose chunk is next; before: the base's words
    sums: of the clients of a group so far, modulo 2^64; totals: of the groups before it
    """

    heads: Heads
    left: U64
    file: U16
    before: Annotated[tuple[I64, ...], MaxLen(WORDS)]
    sums: Annotated[tuple[U64, ...], MaxLen(WORDS)]
    totals: Annotated[tuple[I128, ...], MaxLen(WORDS)]
    secrets: Secrets
    writer: Writer


@record
class Header:
    """What the first chunk of a file says. count: of what the file has, 0 where it counts nothing"""

    shape: bytes
    count: int


class Program(Protocol):
    """What is computed of the files once they are unrolled."""

    @property
    def header(self) -> int:
        """Bytes of a file's header."""
        ...

    def header_of(self, file: int, data: bytes) -> Header | None:
        """What a file's header says; None where it is none, or does not fit the file's size."""
        ...

    def begin(self, heads: Heads, header: bytes, counts: tuple[int, ...]) -> StreamState:
        """The first state after all headers, which agree in their shapes. header: of the first file"""
        ...

    def work(self, state: StreamState, witness: Witness, compress: Compress) -> StreamState:
        """A step from a state that `begin` led to; raises StepRefused."""
        ...

    def steps_at_most(self) -> int:
        """Steps after the headers."""
        ...


class StreamSteps:
    """The steps of a program over files."""

    def __init__(self, files: tuple[Artifact, ...], program: Program) -> None:
        """Raises ComputationRefused for no files, empty ones, and more than a trace has room for."""
        self.files = files
        self.program = program
        if not 1 <= len(files) <= MAX_FILES or not all(file.size for file in files):
            raise ComputationRefused(f"{len(files)} files, or one without bytes")
        steps = sum(blocks_of(file.size) for file in files) + len(files) + program.steps_at_most()
        self._depth = (steps - 1).bit_length()
        if self._depth > MAX_DEPTH:
            raise ComputationRefused(f"{steps} steps, more than a trace has room for")

    @property
    def depths(self) -> tuple[int, ...]:
        """One level: every step is small."""
        return (self._depth,)

    def work(self, level: int) -> int:
        """All steps there can be."""
        return 1 << self._depth

    def first(self) -> StreamState:
        """The state before the first step."""
        return Unrolling(tape_of(self.files))

    def start(self) -> bytes:
        """The same, as bytes."""
        return encoded(self.first())

    def end(self, result: Artifact | None) -> bytes:
        """Where a computation with this result ends."""
        return encoded(Failed() if result is None else Finished(result.root, result.size))

    def step(self, state: bytes, witness: bytes, places: Sequence[int] = ()) -> bytes:
        """The state after a step, wherever it stands; raises StepRefused."""
        try:
            before: StreamState = codec_of(StreamState).decode(state)
            read: Witness = codec_of(Witness).decode(witness)
        except DecodeError as error:
            raise StepRefused(str(error)) from None
        try:
            return encoded(self.after(before, read))
        except StepRefused:
            raise
        except IMPOSSIBLE as error:
            raise StepRefused(f"no computation leads to this {type(before).__name__}: {error}") from None

    def after(self, state: StreamState, witness: Witness, compress: Compress = compress) -> StreamState:
        """The same for records. compress: Blake2b's, or one that remembers"""
        match state:
            case Unrolling():
                tape = unrolled(state.tape, self.files, self.program.header, witness, compress)
                return Heading(tape.heads, 0, b"", ()) if tape.file == len(self.files) else Unrolling(tape)
            case Heading():
                return self._headed(state, witness)
            case Finished() | Failed():
                return state
        return self.program.work(state, witness, compress)

    def _headed(self, state: Heading, witness: Witness) -> StreamState:
        below, data = popped(state.heads[state.file], witness)
        found = self.program.header_of(state.file, data)
        first = found if state.file == 0 else self.program.header_of(0, state.header)
        if found is None or first is None or found.shape != first.shape:
            return Failed()
        heads = with_head(state.heads, state.file, below)
        counts, header = (*state.counts, found.count), state.header or data
        if state.file + 1 == len(self.files):
            return self.program.begin(heads, header, counts)
        return Heading(heads, state.file + 1, header, counts)


def with_head(heads: Heads, file: int, head: Hash) -> Heads:
    """The stacks with another one for a file."""
    return (*heads[:file], head, *heads[file + 1 :])


def encoded(state: StreamState) -> bytes:
    """The bytes that stand for a state."""
    return codec_of(StreamState).encode(state)
