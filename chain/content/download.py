"""Fetching an artifact into a file, going on where an interrupted fetch stopped.

What has come lies in `<file>.partial`. A fetch that finds one checks it leaf by leaf against the tree, keeps what is
right from the start on, and goes on from there; the file itself is there in full or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from io import BufferedRandom
from pathlib import Path

from chain.content.cid import digest_of
from chain.content.durable import sync_directory
from chain.content.pieces import Piece, Source, piece_data, pieces_of
from chain.record import record


@record
class Download:
    """What a fetch did: bytes of the file, and how many of them were there before."""

    size: int
    resumed: int


def partial_of(path: Path) -> Path:
    """Where what has come of a file lies until it is whole."""
    return path.with_name(f"{path.name}.partial")


def download(
    source: Source, cid: str, path: Path, limit: int, on_progress: Callable[[int], None] | None = None
) -> Download:
    """Fetch the artifact `cid` into `path`, whose directory exists.

    on_progress: told how many bytes are there
    Raises what `source.get` raises, ContentTooLarge, ContentMalformed, OSError; what has come stays for the next try.
    """
    partial = partial_of(path)
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT, 0o666)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            done = _filled(file, source, cid, limit, on_progress)
        except BaseException:
            if file.seek(0, os.SEEK_END) == 0:
                partial.unlink()
            raise
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    sync_directory(path.parent)
    return done


def _filled(
    file: BufferedRandom, source: Source, cid: str, limit: int, on_progress: Callable[[int], None] | None
) -> Download:
    """Bring all of an artifact into a file that may have its beginning."""
    end = resumed = 0
    is_resuming = True
    for piece in pieces_of(source, cid, limit):
        held = _held(file, piece) if is_resuming else None
        if held is None:
            is_resuming = False
            data = piece_data(source, piece, limit)
            file.seek(piece.offset)
            file.write(data)
            end = piece.offset + len(data)
        else:
            end = resumed = piece.offset + held
        if on_progress is not None:
            on_progress(end)
    file.truncate(end)
    return Download(end, resumed)


def _held(file: BufferedRandom, piece: Piece) -> int | None:
    """How many bytes of a piece the file has already, None where it has others."""
    file.seek(piece.offset)
    data = file.read(-1 if piece.size is None else piece.size)
    if piece.data is not None:
        return len(data) if data == piece.data else None
    return len(data) if sha256(data).digest() == digest_of(piece.cid) else None
