"""Whole numbers within a range, and nothing that only looks like one."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_cli.options import whole_number


@given(st.integers(1, 99))
def test_numbers_within_the_range_are_read(number: int) -> None:
    assert whole_number(range(1, 100))(str(number)) == number


@pytest.mark.parametrize("text", ["", "0", "100", "-1", "+1", " 1", "1_0", "1.0", "½", "٣", "9" * 5000])
def test_everything_else_is_refused_by_what_would_do(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not a whole number from 1 to 99"):
        whole_number(range(1, 100))(text)
