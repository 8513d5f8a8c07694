"""Traces: every state can be shown, no other state can, and the end repeats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import Hash
from pallets.disputes.trace import Trace, TraceError, leaf_of, node_of, root_from

leaves = st.lists(st.binary(max_size=4).map(leaf_of), min_size=1, max_size=33)


@given(leaves, st.data())
def test_every_leaf_is_shown_against_the_root(states: list[Hash], data: st.DataObject) -> None:
    trace = Trace(states, data.draw(st.integers((len(states) - 1).bit_length(), 8)))
    place = data.draw(st.integers(0, (1 << trace.depth) - 1))
    leaf = states[min(place, len(states) - 1)]
    assert trace.node(0, place) == leaf
    assert root_from(leaf, place, trace.path(place)) == trace.root
    assert root_from(leaf_of(b"another state"), place, trace.path(place)) != trace.root


@given(leaves, st.data())
def test_the_tree_is_the_one_over_all_places(states: list[Hash], data: st.DataObject) -> None:
    depth = data.draw(st.integers((len(states) - 1).bit_length(), 7))
    everywhere = states + [states[-1]] * ((1 << depth) - len(states))
    trace = Trace(states, depth)
    assert trace.root == node_of(everywhere)
    levels = data.draw(st.integers(0, depth))
    place = data.draw(st.integers(0, (1 << (depth - levels)) - 1))
    assert trace.below(levels, place, levels) == tuple(everywhere[place << levels : (place + 1) << levels])
    assert node_of(trace.below(depth, 0, depth - levels)) == trace.root
    assert root_from(everywhere[-1], (1 << depth) - 1, trace.last_path) == trace.root


def test_a_path_may_end_below_the_root() -> None:
    trace = Trace([leaf_of(bytes((number,))) for number in range(8)], 3)
    assert root_from(trace.node(0, 5), 5, trace.path(5, 2)) == trace.node(2, 1)


@pytest.mark.parametrize(("states", "depth"), [(0, 3), (9, 3), (1, -1), (1, 33)])
def test_a_trace_that_cannot_be_is_refused(states: int, depth: int) -> None:
    with pytest.raises(TraceError, match=f"{states} states in a trace of depth {depth}"):
        Trace([leaf_of(b"")] * states, depth)


@pytest.mark.parametrize(("height", "place"), [(0, 8), (1, 4), (4, 0), (0, -1)])
def test_a_place_that_the_trace_has_not_got_is_refused(height: int, place: int) -> None:
    with pytest.raises(TraceError):
        Trace([leaf_of(b"")], 3).node(height, place)
