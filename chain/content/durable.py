"""Files that are there in full or not at all, and on disk when the call returns."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp


def write_durably(file: Path, data: bytes) -> None:
    """Put `data` in the place of whatever `file` holds; its directory exists. Raises OSError.

    A process that is killed meanwhile leaves a file `*.partial` beside it.
    """
    descriptor, partial = mkstemp(prefix=file.name, suffix=".partial", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, file)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(partial)
        raise
    sync_directory(file.parent)


def sync_directory(directory: Path) -> None:
    """Bring the names in `directory` to disk: new, changed and removed ones."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
