"""All files of a run are written, or the folder is as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from node_cli.output_folder import OutputFolder, sentence_of, text_file


def fails(_: Path) -> None:
    raise OSError(28, "No space left on device", "disk")


def content_of(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() if path.is_file() else "" for path in folder.rglob("*")}


def test_all_files_are_written_with_the_folders_above(tmp_path: Path) -> None:
    OutputFolder(tmp_path / "a" / "b").write({"one": text_file("1"), "two": text_file("zwei ü")})
    assert content_of(tmp_path) == {"a": "", "a/b": "", "a/b/one": "1", "a/b/two": "zwei ü"}


def test_files_of_an_earlier_run_are_replaced_and_others_left(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("old")
    (tmp_path / "mine").write_text("mine")
    OutputFolder(tmp_path).write({"one": text_file("new")})
    assert content_of(tmp_path) == {"one": "new", "mine": "mine"}


@pytest.mark.parametrize("inside", [".", "new/er"])
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, inside: str) -> None:
    (tmp_path / "one").write_text("old")
    with pytest.raises(OSError, match="No space left"):
        OutputFolder(tmp_path / inside).write({"one": text_file("new"), "two": fails})
    assert content_of(tmp_path) == {"one": "old"}


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    with pytest.raises(IsADirectoryError):
        OutputFolder(tmp_path).write({"one": text_file("1"), "two": text_file("2")})
    assert content_of(tmp_path) == {"two": ""}


@pytest.mark.parametrize("inside", ["file", "file/below", "file/far/below"])
def test_a_file_in_the_place_of_the_folder_is_refused_at_once(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(NotADirectoryError) as refused:
        OutputFolder(tmp_path / inside)
    assert sentence_of(refused.value) == f"{tmp_path / 'file'}: Not a directory"


def test_a_folder_that_may_not_be_written_to_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, who runs tests in containers, may write anywhere
    with pytest.raises(PermissionError) as refused:
        OutputFolder(tmp_path / "new")
    assert sentence_of(refused.value) == f"{tmp_path}: Permission denied"


def test_files_can_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        OutputFolder(tmp_path).write({"one": text_file("1")})
    finally:
        os.umask(mask)
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o644
