"""Forests joined by whole trees: those of the first file, then those of the next, until all are copied.

The trees are read node by node, so that the k-th tree of the result is the tree that stands at its place in the proven
forests, to the byte; where all are more than a forest can have, the first are dropped. The result exists where all
files are canonical forests of one shape; otherwise the computation fails.
"""

from __future__ import annotations

from struct import pack
from typing import Annotated

from chain.primitives import MaxLen
from chain.record import record
from pallets.disputes.computations.compression import BLOCK_BYTES
from pallets.disputes.computations.streams import Failed, Finished, Header, Joining, StreamState, with_head
from pallets.disputes.computations.tape import EMPTY, MAX_FILES, Compress, Heads, Witness, Writer, popped
from pallets.disputes.steps import StepRefused
from pallets.learning.forest import LEAF, MAX_DEPTH, MAX_TREES, ForestKind
from pallets.learning.forest_codec import HEADER_BYTES, ForestDecodeError, ForestHeader, decode_header
from pallets.ml_registry.artifact import Artifact

_COUNT_BYTES = 2
"""The number of trees, a u16, ends the header."""

_NODE_BYTES, _CLASS_BYTES, _VALUE_BYTES = 3, 2, 5


@record
class Merging:
    """What is joined: the base version, where there is one, and the updates in ascending order of accounts."""

    forests: Annotated[tuple[Artifact, ...], MaxLen(MAX_FILES)]


class MergingProgram:
    """Copies the trees of all forests, and checks every node."""

    header = HEADER_BYTES

    def __init__(self, inputs: Merging) -> None:
        self._sizes = [forest.size for forest in inputs.forests]

    def header_of(self, file: int, data: bytes) -> Header | None:
        """The shape of a forest, and its trees."""
        try:
            return Header(data[:-_COUNT_BYTES], decode_header(data).trees)
        except ForestDecodeError:
            return None

    def begin(self, heads: Heads, header: bytes, counts: tuple[int, ...]) -> StreamState:
        """The header is written, with the number of trees that are kept."""
        trees = sum(counts)
        kept = min(trees, MAX_TREES)
        writer = Writer().written(header[:-_COUNT_BYTES] + pack("<H", kept))
        return Joining(heads, header, 0, counts[0], counts, b"", b"", False, trees - kept, writer)

    def work(self, state: StreamState, witness: Witness, compress: Compress) -> StreamState:
        """Copy the nodes that end in the next chunk; at the end of a file go to the next."""
        if not isinstance(state, Joining):
            raise StepRefused(f"{type(state).__name__} is no state of joined forests")
        if state.heads[state.file] == EMPTY:
            return self._next_file(state, compress)
        below, chunk = popped(state.heads[state.file], witness)
        reader = _Reader(decode_header(state.header), state, state.carry + chunk)
        if not reader.read():
            return Failed()
        return Joining(
            with_head(state.heads, state.file, below),
            state.header,
            state.file,
            reader.left,
            state.counts,
            bytes(reader.pending),
            reader.rest,
            reader.dropped,
            reader.drop,
            state.writer.written(bytes(reader.copied), compress),
        )

    def _next_file(self, state: Joining, compress: Compress) -> StreamState:
        if state.left or state.pending or state.carry:
            return Failed()
        file = state.file + 1
        if file == len(self._sizes):
            return Finished(*state.writer.finished(compress))
        counts, drop, writer = state.counts, state.drop, state.writer
        return Joining(state.heads, state.header, file, counts[file], counts, b"", b"", False, drop, writer)

    def steps_at_most(self) -> int:
        """A step for each chunk, and one for the end of each file."""
        return sum(-(-size // BLOCK_BYTES) + 1 for size in self._sizes)


class _Reader:
    """Reads nodes from the bytes of a chunk; what is left of a node waits for the next chunk."""

    def __init__(self, shape: ForestHeader, state: Joining, data: bytes) -> None:
        self.left, self.drop, self.dropped = state.left, state.drop, state.dropped
        self.pending = bytearray(state.pending)
        self.rest = data
        self.copied = bytearray()
        self._features, self._classes = shape.features, shape.classes
        self._is_classifier = shape.kind is ForestKind.CLASSIFIER

    def read(self) -> bool:
        """Read what there is; whether all of it can be nodes of as many trees as there should be."""
        while self.rest:
            if not self.pending and not self._begin_tree():
                return False
            size = self._size_of(self.rest[0])
            if len(self.rest) < size:
                return True
            node, self.rest = self.rest[:size], self.rest[size:]
            if not self._take(node):
                return False
        return True

    def _begin_tree(self) -> bool:
        if not self.left:
            return False  # bytes after the last tree
        self.left -= 1
        self.pending.append(0)
        self.dropped = self.drop > 0
        self.drop -= self.dropped
        return True

    def _size_of(self, feature: int) -> int:
        if feature != LEAF:
            return _NODE_BYTES
        return _CLASS_BYTES if self._is_classifier else _VALUE_BYTES

    def _take(self, node: bytes) -> bool:
        depth = self.pending.pop()
        if node[0] != LEAF:
            if node[0] >= self._features or depth == MAX_DEPTH:
                return False
            self.pending += bytes((depth + 1, depth + 1))
        elif self._is_classifier and node[1] >= self._classes:
            return False
        if not self.dropped:
            self.copied += node
        return True
