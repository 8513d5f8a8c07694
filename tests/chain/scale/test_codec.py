"""What annotations find in a scope: configuration constants and supplied codecs; and what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, NewType

import pytest

from chain.primitives import U8, U16, U32, Enumeration, MaxLen
from chain.scale import Codec, DeclarationError, DecodeError, EncodeError, Scope, codec_of, shape_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    max_recent: U32 = 3
    name: str = "n"


Call = NewType("Call", object)
Recent = Annotated[list[U8], MaxLen(Config.max_recent)]


@dataclass(frozen=True, slots=True)
class Batch:
    calls: tuple[Call, ...]


class Remark(Enumeration):
    pass


class Said(Remark):
    batch: Batch | None


def call_codec() -> Codec[Any]:
    """A call is either a byte below 128, or 255 and a batch."""

    def read(data: bytes, offset: int) -> tuple[Any, int]:
        if offset >= len(data):
            raise DecodeError("Call", offset, "needs 1 bytes, 0 left")
        if data[offset] != 255:
            return data[offset], offset + 1
        return codec_of(Batch, scope).read(data, offset + 1)

    def encode(value: Any) -> bytes:
        if isinstance(value, Batch):
            return b"\xff" + codec_of(Batch, scope).encode(value)
        if not 0 <= value < 128:
            raise EncodeError("Call", f"{value} is no call")
        return bytes([value])

    codec: Codec[Any] = Codec("Call", encode, lambda data: read(data, 0)[0], read, 1, None, lambda: 0, True)
    scope = Scope(types={Call: codec})
    return codec


def test_a_constant_of_the_configuration_bounds_a_list() -> None:
    small, large = codec_of(Recent, Scope(Config())), codec_of(Recent, Scope(Config(max_recent=5)))
    assert (small.max_size, large.max_size) == (4, 6)
    assert large.decode(large.encode([1, 2, 3, 4])) == [1, 2, 3, 4]
    with pytest.raises(EncodeError, match="length 4, more than 3"):
        small.encode([1, 2, 3, 4])
    with pytest.raises(DecodeError, match="length 4, more than 3"):
        small.decode(bytes([16, 1, 2, 3, 4]))


def test_a_constant_without_a_configuration_is_refused() -> None:
    codec_of(Recent, Scope(Config()))
    with pytest.raises(DeclarationError, match="there is no configuration"):
        codec_of(Recent)


def test_a_constant_that_is_no_count_is_refused() -> None:
    with pytest.raises(DeclarationError, match="name of Config is 'n', which is no bound"):
        codec_of(Annotated[list[U8], MaxLen(vars(Config)["name"])], Scope(Config()))


def test_codecs_are_kept_per_annotation_and_what_of_the_scope_it_uses() -> None:
    call = call_codec()
    scope = Scope(Config(), {Call: call})
    assert codec_of(list[U16]) is codec_of(list[U16])
    assert codec_of(list[U16], scope) is codec_of(list[U16])
    assert codec_of(Recent, Scope(Config())) is codec_of(Recent, Scope(Config(name="other")))
    assert codec_of(Recent, Scope(Config(max_recent=5))) is not codec_of(Recent, Scope(Config()))
    assert codec_of(Batch, scope) is codec_of(Batch, Scope(types={Call: call}))
    assert codec_of(Batch, Scope(types={Call: call_codec()})) is not codec_of(Batch, scope)
    assert codec_of(Call, scope) is call


def test_a_type_that_nobody_supplies_is_refused() -> None:
    with pytest.raises(DeclarationError, match="object has no codec"):
        codec_of(Batch)


def test_a_supplied_codec_serves_inside_other_types() -> None:
    scope = Scope(types={Call: call_codec()})
    codec, value = codec_of(Remark, scope), Said(Batch((5, Batch((6,)))))  # type: ignore[arg-type]
    assert codec.encode(value).hex() == "00010805ff0406"
    assert codec.decode(codec.encode(value)) == value
    assert shape_of(Batch, scope).name == "Batch"
    with pytest.raises(EncodeError, match=r"Remark: batch.calls\[0\]: Call: 200 is no call"):
        codec.encode(Said(Batch((200,))))  # type: ignore[arg-type]


def test_supplied_types_inside_themselves_nest_only_so_deep() -> None:
    scope = Scope(types={Call: call_codec()})
    codec = codec_of(Batch, scope)
    deepest = b"\x04\xff" * 255 + b"\x04\x07"
    assert codec.encode(codec.decode(deepest)) == deepest
    for data in (b"\x04\xff" * 256 + b"\x04\x07", b"\x04\xff" * 5000):
        with pytest.raises(DecodeError, match="nested more than 256 levels deep"):
            codec.decode(data)
    value = Batch(())
    for _ in range(300):
        value = Batch((value,))  # type: ignore[arg-type]
    with pytest.raises(EncodeError, match="nested more than 256 levels deep"):
        codec.encode(value)


def test_functions_are_generated_once() -> None:
    codec = codec_of(tuple[U8, U16, U32])
    assert codec.encode is codec.encode
    assert codec.decode is codec.decode
    assert codec.read is codec.read
    assert repr(codec) == "<codec of (u8, u16, u32)>"
    with pytest.raises(AttributeError, match="a codec has no length"):
        codec.length  # type: ignore[attr-defined]  # noqa: B018


def test_input_may_be_any_kind_of_bytes() -> None:
    for data in (b"\x08\x01\x02", bytearray(b"\x08\x01\x02"), memoryview(b"\x08\x01\x02")):
        assert codec_of(bytes).decode(data) == b"\x01\x02"  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        codec_of(bytes).decode(3)  # type: ignore[arg-type]
