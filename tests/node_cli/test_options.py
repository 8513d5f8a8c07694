"""Whole numbers within a range, and nothing that only looks like one."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node_cli.options import seconds, whole_number


@given(st.integers(1, 99))
def test_numbers_within_the_range_are_read(number: int) -> None:
    assert whole_number(range(1, 100))(str(number)) == number


@pytest.mark.parametrize("text", ["", "0", "100", "-1", "+1", " 1", "1_0", "1.0", "½", "٣", "9" * 5000])
def test_everything_else_is_refused_by_what_would_do(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not a whole number from 1 to 99"):
        whole_number(range(1, 100))(text)


@pytest.mark.parametrize(("text", "expected"), [("0.001", 0.001), ("2.5", 2.5), ("3600", 3600.0), ("1e1", 10.0)])
def test_seconds_between_blocks_are_read(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "3601", "soon", "1 s"])
def test_no_time_between_blocks_is_told(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is not a number of seconds from 0\.001 to 3600"):
        seconds(text)
