from __future__ import annotations

from struct import Struct

import pytest

from pallets.learning.decoding import DecodeError, read_header, require_length

LAYOUT = Struct("<BH")


def test_a_header_is_read_behind_its_magic() -> None:
    assert read_header(b"AB\x01\x02\x00rest", LAYOUT, b"AB", DecodeError) == (1, 2)


@pytest.mark.parametrize(
    ("data", "offset", "reason"),
    [(b"XB\x01\x02\x00", 0, "starts with 5842, not 4142"), (b"AB\x01", 3, "ends within"), (b"", 0, "starts with ")],
)
def test_what_does_not_begin_so_is_refused_at_its_place(data: bytes, offset: int, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason) as caught:
        read_header(data, LAYOUT, b"AB", DecodeError)
    assert caught.value.offset == offset
    assert str(caught.value).startswith(f"encoding, byte {offset}: ")


@pytest.mark.parametrize(("length", "offset"), [(3, 3), (5, 4)])
def test_too_few_and_too_many_bytes_are_refused(length: int, offset: int) -> None:
    require_length(bytes(4), 4, DecodeError)
    with pytest.raises(DecodeError, match=f"{length} bytes where the header asks for 4") as caught:
        require_length(bytes(length), 4, DecodeError)
    assert caught.value.offset == offset
