"""The outer enums of a runtime: pallet index ‖ what the pallet says, for events and origins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from chain.primitives import AccountId
from chain.scale import Codec, DecodeError
from pallets.frame.event import RuntimeEvent
from pallets.frame.origin import AUTHORIZED, NO_ORIGIN, ROOT, Authorized, FromPallet, NoOrigin, Origin, Root, Signed
from pallets.frame.pallet_layout import PalletLayout

T = TypeVar("T")

Layouts = Mapping[int, PalletLayout]
"""The pallets of a runtime that have something to say, by index; filled as they are registered."""


def outer_codec(
    name: str,
    is_known: Callable[[int], bool],
    encode: Callable[[T], bytes],
    read: Callable[[bytes, int], tuple[T, int]],
) -> Codec[T]:
    """The codec of an outer enum.

    is_known: whether a pallet of that index has something to say
    read: the value whose pallet index stands at the offset
    """

    def checked_read(data: bytes, offset: int) -> tuple[T, int]:
        if offset >= len(data) or not is_known(data[offset]):
            raise DecodeError(name, offset, f"no pallet of this index has a {name}")
        return read(data, offset)

    def decode(data: bytes) -> T:
        value, end = checked_read(data, 0)
        if end != len(data):
            raise DecodeError(name, end, f"{len(data) - end} bytes left over")
        return value

    def no_default() -> T:
        raise TypeError(f"a {name} has no default value")

    return cast(
        "Codec[T]",
        Codec(
            name=name,
            encode=encode,
            decode=decode,
            read=checked_read,
            min_size=2,
            max_size=None,
            default=no_default,
            is_immutable=True,
        ),
    )


def outer_event(layouts: Layouts) -> Codec[RuntimeEvent]:
    """The codec of RuntimeEvent."""

    def codec_at(index: int) -> Codec[Any]:
        codec = layouts[index].event
        if codec is None:
            raise TypeError(f"{layouts[index].name} declares no events")
        return codec

    def encode(value: RuntimeEvent) -> bytes:
        return bytes((value.pallet_index,)) + codec_at(value.pallet_index).encode(value.event)

    def read(data: bytes, offset: int) -> tuple[RuntimeEvent, int]:
        event, end = codec_at(data[offset]).read(data, offset + 1)
        return RuntimeEvent(layouts[data[offset]].name, data[offset], event), end

    return outer_codec("RuntimeEvent", layouts.__contains__, encode, read)


RAW_ORIGINS: dict[int, Origin] = {0: ROOT, 2: NO_ORIGIN, 3: AUTHORIZED}
"""Variants of System's RawOrigin that are one byte; variant 1 is Signed ‖ account (frame_support::dispatch)."""

_RAW_INDEX: dict[type[Origin], int] = {Root: 0, NoOrigin: 2, Authorized: 3}
_SIGNED = 1
_ACCOUNT_BYTES = 32


def outer_origin(layouts: Layouts) -> Codec[Origin]:
    """The codec of OriginCaller: System's own origins stand under the index of the first pallet."""

    def codec_at(index: int) -> Codec[Any]:
        codec = layouts[index].origin
        if codec is None:
            raise TypeError(f"{layouts[index].name} declares no origins")
        return codec

    def encode(value: Origin) -> bytes:
        if isinstance(value, FromPallet):
            return bytes((value.pallet_index,)) + codec_at(value.pallet_index).encode(value.origin)
        system = bytes((next(iter(layouts)),))
        if isinstance(value, Signed):
            return system + bytes((_SIGNED,)) + value.who
        return system + bytes((_RAW_INDEX[type(value)],))

    def read(data: bytes, offset: int) -> tuple[Origin, int]:
        index = data[offset]
        if index != next(iter(layouts)):
            origin, end = codec_at(index).read(data, offset + 1)
            return FromPallet(index, origin), end
        return _read_raw(data, offset + 1)

    return outer_codec("RuntimeOrigin", layouts.__contains__, encode, read)


def _read_raw(data: bytes, offset: int) -> tuple[Origin, int]:
    variant = data[offset] if offset < len(data) else None
    if variant == _SIGNED and len(data) > offset + _ACCOUNT_BYTES:
        end = offset + 1 + _ACCOUNT_BYTES
        return Signed(AccountId(data[offset + 1 : end])), end
    if variant is None or variant not in RAW_ORIGINS:
        raise DecodeError(
            "RawOrigin", offset, "it is neither Root (0), Signed (1 ‖ account), None (2) nor Authorized (3)"
        )
    return RAW_ORIGINS[variant], offset + 1
