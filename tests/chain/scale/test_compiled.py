"""Generated functions against the oracle, over random types and values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain.scale import Codec, DecodeError, codec_of
from tests.chain.scale.notation import Notation, Types
from tests.chain.scale.oracle import Oracle, Refused
from tests.chain.scale.strategies import NOTATIONS, values

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def drawn(data: st.DataObject) -> tuple[Types, Notation, Codec[Any], Oracle]:
    """A random type, compiled and interpreted."""
    types, notation = Types(), data.draw(NOTATIONS, "type")
    return types, notation, codec_of(types.hint(notation)), Oracle(types, notation)


@RELAXED
@given(st.data())
def test_generated_functions_agree_with_the_oracle(data: st.DataObject) -> None:
    types, notation, codec, oracle = drawn(data)
    value = data.draw(values(types, notation), "value")
    encoded = codec.encode(value)
    assert encoded == oracle.encode(value)
    assert codec.decode(encoded) == value
    assert type(codec.decode(encoded)) is type(value)
    assert codec.read(b"\xff" + encoded + b"\x00", 1) == (value, 1 + len(encoded))
    assert codec.min_size <= len(encoded)
    assert codec.max_size is None or len(encoded) <= codec.max_size
    for trailing in (encoded + b"\0", encoded + encoded[:1] + b"\xff"):
        with pytest.raises(DecodeError):
            codec.decode(trailing)


@RELAXED
@given(st.data())
def test_input_that_ends_early_is_refused(data: st.DataObject) -> None:
    types, notation, codec, _ = drawn(data)
    encoded = codec.encode(data.draw(values(types, notation), "value"))
    for size in range(len(encoded)):
        with pytest.raises(DecodeError):
            codec.decode(encoded[:size])


@RELAXED
@given(st.data())
def test_random_bytes_are_refused_or_the_only_encoding_of_a_value(data: st.DataObject) -> None:
    types, notation, codec, oracle = drawn(data)
    encoded = bytearray(codec.encode(data.draw(values(types, notation), "value")))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 255)), max_size=4)):
        if encoded:
            encoded[place % len(encoded)] = byte
    agree(codec, oracle, bytes(encoded))
    agree(codec, oracle, data.draw(st.binary(max_size=40), "bytes"))


def agree(codec: Codec[Any], oracle: Oracle, encoded: bytes) -> None:
    """Both refuse, or both give the value of which these are the bytes."""
    try:
        expected = oracle.decode(encoded)
    except Refused:
        with pytest.raises(DecodeError):
            codec.decode(encoded)
        return
    assert codec.decode(encoded) == expected
    assert codec.encode(expected) == encoded


@RELAXED
@given(st.data())
def test_the_default_is_a_value_and_never_shared_when_it_can_change(data: st.DataObject) -> None:
    _, _, codec, oracle = drawn(data)
    assert codec.decode(oracle.encode(codec.default())) == codec.default()
    shared = codec.default() is codec.default()
    assert not shared or not isinstance(codec.default(), list | dict | set)
    assert shared or not codec.is_immutable
