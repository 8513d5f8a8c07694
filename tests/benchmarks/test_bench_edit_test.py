"""The author's loop, measured on a generated pallet."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench_edit_test import loop_variables, one_test, rows
from benchmarks.measure import Run, WorkDiffers


def test_the_row_has_both_figures() -> None:
    (row,) = rows(Run(lambda _phrase: None, is_quick=True))
    assert row.figure > 0
    assert row.peer_figure is not None
    assert row.goal.subject == "figure"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [("def test_it():\n    assert False\n", "pytest failed: "), ("def test_other(): ...\n", "pytest failed: ")],
)
def test_a_test_that_does_not_pass_ends_the_run(tmp_path: Path, source: str, complaint: str) -> None:
    (tmp_path / "test_this.py").write_text(source, encoding="utf-8")
    with pytest.raises(WorkDiffers, match=complaint):
        one_test(tmp_path, "test_this.py::test_it", loop_variables(tmp_path))
