"""A type without values is described, and refuses every byte."""

from __future__ import annotations

import pytest

from chain.primitives import U8, Enumeration, Void
from chain.record import record
from chain.scale import DeclarationError, DecodeError, EncodeError, codec_of


@record
class Proven:
    value: U8
    proof: Void


class Forgotten(Enumeration):
    """Variants that nobody wrote."""


def test_no_byte_is_a_value() -> None:
    for byte in range(256):
        with pytest.raises(DecodeError, match=f"^Void at byte 0: Void has no variant {byte}$"):
            codec_of(Void).decode(bytes([byte]))
        with pytest.raises(DecodeError, match=f"^Void at byte 1: Void has no variant {byte}$"):
            codec_of(Proven).decode(bytes([7, byte]))


def test_no_bytes_are_no_value_either() -> None:
    with pytest.raises(DecodeError):
        codec_of(Void).decode(b"")
    assert codec_of(list[Void]).decode(b"\0") == []
    assert codec_of(Void | None).decode(b"\0") is None


def test_nothing_can_be_written() -> None:
    with pytest.raises(EncodeError, match="is no variant of Void"):
        codec_of(Void).encode(Forgotten)
    with pytest.raises(TypeError, match="Void has no values, and no default"):
        codec_of(Void).default()


def test_an_enum_whose_variants_were_forgotten_is_a_mistake() -> None:
    with pytest.raises(DeclarationError, match="it has no variants"):
        codec_of(Forgotten)
