"""The files of a run: all of them are there in full, or the folder is as it was before."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from chain.content.durable import sync_directory, write_durably

Writer = Callable[[Path], None]
"""Writes one file."""


class OutputFolder:
    """A folder for a run's files. Nothing is made before `write`."""

    def __init__(self, path: Path) -> None:
        """Look whether a folder can be written there; raises OSError where it certainly cannot."""
        self.path = path
        place = ([path, *path.parents])[len(self._missing())]
        if not place.is_dir():
            raise _error(errno.ENOTDIR, place)
        if not os.access(place, os.W_OK | os.X_OK):
            raise _error(errno.EACCES, place)

    def write(self, files: Mapping[str, Writer]) -> None:
        """Write all files; raises OSError, and then the folder is as it was.

        Each is written in a hidden folder inside first. When all are there, they are moved to their names.
        """
        for name in files:
            if (self.path / name).is_dir():
                raise _error(errno.EISDIR, self.path / name)
        new, staging = self._missing(), None
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            staging = Path(mkdtemp(prefix=".palletlab-", dir=self.path))
            for name, writer in files.items():
                writer(staging / name)
            for name in files:
                (staging / name).chmod(_mode())
                os.replace(staging / name, self.path / name)
            sync_directory(self.path)
        except BaseException:
            _remove(staging, new)
            raise
        _remove(staging, [])

    def _missing(self) -> list[Path]:
        """The folders that would have to be made, the innermost first."""
        return list(takewhile(lambda place: not place.exists(), (self.path, *self.path.parents)))


def text_file(text: str) -> Writer:
    """A writer of UTF-8 text."""
    return lambda path: write_durably(path, text.encode())


def sentence_of(error: OSError) -> str:
    """What went wrong with which file."""
    reason = error.strerror or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def _remove(staging: Path | None, new: list[Path]) -> None:
    """Take back what was made: the folder of unfinished files, and those of `new` that are empty then."""
    if staging is not None:
        rmtree(staging, ignore_errors=True)
    with suppress(OSError):
        for folder in new:
            folder.rmdir()


def _mode() -> int:
    """As a new file has it: temporary ones are for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _error(code: int, path: Path) -> OSError:
    return OSError(code, os.strerror(code), str(path))
