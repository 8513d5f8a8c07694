"""Rows as sequences, frames and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chain.client.rows import SHOWN, WIDTH, Rows


def rows(*cells: Any) -> Rows[Mapping[str, Any]]:
    return Rows("things", ({"number": number, "cell": cell} for number, cell in enumerate(cells)), dict)


def test_rows_are_a_sequence() -> None:
    three = rows("a", "b", "c")
    assert (len(three), three[1]["cell"], three[-1]["cell"]) == (3, "b", "c")
    assert [row["cell"] for row in three[1:]] == ["b", "c"]
    assert repr(three[:2]) == "<2 things>"
    assert [row["cell"] for row in three.where(lambda row: row["number"] != 1)] == ["a", "c"]
    with pytest.raises(IndexError):
        _ = three[3]


def test_names_that_all_cells_have_are_columns() -> None:
    assert rows({"a": 1, "b": {"c": 2}}, {"a": 3, "b": {"c": 4}}).as_dicts() == [
        {"number": 0, "cell.a": 1, "cell.b.c": 2},
        {"number": 1, "cell.a": 3, "cell.b.c": 4},
    ]


@pytest.mark.parametrize("other", [{"b": 1}, {"a": 1, "b": 2}, None, 7, {}])
def test_cells_that_differ_stay_cells(other: Any) -> None:
    assert rows({"a": 1}, other).as_dicts() == [{"number": 0, "cell": {"a": 1}}, {"number": 1, "cell": other}]


def test_amounts_stay_integers_beside_nothing_and_beyond_64_bits() -> None:
    frame = rows(2**128 - 1, None, 3).frame()
    assert list(frame["cell"]) == [2**128 - 1, None, 3]
    assert list(rows(10**15, None).frame()["cell"]) == [10**15, None]
    assert rows(1, 2).frame()["cell"].dtype == "int64"
    assert rows().frame().empty


def test_tables_on_the_screen_are_short_and_escaped() -> None:
    html = rows("<b>", "x" * 100, *range(SHOWN))._repr_html_()
    assert "&lt;b&gt;" in html
    assert f"{'x' * (WIDTH - 1)}…" in html
    assert html.count("<tr>") == SHOWN + 1
    assert f"{SHOWN + 2} things, the first {SHOWN}" in html
    assert rows()._repr_html_().startswith("<table>")
