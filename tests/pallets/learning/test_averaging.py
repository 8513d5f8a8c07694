from __future__ import annotations

from fractions import Fraction
from math import trunc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pallets.learning import array_averaging, averaging
from pallets.learning.averaging import AveragingError
from pallets.learning.fixed_point import Overflow

int64 = st.integers(-(2**63), 2**63 - 1)
small = st.integers(-(2**40), 2**40)


@st.composite
def rounds(draw: st.DrawFn, values: st.SearchStrategy[int] = small) -> tuple[list[list[int]], list[int]]:
    """Updates and their samples."""
    participants, width = draw(st.integers(1, 5)), draw(st.integers(0, 4))
    updates = draw(
        st.lists(st.lists(values, min_size=width, max_size=width), min_size=participants, max_size=participants)
    )
    return updates, draw(st.lists(st.integers(1, 2**20), min_size=participants, max_size=participants))


@given(rounds())
def test_the_mean_is_the_exact_one_rounded_toward_zero(given_: tuple[list[list[int]], list[int]]) -> None:
    updates, samples = given_
    expected = [
        trunc(Fraction(sum(n * value for n, value in zip(samples, column, strict=True)), sum(samples)))
        for column in zip(*updates, strict=True)
    ]
    assert averaging.weighted_mean(updates, samples) == expected


@given(rounds(), st.data())
def test_the_order_of_updates_changes_nothing(given_: tuple[list[list[int]], list[int]], data: st.DataObject) -> None:
    updates, samples = given_
    order = data.draw(st.permutations(range(len(samples))))
    shuffled = [updates[i] for i in order], [samples[i] for i in order]
    assert averaging.weighted_mean(*shuffled) == averaging.weighted_mean(updates, samples)


@given(rounds(), rounds())
def test_groups_that_add_first_give_the_sum_of_all(
    one: tuple[list[list[int]], list[int]], other: tuple[list[list[int]], list[int]]
) -> None:
    width = min(len(one[0][0]), len(other[0][0]))
    groups = [([update[:width] for update in updates], samples) for updates, samples in (one, other)]
    together = averaging.weighted_sums(groups[0][0] + groups[1][0], groups[0][1] + groups[1][1])
    apart = [averaging.weighted_sums(*group) for group in groups]
    assert [a + b for a, b in zip(*apart, strict=True)] == together


@given(st.one_of(rounds(), rounds(int64)))
@example(([[2**63 - 1], [2**63 - 1], [-(2**63)]], [1, 1, 1]))  # wraps on the way, fits at the end
@example(([[2**63 - 1], [1]], [1, 1]))
@example(([[-(2**63)], [-1]], [1, 1]))
@example(([[0, 5]], [2**63 - 1]))
def test_arrays_give_the_numbers_and_refusals_of_lists(given_: tuple[list[list[int]], list[int]]) -> None:
    updates, samples = given_
    table = np.array(updates, dtype=np.int64).reshape(len(samples), -1)
    try:
        expected = averaging.weighted_mean(updates, samples)
    except Overflow as refusal:
        message = str(refusal)
    else:
        assert array_averaging.weighted_mean(table, samples).tolist() == expected
        return
    with pytest.raises(Overflow) as caught:
        array_averaging.weighted_mean(table, samples)
    assert str(caught.value) == message


def test_large_updates_are_averaged_block_by_block() -> None:
    width = array_averaging.COLUMNS_AT_ONCE + 3
    table = np.arange(3 * width, dtype=np.int64).reshape(3, width) - width
    table[1, -1] = 2**62
    mean = array_averaging.weighted_mean(table, [1, 1, 5])
    assert mean.tolist() == averaging.weighted_mean(table.tolist(), [1, 1, 5])
    table[0, -1] = 2**62
    with pytest.raises(Overflow, match=f"the sum of parameter {width - 1} is {2**63 + 5 * (2 * width - 1)}, "):
        array_averaging.weighted_mean(table, [1, 1, 5])


@pytest.mark.parametrize(
    ("updates", "samples", "message"),
    [
        ([], [], "0 updates with 0 sample counts"),
        ([[1]], [1, 2], "1 updates with 2 sample counts"),
        ([[1]], [0], "update 0 counts 0 samples"),
        ([[1], [1]], [1, -1], "update 1 counts -1 samples"),
    ],
)
def test_updates_without_their_samples_are_refused(updates: list[list[int]], samples: list[int], message: str) -> None:
    with pytest.raises(AveragingError, match=message):
        averaging.weighted_mean(updates, samples)
    with pytest.raises(AveragingError, match=message):
        array_averaging.weighted_mean(
            np.array(updates, dtype=np.int64).reshape(len(updates), -1 if updates else 0), samples
        )


def test_updates_of_different_lengths_are_refused() -> None:
    with pytest.raises(AveragingError, match="update 1 has 2 parameters, update 0 has 1"):
        averaging.weighted_mean([[1], [1, 2]], [1, 1])


def test_floats_are_not_averaged() -> None:
    with pytest.raises(AveragingError, match="type float64, not a table of int64"):
        array_averaging.weighted_mean(np.zeros((1, 1)), [1])  # type: ignore[arg-type]  # the mistake that is tested


def test_samples_that_leave_int64_are_refused() -> None:
    with pytest.raises(Overflow, match="samples leave int64"):
        averaging.weighted_mean([[0], [0]], [2**63 - 1, 1])
