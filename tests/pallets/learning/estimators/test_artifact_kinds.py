from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.decoding import DecodeError
from pallets.learning.estimators.artifact import EstimatorError
from pallets.learning.estimators.artifact_kinds import (
    CENTROIDS,
    KINDS,
    NEIGHBOURS,
    ArtifactKind,
    Model,
    Transform,
    predictions,
)
from pallets.learning.estimators.families import decode
from tests.pallets.learning.estimators.models import any_model, one_hots

FUZZED = 1_500


def kind_of(model: Model) -> ArtifactKind:
    return next(kind for kind in KINDS if kind.name == type(model).__name__)


@given(any_model())
def test_every_model_reads_back_from_its_bytes_and_costs_no_more_than_they_number(model: Model) -> None:
    data = kind_of(model).encode(model)
    assert decode(data) == model
    assert model.cost_bound <= len(data)


@given(any_model(), st.data())
def test_no_bytes_may_be_missing_or_left(model: Model, data: st.DataObject) -> None:
    encoded = kind_of(model).encode(model)
    for wrong in (encoded[: data.draw(st.integers(0, len(encoded) - 1))], encoded + b"\0"):
        with pytest.raises(DecodeError):
            kind_of(model).decode(wrong)


@given(any_model(), st.data())
def test_changed_bytes_are_refused_or_are_the_bytes_of_another_model(model: Model, data: st.DataObject) -> None:
    encoded = bytearray(kind_of(model).encode(model))
    for _ in range(data.draw(st.integers(1, 3))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = decode(bytes(encoded))
    except DecodeError:
        return
    assert kind_of(found).encode(found) == bytes(encoded)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_random_bytes_are_refused_with_their_offset_or_read_back_exactly(kind: ArtifactKind) -> None:
    random = Random(6)
    for _ in range(FUZZED):
        # mostly small numbers, so that headers are often right
        body = bytes(random.choice((0, 0, 1, 2, 3, random.randrange(256))) for _ in range(random.randrange(60)))
        data = kind.magic + body
        assert read_or_refused(kind, data) in range(len(data) + 1)


def read_or_refused(kind: ArtifactKind, data: bytes) -> int:
    """Where the bytes are refused, or their length where they read back exactly."""
    try:
        found = kind.decode(data)
    except DecodeError as error:
        return error.offset
    assert kind.encode(found) == data
    return len(data)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_header_that_promises_millions_is_refused_at_once(kind: ArtifactKind) -> None:
    with pytest.raises(DecodeError):
        kind.decode(kind.magic + b"\xff" * 40)
    with pytest.raises(DecodeError):
        kind.decode(kind.magic + b"\x00\x00" + b"\xff" * 40)


def test_a_model_of_another_kind_is_not_encoded() -> None:
    model = CENTROIDS.decode(b"PEK\x01" + b"\x01\x00" * 2 + b"\x07\x00\x00\x00")
    assert predictions(model, [(5,)]) == [0]
    with pytest.raises(EstimatorError, match="a Centroids where a Neighbours is encoded"):
        NEIGHBOURS.encode(model)


@given(one_hots())
def test_a_transform_predicts_nothing(model: Transform) -> None:
    with pytest.raises(EstimatorError, match="a OneHot transforms rows and predicts nothing"):
        predictions(model, [])
