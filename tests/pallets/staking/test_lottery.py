"""The draw is recomputable, independent of order, and in proportion to the weights."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.primitives import AccountId
from pallets.staking.lottery import POINT_RANGE, LotteryError, draw

SEED = bytes(32)


def account(number: int) -> AccountId:
    return AccountId(bytes((number,)) * 32)


lines = st.dictionaries(st.integers(0, 255).map(account), st.integers(0, 2**160), max_size=12).map(
    lambda weights: list(weights.items())
)


@given(lines, st.integers(0, 14), st.binary(min_size=32, max_size=32), st.randoms())
def test_a_draw_depends_on_the_candidates_not_on_their_order(
    line: list[tuple[AccountId, int]], seats: int, seed: bytes, random: Random
) -> None:
    shuffled = list(line)
    random.shuffle(shuffled)
    drawn = draw(line, seats, seed)
    assert drawn == draw(shuffled, seats, seed)
    positive = {who for who, weight in line if weight}
    assert len(set(drawn)) == len(drawn) == min(seats, len(positive))
    assert set(drawn) <= positive


@given(lines, st.integers(0, 10))
def test_fewer_seats_are_the_beginning_of_more_seats(line: list[tuple[AccountId, int]], seats: int) -> None:
    assert draw(line, seats + 3, SEED)[:seats] == draw(line, seats, SEED)


def test_a_draw_is_what_it_was() -> None:
    line = [(account(number), number * 10) for number in range(1, 7)]
    assert [who[0] for who in draw(line, 4, SEED)] == [3, 4, 6, 1]


def test_first_seats_go_in_proportion_to_the_weights() -> None:
    line = [(account(1), 10), (account(2), 30), (account(3), 60)]
    first = Counter(draw(line, 1, number.to_bytes(32, "little"))[0][0] for number in range(3000))
    assert all(abs(first[number] - 3000 * share) < 100 for number, share in ((1, 0.1), (2, 0.3), (3, 0.6)))


@pytest.mark.parametrize(
    ("line", "seats"),
    [
        ([(account(1), 1), (account(1), 2)], 1),
        ([(account(1), -1)], 1),
        ([(account(1), 1)], -1),
        ([(account(1), POINT_RANGE)], 1),
    ],
)
def test_a_senseless_draw_is_refused(line: list[tuple[AccountId, int]], seats: int) -> None:
    with pytest.raises(LotteryError):
        draw(line, seats, SEED)
