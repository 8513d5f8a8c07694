from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.robust.bounds import (
    BoundExceeded,
    RobustError,
    Rule,
    check_adversaries,
    check_kept,
    check_trim,
    most_adversaries,
)

CONDITIONS = {
    Rule.MEDIAN: lambda n, f: 2 * f < n,
    Rule.TRIMMED_MEAN: lambda n, f: 2 * f < n,
    Rule.KRUM: lambda n, f: n > 2 * f + 2,
    Rule.MULTI_KRUM: lambda n, f: n > 2 * f + 2,
    Rule.BULYAN: lambda n, f: n >= 4 * f + 3,
    Rule.GEOMETRIC_MEDIAN: lambda n, f: 2 * f < n,
    Rule.NORM_CLIPPING: lambda n, f: f < n,
}


@given(st.sampled_from(Rule), st.integers(1, 60), st.integers(0, 60))
def test_a_rule_takes_exactly_the_adversaries_of_its_paper(rule: Rule, clients: int, adversaries: int) -> None:
    if CONDITIONS[rule](clients, adversaries):
        check_adversaries(rule, clients, adversaries)
        assert most_adversaries(rule, clients) >= adversaries
    else:
        with pytest.raises(BoundExceeded):
            check_adversaries(rule, clients, adversaries)
        assert most_adversaries(rule, clients) < adversaries


def test_the_refusal_says_what_would_do() -> None:
    with pytest.raises(BoundExceeded, match=r"^krum withstands 3 with 10 clients, not 4 adversaries$"):
        check_adversaries(Rule.KRUM, 10, 4)
    with pytest.raises(BoundExceeded, match=r"^bulyan does not work with 2 clients, not 0 adversaries$"):
        check_adversaries(Rule.BULYAN, 2, 0)
    with pytest.raises(RobustError, match=r"^-1 adversaries among 4 clients$"):
        check_adversaries(Rule.MEDIAN, 4, -1)


def test_a_trim_is_at_least_the_adversaries_and_leaves_something() -> None:
    check_trim(10, 3, 3)
    check_trim(10, 3, 4)
    for trim in (2, 5):
        with pytest.raises(BoundExceeded, match=f"^{trim} of each side of 10 .*: take 3 to 4$"):
            check_trim(10, 3, trim)


def test_multi_krum_keeps_at_most_those_that_are_scored() -> None:
    check_kept(10, 3, 1)
    check_kept(10, 3, 5)
    for kept in (0, 6):
        with pytest.raises(BoundExceeded, match=f"^{kept} of 10 updates kept .*: take 1 to 5$"):
            check_kept(10, 3, kept)
