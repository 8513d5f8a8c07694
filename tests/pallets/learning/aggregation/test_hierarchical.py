from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.hierarchical import (
    GroupDecodeError,
    GroupSum,
    decode_group,
    encode_group,
    group_sum,
    joined,
)
from pallets.learning.averaging import AveragingError, weighted_mean
from pallets.learning.fixed_point import Overflow

values = st.integers(-(2**40), 2**40)


@given(
    st.lists(st.tuples(st.lists(values, min_size=3, max_size=3), st.integers(1, 99)), min_size=1, max_size=9), st.data()
)
def test_however_deep_the_groups_the_mean_is_that_of_all_clients(
    clients: list[tuple[list[int], int]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(clients))))
    sums = [group_sum([clients[i][0]], [clients[i][1]]) for i in order]
    while len(sums) > 1:
        size = data.draw(st.integers(1, len(sums)))
        sums = [*sums[size:], joined(sums[:size])] if size > 1 else [*sums[1:], sums[0]]
    flat = weighted_mean([update for update, _ in clients], [samples for _, samples in clients])
    assert sums[0].mean() == flat


@given(st.integers(1, 2**63 - 1), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4))
def test_a_group_comes_back_from_its_bytes_and_has_one_digest(samples: int, sums: list[int]) -> None:
    group = GroupSum(samples, tuple(sums))
    data = encode_group(group)
    assert decode_group(data) == group
    assert group.digest() == decode_group(data).digest() != GroupSum(samples, (*sums, 0)).digest()
    for broken in (data[:-1], data + b"\x00", b"PLX\x01" + data[4:]):
        with pytest.raises(GroupDecodeError):
            decode_group(broken)


def test_bytes_of_no_samples_or_too_many_are_refused() -> None:
    for samples in (b"\x00" * 8, b"\xff" * 8):
        with pytest.raises(GroupDecodeError):
            decode_group(b"PLG\x01" + samples + b"\x00" * 4)


def test_groups_that_do_not_join_are_refused() -> None:
    with pytest.raises(AveragingError, match="no groups to join"):
        joined([])
    with pytest.raises(AveragingError, match="group 1 has 2 parameters, group 0 has 1"):
        joined([GroupSum(1, (0,)), GroupSum(1, (0, 0))])
    with pytest.raises(Overflow, match="the sum of parameter 0"):
        joined([GroupSum(1, (2**62,)), GroupSum(1, (2**62,))])
