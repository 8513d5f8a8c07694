"""The states of a training, made again from its rows by somebody who has them.

The trace of the trees takes no more than the trained forest. Only a tree that is argued about is grown again step by
step; of that, each level's trace is made as it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chain.primitives import Hash
from chain.scale import codec_of
from pallets.disputes.computations.memory import Memory
from pallets.disputes.computations.tape import Writer
from pallets.disputes.computations.training import Drawing, Grown, Reading, TrainingState, Unteachable, tree_of_rows
from pallets.disputes.computations.training_steps import TrainingSteps, encoded, level_of
from pallets.disputes.trace import Trace, leaf_of
from pallets.learning.forest import Forest
from pallets.learning.forest_codec import encode_forest, encode_tree
from pallets.ml_registry.artifact import artifact_of

NOTHING: Final = Reading(b"", (), ())
"""What a step reads that only repeats the end."""


class TrainingReplay:
    """The traces of a training, and what each step reads."""

    def __init__(self, steps: TrainingSteps, chunks: Sequence[bytes], forest: Forest | None) -> None:
        """chunks: the committed rows; forest: what they give, None where they give none"""
        self._steps = steps
        self._chunks = list(chunks)
        self._rows = tree_of_rows(self._chunks)
        self._forest = forest
        self._traces: dict[tuple[int, ...], Trace] = {}

    def trace(self, above: Sequence[int]) -> Trace:
        """The trace of trees, or of what is below one of its steps."""
        place = tuple(above)
        if place not in self._traces:
            leaves = self._leaves_below(place) if place else self._tree_leaves()
            self._traces[place] = Trace(leaves, self._steps.depths[len(place)])
        return self._traces[place]

    def step(self, places: Sequence[int]) -> tuple[bytes, bytes]:
        """The state before a step over one chunk, and what it reads."""
        *above, last = places
        for number, (before, reading, _) in enumerate(self._segment(above)):
            if number == last:
                return encoded(before), codec_of(Reading).encode(reading)
        return encoded(self._end_of(above)), codec_of(Reading).encode(NOTHING)

    def _tree_leaves(self) -> list[Hash]:
        """The state after each tree."""
        if self._forest is None:
            return [leaf_of(self._steps.end(None))]
        first, leaves = self._steps.first(), list[Hash]()
        writer = first.growth.writer if isinstance(first, Drawing) else Writer()
        for number, tree in enumerate(self._forest.trees):
            for node in _nodes_of(encode_tree(tree, self._forest.kind)):
                writer = writer.written(node)
            is_last = number + 1 == len(self._forest.trees)
            after = Grown(*writer.finished()) if is_last else self._steps.planted(number + 1, writer)
            leaves.append(leaf_of(encoded(after)))
        return leaves

    def _leaves_below(self, above: Sequence[int]) -> list[Hash]:
        level = len(above)
        ends = [leaf_of(encoded(state)) for _, _, state in self._segment(above) if level_of(state) <= level]
        return ends or [leaf_of(encoded(self._end_of(above)))]

    def _end_of(self, above: Sequence[int]) -> TrainingState:
        """The state after a step; where it stands behind the end of a trace, the end."""
        if not above:
            forest = None if self._forest is None else artifact_of(encode_forest(self._forest))
            return Unteachable() if forest is None else Grown(forest.root, forest.size)
        states = [state for *_, state in self._segment(above)]
        return states[-1] if states else self._end_of(above[:-1])

    def _segment(self, above: Sequence[int]) -> Iterator[tuple[TrainingState, Reading, TrainingState]]:
        """The finest steps below a step: the state before, what is read, the state after."""
        if above[0] >= self._steps.inputs.trees or (above[0] and self._forest is None):
            return
        counts = [0] * len(above)
        for before, reading, state in self._tree(above[0]):
            if counts[1:] == list(above[1:]):
                yield before, reading, state
            level = level_of(state)
            if level >= len(above):
                continue
            if level == 0 or counts[1:] == list(above[1:]):
                return
            counts[level] += 1
            counts[level + 1 :] = [0] * (len(above) - level - 1)

    def _tree(self, number: int) -> Iterator[tuple[TrainingState, Reading, TrainingState]]:
        """A tree grown step by step."""
        memory = Memory(self._steps.memory_depth)
        state: TrainingState = self._planted(number)
        while not isinstance(state, Grown | Unteachable):
            slots = []
            writes = self._steps.writes_of(state)
            for place in self._steps.slots_of(state):
                slots.append(memory.access(place))
                if place in writes:
                    memory.write(place, writes[place])
            chunk = self._steps.chunk_of(state)
            data = b"" if chunk is None else self._chunks[chunk]
            path = () if chunk is None else self._rows.path(chunk)
            reading = Reading(data, path, tuple(slots))
            after = self._steps.after(state, reading)
            yield state, reading, after
            state = after
            if level_of(state) == 0:
                return

    def _planted(self, number: int) -> TrainingState:
        first = self._steps.first()
        if not number or self._forest is None or not isinstance(first, Drawing):
            return first
        writer = first.growth.writer
        for tree in self._forest.trees[:number]:
            for node in _nodes_of(encode_tree(tree, self._forest.kind)):
                writer = writer.written(node)
        return self._steps.planted(number, writer)


def _nodes_of(tree: bytes) -> Iterator[bytes]:
    """The bytes of a classifier's nodes, one by one."""
    while tree:
        size = 2 if tree[0] == 255 else 3
        yield tree[:size]
        tree = tree[size:]
