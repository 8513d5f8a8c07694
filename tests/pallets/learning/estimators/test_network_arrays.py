from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pallets.learning.estimators.artifact import ArtifactDecodeError, EstimatorError, Task
from pallets.learning.estimators.network import Network, encode_network, starting_network
from pallets.learning.estimators.network_arrays import (
    WORTH_FLOATS,
    NetworkShape,
    answers,
    decode_weights,
    encode_weights,
    starting_weights,
)
from pallets.learning.linear_model import WEIGHT_LIMIT

SHAPES = (
    NetworkShape(Task.CLASSIFIER, 3, 4, 5),
    NetworkShape(Task.CLASSIFIER, 2, 3, 2),
    NetworkShape(Task.REGRESSOR, 4, 2, 0),
)


def network_of(shape: NetworkShape, weights: list[int]) -> Network:
    return Network(shape.task, shape.features, shape.hidden, shape.classes, tuple(weights))


@pytest.mark.parametrize("shape", SHAPES)
def test_start_and_bytes_are_those_of_the_network(shape: NetworkShape) -> None:
    start = starting_network(shape.task, shape.features, shape.hidden, shape.classes, b"seed")
    weights = starting_weights(shape, b"seed")
    assert weights.tolist() == list(start.weights)
    assert not weights.flags.writeable
    assert encode_weights(shape, weights) == encode_network(start)
    assert decode_weights(shape, encode_network(start)).tolist() == list(start.weights)


@settings(max_examples=60)
@given(st.sampled_from(SHAPES), st.sampled_from([10, 27, 36, 43]), st.data())
def test_answers_are_those_of_one_row_at_a_time_however_large_the_weights(
    shape: NetworkShape, bits: int, data: st.DataObject
) -> None:
    drawn = st.integers(-(2**bits), 2**bits)
    weights = data.draw(st.lists(drawn, min_size=shape.parameters, max_size=shape.parameters))
    row = st.lists(st.integers(0, 2**16 - 1), min_size=shape.features, max_size=shape.features)
    rows = data.draw(st.lists(row, min_size=1, max_size=3))
    network = network_of(shape, weights)
    assert answers(shape, np.array(weights), rows) == [network.predict(each) for each in rows]


def test_large_tables_are_asked_in_floats_and_give_the_same_answers() -> None:
    shape = NetworkShape(Task.CLASSIFIER, 16, 256, 200)
    weights, rows = starting_weights(shape, b"large"), np.random.default_rng(0).integers(0, 65536, (400, 16))
    assert shape.outputs * len(rows) * (shape.hidden + 1) > WORTH_FLOATS
    network = network_of(shape, weights.tolist())
    found = answers(shape, weights, rows)
    assert found[:5] == [network.predict(row) for row in rows[:5].tolist()]
    assert len(set(found)) > 5


def test_what_is_no_network_of_the_shape_is_refused() -> None:
    shape = SHAPES[0]
    weights = starting_weights(shape, b"seed")
    good = encode_weights(shape, weights)
    with pytest.raises(ArtifactDecodeError, match="a network of the shape"):
        decode_weights(replace(shape, classes=6), good)
    with pytest.raises(ArtifactDecodeError, match="bytes where the header asks for"):
        decode_weights(shape, good[:-1])
    outside = np.array([WEIGHT_LIMIT, *weights.tolist()[1:]])
    with pytest.raises(EstimatorError, match="within 2"):
        encode_weights(shape, outside)
    with pytest.raises(ArtifactDecodeError, match="within 2"):
        decode_weights(shape, good[: -8 * shape.parameters] + outside.tobytes())
    with pytest.raises(EstimatorError, match="weights of shape"):
        encode_weights(shape, weights[1:])
    with pytest.raises(EstimatorError, match="rows of 2 values for 3 features"):
        answers(shape, weights, [[0, 0]])
    with pytest.raises(EstimatorError, match="hidden units"):
        NetworkShape(Task.CLASSIFIER, 3, 0, 5)
