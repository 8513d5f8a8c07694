"""The forest of steps is the forest of the trainer, to the byte, at every level from which one looks at it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.scale import codec_of
from pallets.disputes.computations import training
from pallets.disputes.computations.kinds import TRAINING, LearningKinds
from pallets.disputes.computations.memory import Access
from pallets.disputes.computations.tape import Writer
from pallets.disputes.computations.training import (
    Counting,
    Deciding,
    Drawing,
    Growth,
    Reading,
    Searching,
    Training,
    TrainingState,
    Visiting,
    Writing,
    row_chunks,
)
from pallets.disputes.computations.training_replay import TrainingReplay
from pallets.disputes.computations.training_steps import TrainingSteps, encoded, level_of
from pallets.disputes.steps import ComputationRefused, StepRefused
from pallets.disputes.trace import leaf_of
from pallets.disputes.types import MAX_LEVELS, MAX_STATE, MAX_WITNESS, Computation
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_codec import encode_forest
from pallets.ml_registry.artifact import artifact_of
from tests.pallets.disputes.computations.lessons import SEED, lesson, points, training_of

PARAMETERS = ForestParameters(trees=2, max_depth=4, min_leaf=2, features_per_split=0, classes=3)


def walked(replay: TrainingReplay, steps: TrainingSteps, trees: int) -> list[TrainingState]:
    """All states of all trees, each made by the chain's step from the one before."""
    states = []
    for tree in range(trees):
        for before, reading, after in replay._tree(tree):
            assert steps.step(encoded(before), codec_of(Reading).encode(reading)) == encoded(after)
            states.append(after)
    return states


@st.composite
def trainings(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[int], ForestParameters]:
    columns, classes = draw(st.integers(1, 5)), draw(st.integers(2, 4))
    row = st.tuples(*[st.integers(0, draw(st.sampled_from([1, 5, 255])))] * columns)
    rows = draw(st.lists(row, min_size=1, max_size=25))
    labels = draw(st.lists(st.integers(0, classes - 1), min_size=len(rows), max_size=len(rows)))
    parameters = ForestParameters(
        trees=draw(st.integers(1, 2)),
        max_depth=draw(st.integers(0, 5)),
        min_leaf=draw(st.integers(1, 4)),
        features_per_split=draw(st.integers(0, columns)),
        classes=classes,
    )
    return rows, labels, parameters


@settings(max_examples=25, deadline=None)
@given(trainings(), st.sampled_from([1024, 12]))
def test_the_steps_end_in_the_forest_of_the_trainer(
    drawn: tuple[list[tuple[int, ...]], list[int], ForestParameters], chunk_bytes: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "CHUNK_BYTES", chunk_bytes)
        replay, steps, forest = lesson(*drawn)
        states = walked(replay, steps, drawn[2].trees)
        assert encoded(states[-1]) == steps.end(artifact_of(encode_forest(forest)))
        ends = [leaf_of(encoded(state)) for state in states if level_of(state) == 0]
        assert ends == [replay.trace(()).node(0, tree) for tree in range(drawn[2].trees)]


def test_each_level_is_the_one_above_seen_from_nearby() -> None:
    rows, labels = points(40)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "CHUNK_BYTES", 60)
        replay, steps, _ = lesson(rows, labels, replace(PARAMETERS, max_depth=2, trees=1))
        assert len(steps.depths) == MAX_LEVELS
        trace = replay.trace((0,))
        before = steps.start()
        for node in range(trace.stated):
            features = replay.trace((0, node))
            assert features.node(0, (1 << features.depth) - 1) == trace.node(0, node)
            for feature in range(features.stated):
                chunks = replay.trace((0, node, feature))
                assert chunks.node(0, (1 << chunks.depth) - 1) == features.node(0, feature)
                for chunk in range(chunks.stated):
                    state, witness = replay.step((0, node, feature, chunk))
                    assert state == before
                    before = steps.step(state, witness, (0, node, feature, chunk))
                    assert leaf_of(before) == chunks.node(0, chunk)
        assert before == steps.step(before, codec_of(Reading).encode(Reading(b"", (), ())))


def test_behind_the_end_of_a_large_step_nothing_goes_on() -> None:
    """Wherever a trace has more places than steps, its end repeats, for the chain as for whoever replays it."""
    rows, labels = points(40)
    replay, steps, _ = lesson(rows, labels, replace(PARAMETERS, max_depth=2, trees=3))
    trees, nodes = replay.trace(()), replay.trace((1,))
    features = replay.trace((1, 2))
    for above, end in (
        ((1, 2, features.stated), nodes.node(0, 2)),
        ((1, nodes.stated, 0), trees.node(0, 1)),
        ((1, nodes.stated + 1, 3), trees.node(0, 1)),
        ((3, 0, 0), trees.node(0, 2)),
        ((3, 1, 2), trees.node(0, 2)),
    ):
        trace = replay.trace(above)
        assert {trace.node(0, place) for place in range(1 << trace.depth)} == {end}
        for place in range(1 << trace.depth):
            state, witness = replay.step((*above, place))
            assert leaf_of(state) == end
            assert steps.step(state, witness, (*above, place)) == state
    state, witness = replay.step((1, 2, 0, 0))
    assert leaf_of(state) == nodes.node(0, 1)  # the end of the node before, and the beginning of this one
    assert steps.step(state, witness, (1, 2, 0, 0)) != state


def test_states_and_witnesses_fit_into_a_call() -> None:
    """The largest state there can be: a histogram of 256 values of 16 classes, at the end of the longest path."""
    rows, labels = points(128, columns=7, classes=16, highest=256)
    replay, _, _ = lesson(rows, labels, replace(PARAMETERS, classes=16, trees=1, max_depth=5, min_leaf=1))
    for before, reading, _after in replay._tree(0):
        assert len(codec_of(Reading).encode(reading)) <= MAX_WITNESS
        assert len(encoded(before)) <= MAX_STATE
    longest = Reading(bytes(1024), (leaf_of(b""),) * 16, (Access(bytes(256), (leaf_of(b""),) * 18),) * 3)
    assert len(codec_of(Reading).encode(longest)) <= MAX_WITNESS
    growth = Growth(2**16 - 1, Writer(bytes(64), 2**64 - 1, bytes(128)), leaf_of(b""), 2**64 - 1)
    node = training.Node(2**17, 2**17, bytes(192))
    best = training.Best(254, 255, 2**100, 2**64)
    cells = bytes(256 * 65)
    widest = Searching(growth, node, 15, bytes(255), True, best, 2**16, cells)
    assert len(encoded(widest)) <= MAX_STATE


def test_a_step_reads_only_what_belongs_to_its_state() -> None:
    rows, labels = points(40)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "CHUNK_BYTES", 60)
        replay, steps, _ = lesson(rows, labels, replace(PARAMETERS, max_depth=2, trees=1))
        kinds = set()
        for before, reading, _after in replay._tree(0):
            if type(before) in kinds:
                continue
            kinds.add(type(before))
            for wrong in _wrong(reading):
                if wrong != reading:
                    with pytest.raises(StepRefused):
                        steps.after(before, wrong)
        assert kinds == {Drawing, Visiting, Counting, Searching, Deciding, Writing}


def _wrong(reading: Reading) -> list[Reading]:
    more = replace(reading, slots=(*reading.slots[:2], Access(b"", ())))
    found = [replace(reading, slots=reading.slots[:-1]), more]
    if reading.slots:
        first, others = reading.slots[0], reading.slots[1:]
        found.append(replace(reading, slots=(replace(first, value=first.value + b"\1"), *others)))
        found.append(replace(reading, slots=(replace(first, path=first.path[1:]), *others)))
    if reading.chunk:
        found.append(replace(reading, chunk=reading.chunk[::-1]))
        found.append(replace(reading, path=reading.path[1:]))
    return found


def test_bytes_that_are_no_state_have_no_step() -> None:
    steps = TrainingSteps(training_of([(1,), (2,)], [0, 1], PARAMETERS))
    with pytest.raises(StepRefused):
        steps.step(b"\xff", codec_of(Reading).encode(Reading(b"", (), ())))


@pytest.mark.parametrize("spoil", ["a class that there is not", "a byte too few"])
def test_rows_that_teach_nothing_end_the_training(spoil: str) -> None:
    rows, labels = points(40)
    spoilt = [9 if number == 30 else label for number, label in enumerate(labels)]
    chunks = row_chunks(rows, spoilt if spoil == "a class that there is not" else labels)
    if spoil == "a byte too few":
        chunks[-1] = chunks[-1][:-1]
    root = training.tree_of_rows(chunks).root
    steps = TrainingSteps(replace(training_of(rows, labels, PARAMETERS), root=root))
    replay = TrainingReplay(steps, chunks, None)
    assert encoded(walked(replay, steps, 1)[-1]) == steps.end(None)
    assert replay.trace(()).root == replay.trace(()).node(steps.depths[0], 0)
    assert replay.trace(()).node(0, 0) == leaf_of(steps.end(None))


INPUTS = training_of([(1,)], [0], PARAMETERS)


@pytest.mark.parametrize(
    "inputs",
    [
        replace(INPUTS, rows=0),
        replace(INPUTS, rows=2**16),
        replace(INPUTS, columns=0),
        replace(INPUTS, classes=1),
        replace(INPUTS, classes=17),
        replace(INPUTS, trees=0),
        replace(INPUTS, min_leaf=0),
        replace(INPUTS, max_depth=65),
    ],
)
def test_what_no_forest_can_be_grown_with_is_refused(inputs: Training) -> None:
    with pytest.raises(ComputationRefused):
        LearningKinds().steps_of(Computation(TRAINING, codec_of(Training).encode(inputs)))


def test_the_seed_is_part_of_the_training() -> None:
    rows, labels = points(30)
    one, other = (TrainingSteps(training_of(rows, labels, PARAMETERS, seed)) for seed in (SEED, SEED[::-1]))
    assert one.start() == other.start()
    assert one.step(one.start(), _first_reading(one)) != other.step(other.start(), _first_reading(other))


def _first_reading(steps: TrainingSteps) -> bytes:
    from pallets.disputes.computations.memory import Memory

    return codec_of(Reading).encode(Reading(b"", (), (Memory(steps.memory_depth).access(0),)))
