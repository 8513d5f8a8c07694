"""The forest of steps is the forest that aggregators join, and fails where they cannot join one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.disputes.computations import merging
from pallets.disputes.computations.merging import Merging, MergingProgram
from pallets.disputes.computations.streams import Adding, Failed, Finished, StreamSteps
from pallets.disputes.computations.tape import Witness, Writer
from pallets.disputes.steps import StepRefused
from pallets.learning.forest import LEAF, Forest, ForestKind, Tree, merge
from pallets.learning.forest_codec import encode_forest
from pallets.ml_registry.artifact import artifact_of
from tests.pallets.disputes.computations.walked import ended, files_of, walked


@st.composite
def forests(draw: st.DrawFn, kind: ForestKind, features: int = 5) -> Forest:
    leaves = st.integers(0, 2) if kind is ForestKind.CLASSIFIER else st.integers(-(2**31), 2**31 - 1)

    def tree(depth: int) -> tuple[list[int], list[int]]:
        if depth == 0 or draw(st.integers(0, 3)) == 0:
            return [LEAF], [draw(leaves)]
        left, right = tree(depth - 1), tree(depth - 1)
        feature, threshold = draw(st.integers(0, features - 1)), draw(st.integers(0, 2**16 - 1))
        return [feature, *left[0], *right[0]], [threshold, *left[1], *right[1]]

    trees = [tree(4) for _ in range(draw(st.integers(0, 6)))]
    classes, bits = (3, 0) if kind is ForestKind.CLASSIFIER else (0, 16)
    return Forest(kind, features, classes, bits, tuple(Tree(bytes(nodes), tuple(values)) for nodes, values in trees))


def steps_of(data: list[bytes]) -> StreamSteps:
    return StreamSteps(files_of(data), MergingProgram(Merging(files_of(data))))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ForestKind).flatmap(lambda kind: st.lists(forests(kind), min_size=1, max_size=4)))
def test_the_steps_end_in_the_joined_forest(given_forests: list[Forest]) -> None:
    data = [encode_forest(forest) for forest in given_forests]
    joined = artifact_of(encode_forest(merge(given_forests)))
    assert ended(steps_of(data), data) == Finished(joined.root, joined.size)


def stumps(count: int, first: int = 0) -> Forest:
    trees = tuple(Tree(bytes([number % 5, LEAF, LEAF]), (number, 0, 1)) for number in range(first, first + count))
    return Forest(ForestKind.CLASSIFIER, 5, 2, 0, trees)


@pytest.mark.parametrize("most", [1, 25, 26, 69, 70, 90])
def test_where_there_are_too_many_trees_the_first_are_dropped(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MAX_TREES", most)
    given_forests = [stumps(25), stumps(0), stumps(45, 25)]
    data = [encode_forest(forest) for forest in given_forests]
    kept = replace(given_forests[0], trees=merge(given_forests).trees[-most:])
    joined = artifact_of(encode_forest(kept))
    assert ended(steps_of(data), data) == Finished(joined.root, joined.size)


def deep(depth: int) -> bytes:
    """A tree whose left child has children has a left child, and so on."""
    header = encode_forest(stumps(0))[:-2] + (1).to_bytes(2, "little")
    return header + bytes([0, 0, 0]) * depth + bytes([LEAF, 0]) * (depth + 1)


ONE = encode_forest(stumps(30))
SPOILT = {
    "another shape": encode_forest(replace(stumps(2), classes=3)),
    "another kind": encode_forest(Forest(ForestKind.REGRESSOR, 5, 0, 16, ())),
    "no forest": b"PLL\x01" + ONE[4:],
    "a byte too many": ONE + b"\0",
    "a tree too many": ONE + ONE[-7:],
    "a byte too few": ONE[:-1],
    "a node too few": ONE[:-2],
    "a tree too few": ONE[:-7],
    "a feature that rows have not": ONE[:11] + b"\x05" + ONE[12:],
    "a class that there is not": ONE[:-1] + b"\x02",
    "deeper than forests are": deep(65),
}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("name", SPOILT)
def test_a_forest_that_is_none_fails_the_computation(name: str, place: int) -> None:
    data = [ONE, ONE]
    data[place] = SPOILT[name]
    assert ended(steps_of(data), data) == Failed()


def test_a_tree_as_deep_as_forests_may_be_is_joined() -> None:
    data = [deep(64), ONE]
    assert isinstance(ended(steps_of(data), data), Finished)


def test_every_state_is_small() -> None:
    data = [deep(64)] * 5
    assert max(map(len, walked(steps_of(data), data))) < 5 * (32 + 8) + 64 + 65 + 3 * 128 + 64


def test_a_state_of_another_program_has_no_step() -> None:
    program = steps_of([ONE]).program
    with pytest.raises(StepRefused, match="Adding"):
        program.work(Adding((), 0, 0, (), Writer()), Witness(b"", b""), lambda *_: b"")
