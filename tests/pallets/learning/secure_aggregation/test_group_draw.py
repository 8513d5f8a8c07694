"""Who is summed with whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.group_draw import groups_of
from pallets.learning.secure_aggregation.refusals import TermsRefused


@given(st.integers(1, 60), st.binary(min_size=4, max_size=4), st.data())
def test_every_client_is_in_one_group_and_sizes_differ_by_one(clients: int, seed: bytes, data: st.DataObject) -> None:
    groups = groups_of(clients, data.draw(st.integers(1, clients)), seed)
    assert sorted(client for group in groups for client in group) == list(range(clients))
    assert max(map(len, groups)) - min(map(len, groups)) <= 1


def test_the_draw_follows_from_the_seed() -> None:
    assert groups_of(12, 3, b"a") == groups_of(12, 3, b"a") != groups_of(12, 3, b"b")
    with pytest.raises(TermsRefused, match="4 groups of 3 clients"):
        groups_of(3, 4, b"")
