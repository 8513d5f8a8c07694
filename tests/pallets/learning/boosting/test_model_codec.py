from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.boosting.model import BoostedModel, empty_boosted
from pallets.learning.boosting.model_codec import BoostedDecodeError, decode_boosted, encode_boosted
from pallets.learning.forest_codec import encode_forest
from tests.pallets.learning.boosting.models import models


@given(models())
def test_the_encoding_is_read_back_and_nothing_longer_or_shorter(model: BoostedModel) -> None:
    data = encode_boosted(model)
    assert decode_boosted(data) == model
    for wrong in (data + b"\0", data[:-1]):
        with pytest.raises(BoostedDecodeError):
            decode_boosted(wrong)


@given(models(), st.data())
def test_any_change_of_the_bytes_is_another_model_or_none(model: BoostedModel, data: st.DataObject) -> None:
    encoded = bytearray(encode_boosted(model))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode_boosted(bytes(encoded))
    except BoostedDecodeError:
        return
    assert changed != model
    assert encode_boosted(changed) == bytes(encoded)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_by_the_same_error(noise: bytes) -> None:
    for data in (noise, b"PLB\x01" + noise):
        with pytest.raises(BoostedDecodeError):
            decode_boosted(data)


def test_the_layout_is_the_documented_one() -> None:
    model = empty_boosted(4, start=-2)
    assert encode_boosted(model) == b"PLB\x01" + bytes(2) + b"\xfe\xff\xff\xff" + encode_forest(model.forest)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PLB\x01" + b"\x01\x01", "byte 4: 257 classes, not 0 or 2 to 256"),
        (b"PLB\x01" + b"\x01\x00" + bytes(4) + encode_forest(empty_boosted(1).forest), "byte 4: 1 classes"),
        (b"PLB\x01" + b"\x03\x00" + bytes(11), "byte 17: ends within the starts"),
        (b"PLB\x01" + bytes(6) + b"PLF", "byte 10: starts with 504c46"),
    ],
)
def test_an_error_says_where_and_why(data: bytes, message: str) -> None:
    with pytest.raises(BoostedDecodeError, match=message):
        decode_boosted(data)
