from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.secure_aggregation.refusals import TermsRefused
from pallets.learning.secure_aggregation.threshold import check_threshold, largest_dropout, least_threshold


@given(st.integers(2, 200), st.data())
def test_two_sets_that_both_reach_the_threshold_share_an_honest_client(clients: int, data: st.DataObject) -> None:
    """So whoever answers for one list of survivors is among those asked for another, and refuses."""
    adversaries = data.draw(st.integers(0, clients - 1))
    least = least_threshold(clients, adversaries)
    assert 2 * least - clients > adversaries >= 2 * (least - 1) - clients


def test_a_third_of_adversaries_asks_for_two_thirds() -> None:
    assert least_threshold(99, 33) == 67
    assert least_threshold(100) == 51
    assert largest_dropout(100, 67) == 33


@pytest.mark.parametrize(
    ("clients", "threshold", "adversaries"), [(1, 1, 0), (1001, 700, 0), (4, 2, 0), (4, 5, 0), (4, 4, 4), (4, 3, -1)]
)
def test_terms_that_protect_nobody_are_refused(clients: int, threshold: int, adversaries: int) -> None:
    with pytest.raises(TermsRefused):
        check_threshold(clients, threshold, adversaries)
