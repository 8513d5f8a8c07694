"""A subject runs in a process of its own and tells its rows as they come."""

from __future__ import annotations

import pytest

from benchmarks.measure import WorkDiffers
from benchmarks.subject import SubjectFailed, measured
from tests.benchmarks.rows import FASTER, SLOWER


def test_rows_and_phrases_come_from_the_process_as_they_are() -> None:
    said: list[str] = []
    assert list(measured("tests.benchmarks.rows", said.append, is_quick=True)) == [FASTER, SLOWER]
    assert said == ["measuring"]


def test_unequal_work_is_told_after_the_rows_before_it() -> None:
    rows = measured("tests.benchmarks.rows_wrong", lambda _: None, is_quick=True)
    assert next(rows) == FASTER
    with pytest.raises(WorkDiffers, match="the rival was given another state"):
        next(rows)


def test_a_process_that_ends_too_early_is_no_result(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SubjectFailed, match=r"tests\.benchmarks\.nowhere ended with exit code 1"):
        list(measured("tests.benchmarks.nowhere", lambda _: None, is_quick=True))
    assert "No module named 'tests.benchmarks.nowhere'" in capfd.readouterr().err
