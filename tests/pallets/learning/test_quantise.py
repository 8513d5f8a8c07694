from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor, inf, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pallets.learning.quantise import (
    FeatureRange,
    QuantisationError,
    Quantiser,
    QuantiserDecodeError,
    decode_quantiser,
    encode_quantiser,
)

int64 = st.integers(-(2**63), 2**63 - 1)


@st.composite
def ranges(draw: st.DrawFn) -> FeatureRange:
    low, high = sorted((draw(int64), draw(int64)))
    assume(low < high)
    return FeatureRange(low, high, draw(st.integers(0, 18)), draw(st.integers(1, 16)))


quantisers = st.lists(ranges(), min_size=1, max_size=6).map(lambda drawn: Quantiser(tuple(drawn)))


@given(ranges(), st.floats(allow_nan=False, allow_infinity=False))
def test_a_step_is_the_floor_of_the_exact_share_of_the_range(scale: FeatureRange, value: float) -> None:
    low, high = (Fraction(end, 10**scale.decimals) for end in (scale.minimum, scale.maximum))
    share = (Fraction(value) - low) / (high - low)
    assert scale.step_of(value) == min(max(floor(share * 2**scale.bits), 0), 2**scale.bits - 1)


@given(ranges(), st.fractions(), st.fractions())
def test_a_larger_value_never_has_a_smaller_step(scale: FeatureRange, one: Fraction, other: Fraction) -> None:
    assert scale.step_of(min(one, other)) <= scale.step_of(max(one, other))


def test_the_ends_of_a_range_are_the_ends_of_the_steps() -> None:
    scale = FeatureRange(-19, 446, decimals=1)
    assert [scale.step_of(Decimal(text)) for text in ("-1.9", "44.5", "44.6", "100", "-100")] == [
        0,
        65395,
        65535,
        65535,
        0,
    ]
    assert [scale.step_of(value) for value in (10**400, -(10**400), Fraction(10**400, 3))] == [65535, 0, 65535]


@pytest.mark.parametrize("value", [nan, inf, -inf, None])
def test_what_is_no_number_is_refused_by_row_and_feature(value: float | None) -> None:
    quantiser = Quantiser((FeatureRange(0, 1), FeatureRange(0, 1)))
    with pytest.raises(QuantisationError, match=f"row 1: feature 1 is {value}, no finite number"):
        quantiser.rows([[0.5, 0.5], [0.5, value]])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(QuantisationError, match="a row of 2 values for 1 features"):
        Quantiser((FeatureRange(0, 1),)).row([1, 2])


@pytest.mark.parametrize(
    ("minimum", "maximum", "decimals", "bits"),
    [(1, 1, 0, 16), (2, 1, 0, 16), (0, 2**63, 0, 16), (0, 1, 19, 16), (0, 1, -1, 16), (0, 1, 0, 0), (0, 1, 0, 17)],
)
def test_a_senseless_range_is_refused(minimum: int, maximum: int, decimals: int, bits: int) -> None:
    with pytest.raises(QuantisationError):
        FeatureRange(minimum, maximum, decimals, bits)


@pytest.mark.parametrize("features", [0, 256])
def test_a_quantiser_has_one_to_255_features(features: int) -> None:
    with pytest.raises(QuantisationError, match=f"{features} features"):
        Quantiser((FeatureRange(0, 1),) * features)


@given(quantisers)
def test_a_quantiser_survives_its_bytes(quantiser: Quantiser) -> None:
    assert decode_quantiser(encode_quantiser(quantiser)) == quantiser


@given(st.one_of(st.binary(), st.binary().map(b"PLQ\x01".__add__)))
def test_any_bytes_are_a_canonical_quantiser_or_refused(data: bytes) -> None:
    try:
        quantiser = decode_quantiser(data)
    except QuantiserDecodeError:
        return
    assert encode_quantiser(quantiser) == data


@given(quantisers, st.data())
def test_damaged_bytes_are_another_canonical_quantiser_or_refused(quantiser: Quantiser, data: st.DataObject) -> None:
    encoded = bytearray(encode_quantiser(quantiser))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255))
    try:
        decoded = decode_quantiser(bytes(encoded))
    except QuantiserDecodeError:
        return
    assert encode_quantiser(decoded) == encoded


def test_refusals_say_where() -> None:
    encoded = encode_quantiser(Quantiser((FeatureRange(0, 1),)))
    for data, message in (
        (b"", "quantiser encoding, byte 0: starts with , not 504c5101"),
        (encoded[:-1], "quantiser encoding, byte 22: 22 bytes where the header asks for 23"),
        (encoded + b"\0", "quantiser encoding, byte 23: 24 bytes where the header asks for 23"),
        (encoded[:-1] + b"\x11", "quantiser encoding, byte 5: 17 bits, not 1 to 16"),
    ):
        with pytest.raises(QuantiserDecodeError) as caught:
            decode_quantiser(data)
        assert str(caught.value) == message
