"""The README's table of figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import readme_table
from benchmarks.readme_table import BEGIN, END, MarkersMissing, rendered, table_in, with_table
from benchmarks.report import object_of, write_results
from tests.benchmarks.rows import ALONE, FASTER

WHERE = {"python": "3.11.7", "system": "Linux x86_64", "processor": "EPYC", "cores": 2, "day": "2026-01-02"}


def test_readme_has_the_table_of_the_results() -> None:
    readme = readme_table.README.read_text()
    if readme_table.RESULTS.exists():
        assert table_in(readme) == rendered(json.loads(readme_table.RESULTS.read_text()))
    else:
        assert BEGIN not in readme or table_in(readme) == ""


def test_committed_results_are_of_a_whole_run() -> None:
    if readme_table.RESULTS.exists():
        record = json.loads(readme_table.RESULTS.read_text())
        assert record["is_quick"] is False
        assert all(row["met"] is not None for row in record["rows"])


def test_a_row_is_a_line_of_the_table() -> None:
    record = {"where": WHERE, "rows": [object_of(FASTER), object_of(ALONE)]}
    assert rendered(record).splitlines() == [
        "Python 3.11.7 on 2 cores of EPYC, 2026-01-02; medians of alternating rounds, both sides in the same run.",
        "",
        "| what | here | peer | ratio | goal | |",
        "|---|---|---|---|---|---|",
        "| root (100 keys) | 2.00 µs | rival 1.0 60.0 µs | 30.0× | at least 25× | met |",
        "| decode (5 values) | 1.50 µs | rival 1.0 - | - | at least 25× | peer unavailable: pip could not install it |",
    ]


def test_only_what_stands_between_the_markers_changes() -> None:
    readme = f"# head\n\n{BEGIN}\nold\n{END}\n\ntail\n"
    assert with_table(readme, "new\nlines") == f"# head\n\n{BEGIN}\nnew\nlines\n{END}\n\ntail\n"


@pytest.mark.parametrize("readme", ["", BEGIN, f"{END}{BEGIN}"])
def test_a_readme_without_both_markers_is_refused(readme: str) -> None:
    with pytest.raises(MarkersMissing):
        with_table(readme, "new")


def test_the_command_writes_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _place(monkeypatch, tmp_path, f"{BEGIN}\n{END}\n")
    write_results(tmp_path / "results.json", [FASTER], is_quick=False)
    assert readme_table.main(["--write"]) == 0
    record = json.loads((tmp_path / "results.json").read_text())
    assert table_in((tmp_path / "README.md").read_text()) == rendered(record)


def test_the_command_says_that_there_are_no_results(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _place(monkeypatch, tmp_path, "")
    assert readme_table.main([]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'results.json'} does not exist: `python -m benchmarks` writes it\n"


def test_the_command_says_that_there_are_no_markers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _place(monkeypatch, tmp_path, "# head\n")
    write_results(tmp_path / "results.json", [FASTER], is_quick=False)
    assert readme_table.main(["--write"]) == 1
    assert capsys.readouterr().err == f"the README lacks the markers {BEGIN} and {END}\n"


def _place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, readme: str) -> None:
    monkeypatch.setattr(readme_table, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(readme_table, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text(readme)
