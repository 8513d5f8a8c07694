"""The mean of linear models, each counted by its samples: sixteen weights at a time, one client after the other.

A chunk of the mean is recomputed from the chunks at the same place of all updates, each of which its update's hash has
shown. The mean exists where all updates are linear models of one shape, whose weights and sums are within bounds;
otherwise the computation fails. What shape the task wants, its settings say, which are no part of this.
"""

from __future__ import annotations

from struct import pack, unpack
from typing import Annotated

from chain.primitives import U32, MaxLen
from chain.record import record
from pallets.disputes.computations.compression import BLOCK_BYTES
from pallets.disputes.computations.streams import (
    WORDS,
    Adding,
    Failed,
    Finished,
    Header,
    StreamState,
    with_head,
)
from pallets.disputes.computations.tape import MAX_FILES, Compress, Heads, Witness, Writer, popped
from pallets.disputes.steps import StepRefused
from pallets.learning.averaging import AveragingError, check_counts
from pallets.learning.fixed_point import INT64_MAX, INT64_MIN, Overflow, divide
from pallets.learning.linear_model import HEADER_BYTES, WEIGHT_LIMIT, LinearDecodeError, decode_header, weights_of
from pallets.ml_registry.artifact import Artifact

WORD_BYTES = 8


@record
class Weighed:
    """An update, and how many samples it counts for."""

    update: Artifact
    samples: U32


@record
class Averaging:
    """What the mean is computed of: the updates in ascending order of their clients' accounts."""

    updates: Annotated[tuple[Weighed, ...], MaxLen(MAX_FILES)]


class AveragingProgram:
    """Adds the weights of all updates, chunk by chunk, and divides each sum once."""

    header = HEADER_BYTES

    def __init__(self, inputs: Averaging) -> None:
        self._sizes = [each.update.size for each in inputs.updates]
        self._samples = [each.samples for each in inputs.updates]

    def header_of(self, file: int, data: bytes) -> Header | None:
        """The shape of a model that has all the bytes of its update."""
        try:
            _, features, classes = decode_header(data)
            check_counts(len(self._samples), self._samples)
        except (AveragingError, LinearDecodeError, Overflow):
            return None
        fits = self._sizes[file] == HEADER_BYTES + WORD_BYTES * weights_of(features, classes)
        return Header(data, 0) if fits else None

    def begin(self, heads: Heads, header: bytes, counts: tuple[int, ...]) -> StreamState:
        """The header is written, and no weight is."""
        return Adding(heads, self._sizes[0] - HEADER_BYTES, 0, (), Writer().written(header))

    def work(self, state: StreamState, witness: Witness, compress: Compress) -> StreamState:
        """Add a client's chunk; after the last client's, divide the sums, and write them."""
        if not isinstance(state, Adding):
            raise StepRefused(f"{type(state).__name__} is no state of a mean")
        below, chunk = popped(state.heads[state.client], witness)
        weights, count = unpack(f"<{len(chunk) // WORD_BYTES}q", chunk), self._samples[state.client]
        if not all(-WEIGHT_LIMIT < weight < WEIGHT_LIMIT for weight in weights):
            return Failed()
        before = state.sums or (0,) * len(weights)
        sums = tuple(total + count * weight for total, weight in zip(before, weights, strict=True))
        heads = with_head(state.heads, state.client, below)
        if state.client + 1 < len(self._samples):
            return Adding(heads, state.left, state.client + 1, sums, state.writer)
        if not all(INT64_MIN <= total <= INT64_MAX for total in sums):
            return Failed()
        samples = sum(self._samples)
        mean = pack(f"<{len(sums)}q", *(divide(total, samples) for total in sums))
        writer = state.writer.written(mean, compress)
        if state.left > len(mean):
            return Adding(heads, state.left - len(mean), 0, (), writer)
        return Finished(*writer.finished(compress))

    def steps_at_most(self) -> int:
        """A step for each chunk of weights."""
        return sum(-(-size // BLOCK_BYTES) for size in self._sizes)


assert WORDS * WORD_BYTES == BLOCK_BYTES
