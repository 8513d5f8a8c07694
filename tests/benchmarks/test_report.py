"""Rows as lines and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.measure import Row
from benchmarks.report import heading, line_of, number_text, object_of, row_from, write_results
from tests.benchmarks.rows import ALONE, FASTER, SLOWER, SMALL


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0123, "0.012"),
        (0.672, "0.672"),
        (1.234, "1.23"),
        (25.44, "25.4"),
        (338.4, "338"),
        (5641.8, "5,642"),
    ],
)
def test_numbers_have_about_three_digits(value: float, text: str) -> None:
    assert number_text(value) == text


def test_a_line_has_figure_peer_ratio_goal_and_verdict() -> None:
    words = [cell.strip() for cell in line_of(FASTER).split("  ") if cell.strip()]
    assert words == ["root (100 keys)", "2.00 µs", "rival 1.0 60.0 µs", "30.0×", "at least 25×", "met"]


def test_a_goal_that_is_missed_is_said_to_be() -> None:
    assert line_of(SLOWER).endswith("at most 2.6×         not met")


def test_a_line_without_the_peer_says_why() -> None:
    assert line_of(ALONE).endswith("peer unavailable: pip could not install it")


def test_columns_stand_below_their_headings() -> None:
    assert line_of(SMALL).index("at most 1.2 kB") == heading().index("goal")


@pytest.mark.parametrize("row", [FASTER, SLOWER, SMALL, ALONE])
def test_a_row_survives_json(row: Row) -> None:
    assert row_from(json.loads(json.dumps(object_of(row)))) == row


def test_results_name_the_place_and_hold_the_rows(tmp_path: Path) -> None:
    write_results(tmp_path / "new" / "results.json", [FASTER], is_quick=True)
    record = json.loads((tmp_path / "new" / "results.json").read_text())
    assert set(record["where"]) == {"python", "system", "processor", "cores", "day"}
    assert record["is_quick"] is True
    assert [row_from(fields) for fields in record["rows"]] == [FASTER]
