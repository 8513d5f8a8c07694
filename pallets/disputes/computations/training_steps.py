"""The steps of a training: each reads a chunk of rows, or at most three slots of the tree's memory.

A step looks at 128 rows at most and at 64 conditions of each, or compares 255 splits of a histogram of 16 classes as
exact integers, and hashes at most seven paths: below 5 ms in Python. Its state has at most 17 KiB, its witness 5 KiB.

Seen from afar a training is its trees; a tree is its sample, its nodes and its bytes; a node is its classes and its
features; and only then there are chunks of rows. So a dispute goes from the forest to a tree, to a node, to a feature.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from struct import pack, unpack
from typing import Final

from chain.scale import DecodeError, codec_of
from pallets.disputes.computations.memory import Access, empty_roots, read, written
from pallets.disputes.computations.splits import best_split, cells_with, is_better
from pallets.disputes.computations.tape import Writer
from pallets.disputes.computations.training import (
    CONDITION,
    MAX_CLASSES,
    MAX_ROWS,
    Counting,
    Deciding,
    Drawing,
    Grown,
    Growth,
    Node,
    Reading,
    Searching,
    Training,
    TrainingState,
    Unteachable,
    Visiting,
    Writing,
    chunk_leaf,
    rows_a_chunk,
)
from pallets.disputes.steps import IMPOSSIBLE, ComputationRefused, StepRefused, stays
from pallets.disputes.trace import root_from
from pallets.learning.forest import LEAF, Forest, ForestError, ForestKind, ForestParameters
from pallets.learning.forest_codec import encode_header
from pallets.learning.stream import Stream, seed_for
from pallets.ml_registry.artifact import Artifact

DRAWN_AT_ONCE: Final = 1024

_DECISION: Final = "<BHI"
"""Of a slot: feature u8, threshold or class u16, number of the left child u32; the right one is the next."""


class TrainingSteps:
    """The steps of one training."""

    def __init__(self, inputs: Training) -> None:
        """Raises ComputationRefused for numbers that no forest can be grown with."""
        try:
            parameters = ForestParameters(
                inputs.trees, inputs.max_depth, inputs.min_leaf, inputs.features_per_split, inputs.classes
            )
        except ForestError as error:
            raise ComputationRefused(str(error)) from None
        if not (
            1 <= inputs.rows <= MAX_ROWS and inputs.columns and inputs.trees and 2 <= inputs.classes <= MAX_CLASSES
        ):
            raise ComputationRefused(f"{inputs.rows} rows of {inputs.columns} features and {inputs.classes} classes")
        self.inputs = inputs
        self.parameters = parameters
        self.drawn_features = parameters.features_drawn(inputs.columns)
        self._each = rows_a_chunk(inputs.columns)
        self.chunks = -(-inputs.rows // self._each)
        self._rows_depth = (self.chunks - 1).bit_length()
        self._nodes: int = min(2 * inputs.rows - 1, 2 ** (inputs.max_depth + 1) - 1)
        self.memory_depth = (self.chunks + self._nodes - 1).bit_length()
        self._nothing = empty_roots(self.memory_depth)[-1]

    @property
    def depths(self) -> tuple[int, ...]:
        """Trees; the sample, nodes and bytes of one; classes and features of a node; chunks of rows."""
        draws = -(-self.inputs.rows // DRAWN_AT_ONCE)
        levels = (
            self.inputs.trees,
            self._nodes + 2,
            max(self.chunks, self._nodes, 3 + 2 * self.inputs.columns),
            max(self.chunks, draws) + 2,
        )
        return tuple((steps - 1).bit_length() for steps in levels)

    def work(self, level: int) -> int:
        """The trainer grows all trees at once, and one tree is grown step by step."""
        if level == 0:
            return self.inputs.trees * self._nodes
        draws = -(-self.inputs.rows // DRAWN_AT_ONCE)
        return self.chunks * (draws + self._nodes * (self.drawn_features + 2))

    def first(self) -> TrainingState:
        """The state before the first step: the header is written."""
        kind, columns, classes = ForestKind.CLASSIFIER, self.inputs.columns, self.inputs.classes
        header = encode_header(Forest(kind, columns, classes, 0, ()))[:-2] + pack("<H", self.inputs.trees)
        return self.planted(0, Writer().written(header))

    def planted(self, tree: int, writer: Writer) -> TrainingState:
        """The state before the first step of a tree."""
        return Drawing(Growth(tree, writer, self._nothing, 0), 0, 0, ())

    def start(self) -> bytes:
        """The first state, as bytes."""
        return encoded(self.first())

    def end(self, result: Artifact | None) -> bytes:
        """Where a training with this result ends."""
        return encoded(Unteachable() if result is None else Grown(result.root, result.size))

    def step(self, state: bytes, witness: bytes, places: Sequence[int] = ()) -> bytes:
        """The state after a step; raises StepRefused."""
        try:
            before: TrainingState = codec_of(TrainingState).decode(state)
            reading: Reading = codec_of(Reading).decode(witness)
        except DecodeError as error:
            raise StepRefused(str(error)) from None
        if stays(level_of(before), places):
            return state
        try:
            return encoded(self.after(before, reading))
        except StepRefused:
            raise
        except IMPOSSIBLE as error:
            raise StepRefused(f"no computation leads to this {type(before).__name__}: {error}") from None

    def after(self, state: TrainingState, reading: Reading) -> TrainingState:
        """The same for records."""
        match state:
            case Drawing():
                return self._draw(state, reading)
            case Visiting():
                path = self._slot(state.growth, reading, state.number)
                return Counting(state.growth, Node(state.number, state.end, path), 0, (0,) * self.inputs.classes)
            case Counting():
                return self._count(state, reading)
            case Searching():
                return self._search(state, reading)
            case Deciding():
                return self._decide(state, reading)
            case Writing():
                return self._write(state, reading)
        return state

    # What each state reads

    def chunk_of(self, state: TrainingState) -> int | None:
        """The chunk of rows that a step from here reads."""
        return state.chunk if isinstance(state, Counting | Searching) else None

    def slots_of(self, state: TrainingState) -> tuple[int, ...]:
        """The slots that a step from here reads; later ones as the earlier are left."""
        match state:
            case Drawing():
                is_last = state.drawn + DRAWN_AT_ONCE >= self.inputs.rows
                return (state.chunk,) if is_last else ()
            case Visiting():
                return (self.chunks + state.number,)
            case Counting() | Searching():
                return (state.chunk,)
            case Deciding():
                own = self.chunks + state.node.number
                first = self.chunks + state.node.end
                return (own,) if state.split is None else (own, first, first + 1)
            case Writing():
                return (self.chunks + state.pending[-1],)
        return ()

    def writes_of(self, state: TrainingState) -> dict[int, bytes]:
        """What a step from here leaves in the memory."""
        match state:
            case Drawing() if self.slots_of(state):
                counts = self._drawn(state)[0]
                return {state.chunk: pack(f"<{len(counts)}H", *counts)}
            case Deciding():
                return dict(zip(self.slots_of(state), self._written(state), strict=True))
        return {}

    # The sample

    def _draw(self, state: Drawing, reading: Reading) -> TrainingState:
        growth = state.growth
        counts, words = self._drawn(state)
        drawn = min(state.drawn + DRAWN_AT_ONCE, self.inputs.rows)
        if drawn < self.inputs.rows:
            return Drawing(replace(growth, words=words), state.chunk, drawn, counts)
        value = pack(f"<{len(counts)}H", *counts)
        access = self._accesses(reading, 1)[0]
        memory = written(growth.memory, self.memory_depth, state.chunk, access, value)
        if state.chunk + 1 < self.chunks:
            return Drawing(replace(growth, memory=memory, words=0), state.chunk + 1, 0, ())
        return Visiting(replace(growth, memory=memory, words=words), 0, 1)

    def _drawn(self, state: Drawing) -> tuple[tuple[int, ...], int]:
        """How often each row of the chunk was drawn after some more draws, and how many words were taken."""
        rows, first = self.inputs.rows, state.chunk * self._each
        stream = self._stream(state.growth)
        counts = list(state.counts) or [0] * min(self._each, rows - first)
        for row in stream.draws(min(DRAWN_AT_ONCE, rows - state.drawn), rows):
            if first <= row < first + len(counts):
                counts[row - first] += 1
        return tuple(counts), stream.at

    # Nodes

    def _count(self, state: Counting, reading: Reading) -> TrainingState:
        members = self._members(state.growth, state.node, state.chunk, reading)
        if members is None:
            return Unteachable()
        counts = list(state.counts)
        for row, times in members:
            counts[row[-1]] += times
        if state.chunk + 1 < self.chunks:
            return Counting(state.growth, state.node, state.chunk + 1, tuple(counts))
        leaf = counts.index(max(counts))
        is_mixed = sum(count > 0 for count in counts) > 1
        is_wide = sum(counts) >= 2 * self.inputs.min_leaf
        if not is_mixed or not is_wide or len(state.node.path) // CONDITION.size == self.inputs.max_depth:
            return Deciding(state.growth, state.node, leaf, None)
        count, columns, stream = self.drawn_features, self.inputs.columns, self._stream(state.growth)
        features = range(columns) if count == columns else sorted(stream.choice(count, columns))
        growth = replace(state.growth, words=stream.at)
        return Searching(growth, state.node, leaf, bytes(features), count == columns, None, 0, b"")

    def _search(self, state: Searching, reading: Reading) -> TrainingState:
        members = self._members(state.growth, state.node, state.chunk, reading)
        if members is None:
            return Unteachable()
        feature = state.features[0]
        told = ((row[feature], row[-1], times) for row, times in members)
        cells = cells_with(state.cells, told, self.inputs.classes)
        if state.chunk + 1 < self.chunks:
            return replace(state, chunk=state.chunk + 1, cells=cells)
        found = best_split(feature, cells, self.inputs.classes, self.inputs.min_leaf)
        best = found if is_better(found, state.best) else state.best
        later = replace(state, features=state.features[1:], best=best, chunk=0, cells=b"")
        if later.features:
            return later
        if best is None and not state.everything:
            return replace(later, features=bytes(range(self.inputs.columns)), everything=True)
        return Deciding(state.growth, state.node, state.leaf, best)

    def _decide(self, state: Deciding, reading: Reading) -> TrainingState:
        growth, node, places = state.growth, state.node, self.slots_of(state)
        memory = growth.memory
        accesses = self._accesses(reading, len(places))
        for place, access, value in zip(places, accesses, self._written(state), strict=True):
            memory = written(memory, self.memory_depth, place, access, value)
        end = node.end if state.split is None else node.end + 2
        grown = replace(growth, memory=memory)
        return Visiting(grown, node.number + 1, end) if node.number + 1 < end else Writing(grown, (0,))

    def _written(self, state: Deciding) -> list[bytes]:
        """The decision, and the paths of the children."""
        node, split = state.node, state.split
        if split is None:
            return [pack(_DECISION, LEAF, state.leaf, 0)]
        paths = [node.path + CONDITION.pack(split.feature, split.threshold, side) for side in range(2)]
        return [pack(_DECISION, split.feature, split.threshold, node.end), *paths]

    # Bytes

    def _write(self, state: Writing, reading: Reading) -> TrainingState:
        growth = state.growth
        feature, value, left = unpack(_DECISION, self._slot(growth, reading, state.pending[-1]))
        pending = state.pending[:-1]
        if feature == LEAF:
            data = bytes((LEAF, value))
        else:
            data, pending = pack("<BH", feature, value), (*pending, left + 1, left)
        writer = growth.writer.written(data)
        if pending:
            return Writing(replace(growth, writer=writer), pending)
        if growth.tree + 1 < self.inputs.trees:
            return self.planted(growth.tree + 1, writer)
        return Grown(*writer.finished())

    # Parts

    def _members(self, growth: Growth, node: Node, chunk: int, reading: Reading) -> Iterator[tuple[bytes, int]] | None:
        """The rows of a chunk that reach a node, and how often each is in the sample; None where they are no rows."""
        if len(reading.path) != self._rows_depth:
            raise StepRefused(f"chunk {chunk} of the rows has a path of {self._rows_depth} hashes")
        if root_from(chunk_leaf(reading.chunk), chunk, reading.path) != self.inputs.root:
            raise StepRefused(f"this is not chunk {chunk} of the rows")
        rows, width = min(self._each, self.inputs.rows - chunk * self._each), self.inputs.columns + 1
        data = reading.chunk
        if len(data) != rows * width or any(label >= self.inputs.classes for label in data[width - 1 :: width]):
            return None
        times = unpack(f"<{rows}H", read(growth.memory, self.memory_depth, chunk, self._accesses(reading, 1)[0]))
        conditions = list(CONDITION.iter_unpack(node.path))
        found = ((data[row * width : (row + 1) * width], times[row]) for row in range(rows) if times[row])
        return ((row, count) for row, count in found if _reaches(row, conditions))

    def _slot(self, growth: Growth, reading: Reading, node: int) -> bytes:
        return read(growth.memory, self.memory_depth, self.chunks + node, self._accesses(reading, 1)[0])

    def _accesses(self, reading: Reading, count: int) -> Sequence[Access]:
        if len(reading.slots) != count:
            raise StepRefused(f"{len(reading.slots)} slots for a step that reads {count}")
        return reading.slots

    def _stream(self, growth: Growth) -> Stream:
        return Stream(seed_for("tree", bytes(self.inputs.seed), growth.tree), growth.words)


def _reaches(row: bytes, conditions: Sequence[tuple[int, int, int]]) -> bool:
    return all((row[feature] > threshold) == bool(above) for feature, threshold, above in conditions)


def level_of(state: TrainingState) -> int:
    """The coarsest level at which a state is the end of a step: 0 a tree, 1 a node, 2 a feature, 3 a chunk."""
    match state:
        case Drawing():
            if state.drawn:
                return 3
            return 2 if state.chunk else 0
        case Grown() | Unteachable():
            return 0
        case Visiting():
            return 1
        case Writing():
            return 1 if state.pending == (0,) else 2
        case Deciding():
            return 2
        case Searching():
            return 3 if state.chunk else 2
        case Counting():
            return 3
    return 3


def encoded(state: TrainingState) -> bytes:
    """The bytes that stand for a state."""
    return codec_of(TrainingState).encode(state)
