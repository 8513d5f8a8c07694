from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.encoding import VALUES_AT_ONCE, Encoding
from pallets.learning.secure_aggregation.refusals import ImpossibleSum, MalformedMessage, TermsRefused

int64 = st.integers(-(2**63), 2**63 - 1)


def steps(value: int, encoding: Encoding) -> int:
    """One value in steps, slowly."""
    size = min(abs(value) >> (24 - encoding.fractional_bits), encoding.clip)
    return -size if value < 0 else size


@st.composite
def encodings(draw: st.DrawFn) -> Encoding:
    modulus_bits = draw(st.sampled_from([32, 64]))
    return Encoding(
        clip=draw(st.integers(1, 2**20)),
        fractional_bits=draw(st.integers(0, 24)),
        modulus_bits=modulus_bits,
        largest_weight=draw(st.integers(1, 20)),
        noise=draw(st.integers(0, 100)),
    )


@given(encodings(), st.lists(st.lists(int64, min_size=3, max_size=3), min_size=1, max_size=5), st.data())
@example(Encoding(clip=1, fractional_bits=0), [[-(2**63), 2**63 - 1, -1]], None)
def test_the_sum_of_residues_is_the_sum_of_clipped_values(
    encoding: Encoding, rows: list[list[int]], data: st.DataObject | None
) -> None:
    weight = 1 if data is None else data.draw(st.integers(1, encoding.largest_weight))
    noise = 0 if data is None else data.draw(st.integers(-150, 150))
    encoding.check_room(len(rows))
    total = np.zeros(4, dtype=encoding.kind)
    for row in rows:
        total += encoding.encode(np.array(row, dtype=np.int64), weight, np.full(3, noise, dtype=np.int64))
    kept_noise = max(min(noise, encoding.noise), -encoding.noise)
    values, weights = encoding.decode(total, len(rows))
    assert values.tolist() == [
        sum(weight * steps(value, encoding) + kept_noise for value in column) for column in zip(*rows, strict=True)
    ]
    assert weights == weight * len(rows)


def test_blocks_meet_without_a_gap() -> None:
    update = np.arange(-VALUES_AT_ONCE, VALUES_AT_ONCE + 3, dtype=np.int64) << 20
    encoding = Encoding(clip=2**30, fractional_bits=4, modulus_bits=64)
    values, _ = encoding.decode(encoding.encode(update), 1)
    assert values.tolist() == [value >> 20 for value in update.tolist()]


def test_a_value_moves_by_less_than_a_step() -> None:
    update = np.arange(-(2**12), 2**12, dtype=np.int64) * 4099
    encoding = Encoding(clip=2**30, fractional_bits=10, modulus_bits=64)
    values, _ = encoding.decode(encoding.encode(update), 1)
    assert (np.abs((values << 14) - update) < 2**14).all()


@given(st.integers(1, 2**26), st.integers(1, 64), st.integers(0, 2**10), st.integers(2, 1000))
def test_the_room_is_what_the_largest_sums_need(clip: int, weight: int, noise: int, clients: int) -> None:
    encoding = Encoding(clip, modulus_bits=32, largest_weight=weight, noise=noise)
    fits = clients * max(clip * weight + noise, weight) < 2**31
    if fits:
        encoding.check_room(clients)
    else:
        with pytest.raises(TermsRefused, match="wraps modulo"):
            encoding.check_room(clients)


def test_a_thousand_clients_fit_32_bits_at_the_usual_clip() -> None:
    Encoding(clip=8 << 18, fractional_bits=18).check_room(1000)
    with pytest.raises(TermsRefused):
        Encoding(clip=8 << 18, fractional_bits=18).check_room(1024)


def test_a_sum_that_clients_cannot_have_given_is_refused() -> None:
    encoding = Encoding(clip=10, largest_weight=2)
    for sums, reason in (
        ([41, 2], "41 in the sum of 2 clients, who can give 40 at most"),
        ([-41, 2], "41 in the sum"),
        ([0, 1], "weights of 1 in the sum of 2 clients"),
        ([0, 5], "weights of 5 in the sum of 2 clients"),
    ):
        with pytest.raises(ImpossibleSum, match=reason):
            encoding.decode(np.array(sums, dtype=np.int64).astype("<u4"), 2)
    assert encoding.decode(np.array([40, 4], dtype="<u4"), 2)[0].tolist() == [40]


@pytest.mark.parametrize(
    "terms",
    [
        {"clip": 0},
        {"clip": 1, "fractional_bits": 25},
        {"clip": 1, "fractional_bits": -1},
        {"clip": 1, "modulus_bits": 16},
        {"clip": 1, "largest_weight": 0},
        {"clip": 1, "noise": -1},
    ],
)
def test_an_encoding_that_means_nothing_is_refused(terms: dict[str, int]) -> None:
    with pytest.raises(TermsRefused):
        Encoding(**terms)


def test_what_is_no_update_is_refused() -> None:
    encoding = Encoding(clip=10, largest_weight=3)
    update = np.zeros(3, dtype=np.int64)
    for encode in (
        lambda: encoding.encode(np.zeros(3)),  # type: ignore[arg-type]  # the mistake that is tested
        lambda: encoding.encode(np.zeros((1, 3), dtype=np.int64)),
        lambda: encoding.encode(update, weight=0),
        lambda: encoding.encode(update, weight=4),
        lambda: encoding.encode(update, noise=np.zeros(2, dtype=np.int64)),
        lambda: encoding.decode(np.zeros(3, dtype="<u8"), 1),
        lambda: encoding.decode(np.zeros(0, dtype="<u4"), 1),
    ):
        with pytest.raises(MalformedMessage):
            encode()
