from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.message_codec import (
    MessageDecodeError,
    decode_announcement,
    decode_dealing,
    decode_masked,
    decode_revealed,
    encode_announcement,
    encode_dealing,
    encode_masked,
    encode_revealed,
)
from pallets.learning.secure_aggregation.messages import Revealed
from pallets.learning.secure_aggregation.refusals import MalformedMessage
from pallets.learning.secure_aggregation.shamir import PRIME
from tests.pallets.learning.secure_aggregation.rounds import enrolled, expected_sum, updates_of

DECODERS: list[Callable[[bytes], Any]] = [decode_announcement, decode_dealing, decode_revealed, decode_masked]
shares = st.dictionaries(st.integers(0, 999), st.integers(0, PRIME - 1), max_size=4)


def test_a_whole_round_goes_through_bytes() -> None:
    these = enrolled(5, 3)
    for announcement in these.roster.announcements:
        assert decode_announcement(encode_announcement(announcement)) == announcement
    for number, client in enumerate(these.clients):
        dealing = client.deal(these.roster, these.roster.digest)
        data = encode_dealing(dealing)
        assert decode_dealing(data) == dealing
        assert len(data) == 4 + 8 + 32 + 5 * 64 + 4 * 80
        these.server.take_dealing(decode_dealing(data))
        assert dealing.dealer == number
    dealers = these.server.dealers()
    updates = updates_of(5)
    for number, client in enumerate(these.clients):
        client.receive(these.server.dealings())
        masked = encode_masked(client.mask(updates[number], dealers, dealers.digest(these.roster)))
        if number != 3:
            these.server.take_masked(number, decode_masked(masked))
    survivors = these.server.survivors()
    fixed = survivors.digest(these.roster)
    revealed = [encode_revealed(these.clients[number].reveal(survivors, fixed)) for number in survivors.numbers]
    found = these.server.unmask([decode_revealed(data) for data in revealed])
    assert found.values.tolist() == expected_sum(updates, [1] * 5, [0, 1, 2, 4])


@given(st.integers(0, 999), shares, shares)
def test_revealed_shares_come_back_from_their_bytes(holder: int, seeds: dict[int, int], keys: dict[int, int]) -> None:
    revealed = Revealed(holder, seeds, keys)
    assert decode_revealed(encode_revealed(revealed)) == revealed


@given(st.lists(st.integers(0, 2**32 - 1), max_size=5), st.sampled_from(["<u4", "<u8"]))
def test_residues_come_back_from_their_bytes(values: list[int], kind: str) -> None:
    residues = np.array(values, dtype=kind)
    found = decode_masked(encode_masked(residues))
    assert (found.dtype, found.tolist()) == (residues.dtype, values)


def encodings() -> list[tuple[Callable[[bytes], Any], bytes]]:
    these = enrolled(3, 2)
    dealing = these.clients[0].deal(these.roster, these.roster.digest)
    return [
        (decode_announcement, encode_announcement(these.roster.announcements[0])),
        (decode_dealing, encode_dealing(dealing)),
        (decode_revealed, encode_revealed(Revealed(1, {0: 5, 2: 7}, {1: 3}))),
        (decode_masked, encode_masked(np.arange(3, dtype="<u4"))),
    ]


@pytest.mark.parametrize("place", range(4))
def test_bytes_that_are_cut_longer_or_of_another_kind_are_refused(place: int) -> None:
    decode, data = encodings()[place]
    decode(data)
    for broken in (*(data[:cut] for cut in range(len(data))), data + b"\x00", b"PLX\x01" + data[4:]):
        with pytest.raises(MessageDecodeError):
            decode(broken)


@given(st.binary(max_size=120), st.sampled_from([b"PLA\x01", b"PLD\x01", b"PLR\x01", b"PLM\x01", b""]))
def test_other_bytes_are_refused_or_are_canonical(data: bytes, magic: bytes) -> None:
    encoders: list[Callable[[Any], bytes]] = [encode_announcement, encode_dealing, encode_revealed, encode_masked]
    for decode, encode in zip(DECODERS, encoders, strict=True):
        try:
            message = decode(magic + data)
        except MessageDecodeError:
            continue
        assert encode(message) == magic + data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("504c4401 05000000 05000000", "dealer 5 of 5 clients"),
        ("504c4401 00000000 e9030000", "dealer 0 of 1001 clients"),
        ("504c5201 e8030000 00000000 00000000", "holder 1000"),
        ("504c5201 00000000 02000000 00000000" + ("01000000" + "00" * 32) * 2, "not ascending numbers below 1000"),
        ("504c5201 00000000 01000000 00000000 e8030000" + "00" * 32, "not ascending numbers below 1000"),
        ("504c5201 00000000 00000000 01000000 01000000" + "ff" * 32, "is no element of the field"),
        ("504c4d01 10 00000000", "residues of 16 bits"),
    ],
)
def test_messages_that_nobody_sends_are_refused(data: str, reason: str) -> None:
    decode = {b"D": decode_dealing, b"R": decode_revealed, b"M": decode_masked}[bytes.fromhex(data[4:6])]
    with pytest.raises(MessageDecodeError, match=reason):
        decode(bytes.fromhex(data.replace(" ", "")))


def test_what_has_no_bytes_is_refused() -> None:
    these = enrolled(3, 2)
    announcement = these.roster.announcements[0]
    for wrong in (replace(announcement, mask_public=bytes(31)), replace(announcement, signature=bytes(256))):
        with pytest.raises(MalformedMessage):
            encode_announcement(wrong)
    dealing = these.clients[0].deal(these.roster, these.roster.digest)
    for other in (
        replace(dealing, dealer=3),
        replace(dealing, dealer=1),
        replace(dealing, seed=b""),
        replace(dealing, key_commitments=dealing.key_commitments[1:]),
        replace(dealing, sealed=(b"", b"", dealing.sealed[2])),
    ):
        with pytest.raises(MalformedMessage):
            encode_dealing(other)
    for revealed in (Revealed(1000, {}, {}), Revealed(0, {0: PRIME}, {}), Revealed(0, {}, {-1: 0})):
        with pytest.raises(MalformedMessage):
            encode_revealed(revealed)
    signed: Any = np.zeros(3, dtype=np.int64)
    with pytest.raises(MalformedMessage):
        encode_masked(signed)
