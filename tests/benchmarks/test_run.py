"""The command of the benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import readme_table, run
from benchmarks.report import heading, line_of, object_of
from tests.benchmarks.rows import ALONE, FASTER, SLOWER

README = f"before\n{readme_table.BEGIN}\n{readme_table.END}\nafter\n"


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Subjects that measure nothing, and files that are not the project's own."""
    subjects = {"good": "tests.benchmarks.rows", "alone": "tests.benchmarks.rows_alone"}
    monkeypatch.setattr(run, "SUBJECTS", subjects)
    monkeypatch.setattr(readme_table, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(readme_table, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text(README)
    return tmp_path


def test_each_row_is_one_line_whatever_the_figures_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [heading(), line_of(FASTER), line_of(SLOWER), line_of(ALONE)]


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    run.main([])
    assert capsys.readouterr().err.splitlines() == ["good: measuring", "alone: installing"]


def test_json_is_one_array_with_a_row_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out) == [object_of(row) for row in (FASTER, SLOWER, ALONE)]
    assert len(out.splitlines()) == 5


def test_only_the_named_subject_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--only", "alone"]) == 0
    assert capsys.readouterr().out.splitlines() == [heading(), line_of(ALONE)]


def test_rows_are_kept_where_asked(place: Path) -> None:
    run.main(["--only", "good", "--quick", "--out", str(place / "out" / "rows.json")])
    record = json.loads((place / "out" / "rows.json").read_text())
    assert (record["is_quick"], record["rows"]) == (True, [object_of(FASTER), object_of(SLOWER)])


def test_a_whole_run_renews_results_and_readme(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(run, "SUBJECTS", {"good": "tests.benchmarks.rows"})
    run.main([])
    record = json.loads((place / "results.json").read_text())
    assert record["rows"] == [object_of(FASTER), object_of(SLOWER)]
    assert readme_table.table_in((place / "README.md").read_text()) == readme_table.rendered(record)


@pytest.mark.parametrize("arguments", [[], ["--quick", "--only", "good"], ["--only", "good"]])
def test_a_run_with_a_gap_renews_nothing(place: Path, arguments: list[str]) -> None:
    run.main(arguments)
    assert not (place / "results.json").exists()
    assert (place / "README.md").read_text() == README


def test_unequal_work_ends_the_run_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    monkeypatch.setattr(run, "SUBJECTS", {"wrong": "tests.benchmarks.rows_wrong"})
    assert run.main([]) == 1
    written = capsys.readouterr()
    assert written.out.splitlines() == [heading(), line_of(FASTER)]
    assert written.err == "no figure, because the work is not equal: the rival was given another state\n"
    assert not (place / "results.json").exists()


def test_an_unknown_subject_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--only", "moon"])
    assert "invalid choice: 'moon'" in capsys.readouterr().err
