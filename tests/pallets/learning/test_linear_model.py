from __future__ import annotations

from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.averaging import weighted_mean
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_model import (
    WEIGHT_LIMIT,
    LinearDecodeError,
    LinearKind,
    LinearModel,
    LinearModelError,
    LinearParameters,
    average,
    decode_linear,
    empty_model,
    encode_linear,
)


@st.composite
def models(draw: st.DrawFn) -> LinearModel:
    kind = draw(st.sampled_from(LinearKind))
    features = draw(st.integers(1, 6))
    classes = draw(st.integers(2, 5)) if kind is LinearKind.CLASSIFIER else 0
    width = empty_model(kind, features, classes).cost_bound
    weight = st.integers(1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1)
    return LinearModel(kind, features, classes, tuple(draw(st.lists(weight, min_size=width, max_size=width))))


@given(models(), st.data())
def test_scores_are_the_exact_sums(model: LinearModel, data: st.DataObject) -> None:
    row = data.draw(st.lists(st.integers(0, 65535), min_size=model.features, max_size=model.features))
    inputs = [Fraction(step - 2**15, 2**15) for step in row] + [Fraction(1)]
    width = model.features + 1
    sums = [
        sum(Fraction(w, 2**24) * x for w, x in zip(model.weights[start : start + width], inputs, strict=True))
        for start in range(0, len(model.weights), width)
    ]
    assert [Fraction(score, 2**39) for score in model.scores(row)] == sums
    if model.kind is LinearKind.REGRESSOR:
        assert model.predict(row) == trunc(sums[0] * 2**16)
    elif model.classes == 2:
        assert model.predict(row) == (sums[0] > 0)
    else:
        assert model.predict(row) == sums.index(max(sums))


@given(models())
def test_a_model_survives_its_bytes(model: LinearModel) -> None:
    encoded = encode_linear(model)
    assert decode_linear(encoded) == model
    assert len(encoded) == 9 + 8 * model.cost_bound


@given(
    st.one_of(st.binary(), st.binary().map(b"PLL\x01".__add__), st.binary().map(b"PLL\x01\x00\x01\x00\x02\x00".__add__))
)
def test_any_bytes_are_a_canonical_model_or_refused(data: bytes) -> None:
    try:
        model = decode_linear(data)
    except LinearDecodeError:
        return
    assert encode_linear(model) == data


def test_refusals_say_where_and_why() -> None:
    encoded = encode_linear(empty_model(LinearKind.CLASSIFIER, 1, 2))
    for data, message in (
        (b"PLF\x01", "byte 0: starts with 504c4601, not 504c4c01"),
        (encoded[:8], "byte 8: ends within the header of 9 bytes"),
        (encoded[:4] + b"\x07" + encoded[5:], "byte 4: 7 is not a valid LinearKind"),
        (encoded[:7] + b"\x01" + encoded[8:], "byte 4: a classifier of 1 classes, not 2 to 256"),
        (encoded[:-1], "byte 24: 24 bytes where the header asks for 25"),
        (encoded[:-1] + b"\x7f", f"byte 17: weight {0x7F << 56}, not within 2^20"),
        (encoded[:5] + b"\xff\xff" + encoded[7:], f"byte 25: 25 bytes where the header asks for {9 + 8 * 65536}"),
    ):
        with pytest.raises(LinearDecodeError) as caught:
            decode_linear(data)
        assert str(caught.value) == f"linear model encoding, {message}"


def test_models_that_are_none_are_refused() -> None:
    for make, message in (
        (lambda: LinearModel(LinearKind.REGRESSOR, 2, 0, (0, 0)), "2 weights where the shape asks for 3"),
        (lambda: empty_model(LinearKind.REGRESSOR, 2, 2), "a regressor of 2 classes"),
        (lambda: empty_model(LinearKind.CLASSIFIER, 0, 2), "0 features, not 1 to 65535"),
        (lambda: empty_model(LinearKind.REGRESSOR, 1).scores([1, 2]), "a row of 2 values for 1 features"),
        (lambda: LinearParameters(epochs=-1), "epochs is -1, not 0 to "),
    ):
        with pytest.raises(LinearModelError, match=message):
            make()
    with pytest.raises(Overflow, match="weight 1 is"):
        LinearModel(LinearKind.REGRESSOR, 1, 0, (0, WEIGHT_LIMIT))


def test_averaging_counts_samples() -> None:
    one, other = (LinearModel(LinearKind.REGRESSOR, 1, 0, weights) for weights in ((4, 7), (-8, 0)))
    assert average([one, other], [3, 1]).weights == tuple(weighted_mean([one.weights, other.weights], [3, 1])) == (1, 5)
    with pytest.raises(LinearModelError, match="model 1 has another kind or shape than model 0"):
        average([one, empty_model(LinearKind.CLASSIFIER, 1, 2)], [1, 1])
