"""The subject about content stores has a row for each way, and gives no figure for other bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

import pytest

from benchmarks import bench_content
from benchmarks.bench_content import Artifacts, rows
from benchmarks.measure import PeerUnavailable, Run, WorkDiffers
from chain.content.memory import MemoryStore


def test_stores_that_are_not_installed_have_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def absent(*_arguments: object) -> Iterator[Never]:
        raise PeerUnavailable("it is not installed")
        yield

    for name in ("s3_server", "ipfs_nodes"):
        monkeypatch.setattr(bench_content, name, absent)
    said = list[str]()
    found = list(rows(Run(said.append, is_quick=True)))
    assert [row.name for row in found] == ["put to memory", "get from memory", "put to directory", "get from directory"]
    assert all(row.figure > 0 and row.unit == "MB/s" and row.goal.subject == "figure" for row in found)
    assert said.count("without it: it is not installed") == 3


def test_other_bytes_give_no_figure() -> None:
    artifacts = Artifacts(MemoryStore(), 1000)
    artifacts.put()
    artifacts.make()
    with pytest.raises(WorkDiffers, match="is not what went in"):
        artifacts.get()
