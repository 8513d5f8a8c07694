"""A federation whose artifacts lie in a node of IPFS, or are lost in the middle, has the same chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.content_servers import BUCKET, CREDENTIALS, ipfs_nodes, s3_server
from benchmarks.measure import PeerUnavailable
from chain.content.address import ACCESS_KEY, SECRET_KEY
from chain.content.chunked import ChunkedStore
from chain.content.directory import DirectoryStore
from chain.content.gateway import GatewayStore
from chain.content.kubo import KuboStore
from chain.content.layout import Layout
from chain.content.memory import MemoryStore
from chain.content.pieces import reached_from
from chain.content.roots import named_in
from chain.content.several import SeveralStores
from node_cli.main import main
from node_cli.scenario import health
from node_cli.scenario.play import play
from node_cli.scenario.stage import Stage
from pallets.learning.stream import seed_for

Head = Callable[..., Any]


@pytest.fixture
def head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Head:
    """The last block of a small demo, with these options."""

    def play_demo(*options: str) -> Any:
        small = ["--rounds", "1", "--clients", "4", "--out", str(tmp_path / "out"), "--json"]
        assert main(["demo", *small, *options]) == 0
        return json.loads(capsys.readouterr().out)["head"]

    return play_demo


def test_a_federation_over_ipfs_has_the_chain_of_one_in_memory(head: Head) -> None:
    try:
        with ipfs_nodes() as nodes:
            assert head("--content", f"kubo:{nodes.rpc}") == head()
            assert len(list(KuboStore(nodes.rpc).entries())) > 5
    except PeerUnavailable as problem:
        pytest.skip(str(problem))


def test_a_federation_over_s3_has_the_chain_of_one_in_memory(
    head: Head, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ACCESS_KEY, CREDENTIALS.access_key)
    monkeypatch.setenv(SECRET_KEY, CREDENTIALS.secret_key)
    (tmp_path / "seaweedfs").mkdir()
    try:
        with s3_server(tmp_path / "seaweedfs") as address:
            assert head("--content", f"s3:{address}/{BUCKET}/rounds") == head()
    except PeerUnavailable as problem:
        pytest.skip(str(problem))
    assert CREDENTIALS.secret_key not in caplog.text


class Forgetful(MemoryStore):
    """Loses every third artifact that it is asked for, and spoils nothing."""

    asked = 0

    def get(self, cid: str) -> bytes:
        self.asked += 1
        if self.asked % 3 == 0:
            self.delete(cid)
        return super().get(cid)


def test_a_federation_whose_first_store_loses_artifacts_goes_on_with_the_second() -> None:
    def played(backend: MemoryStore | SeveralStores) -> Stage:
        stage = Stage(health.health(3, 1, seed_for("palletlab demo", 1)), ChunkedStore(backend))
        play(stage, lambda _progress: None)
        return stage

    forgetful = Forgetful()
    stage = played(SeveralStores([forgetful, MemoryStore()]))
    assert forgetful.asked > 6
    assert stage.node.best.hash == played(MemoryStore()).node.best.hash
    named = set(named_in(value for _, value in stage.node.best.state.items()))
    assert len(named) > 3
    assert all(stage.node.content.get(cid) for cid in named)


def test_an_artifact_that_helia_has_mends_a_directory(tmp_path: Path) -> None:
    data = bytes(range(256)) * 2000
    layout = Layout(100_000, 3)
    directory = DirectoryStore(tmp_path)
    try:
        with ipfs_nodes() as nodes:
            cid = nodes.imported(data, layout.chunk_size, layout.width)
            several = ChunkedStore(SeveralStores([directory, GatewayStore(nodes.gateway)]), layout)
            assert several.get(cid) == data
            harmed = list(reached_from(directory, cid))[3]
            next(tmp_path.rglob(harmed)).write_bytes(b"spoilt")
            assert several.get(cid) == data
    except PeerUnavailable as problem:
        pytest.skip(str(problem))
    assert ChunkedStore(directory, layout).get(cid) == data
