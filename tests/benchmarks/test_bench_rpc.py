"""Our side of what clients measure, and a node that answers wrongly."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from benchmarks import bench_rpc, rpc_nodes
from benchmarks.measure import PeerUnavailable, Run, WorkDiffers
from benchmarks.raw_websocket import NodeSilent, RawSocket, request_frame, result_of
from benchmarks.rpc_nodes import FUNDS, account_key, palletlab
from benchmarks.rpc_side import RpcSide
from chain.crypto.development import account


@contextmanager
def absent(_folder: Path) -> Iterator[str]:
    raise PeerUnavailable("there is no `node` on this machine")
    yield ""


def test_the_rows_have_our_figures_without_the_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_rpc, "chopsticks", absent)
    rows = list(bench_rpc.rows(Run(lambda _phrase: None, is_quick=True)))
    assert [row.goal.bound for row in rows] == [1.2, 0.6, 100]
    assert all(row.figure > 0 and row.peer_figure is None for row in rows)
    assert {row.note for row in rows} == {"there is no `node` on this machine"}


def test_work_that_was_not_done_is_found_out() -> None:
    with palletlab() as url, closing(RpcSide(url)) as side:
        assert side.included(3) > 0
        side._nonce += 1  # the next transfers wait for one that never comes
        with pytest.raises(WorkDiffers, match="in no block"):
            side.included(2, patience_s=0.3)
        with pytest.raises(NodeSilent, match="Method not found"):
            side.socket.ask("nonsense")


def test_nobody_at_the_address_is_a_silent_node() -> None:
    with pytest.raises(NodeSilent, match="nobody answers"):
        RawSocket("ws://127.0.0.1:1")


def test_a_reply_is_read_and_an_error_is_told() -> None:
    assert result_of(b'{"jsonrpc":"2.0","id":1,"result":[1]}') == [1]
    with pytest.raises(NodeSilent, match="no such thing"):
        result_of(b'{"jsonrpc":"2.0","id":1,"error":{"message":"no such thing"}}')


@pytest.mark.parametrize("length", [0, 40, 100, 70_000])
def test_a_request_is_a_whole_masked_frame(length: int) -> None:
    frame = request_frame("a", ["x" * length])
    content = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "a", "params": ["x" * length]}, separators=(",", ":"))
    assert frame.endswith(bytes(4) + content.encode())
    assert frame[0] == 0x81
    assert frame[1] >= 0x80


def test_the_peers_accounts_get_tokens_and_its_keys_come_in_order() -> None:
    given = {"genesis": {"raw": {"top": {"0xff": "0x00", "0x00": "0x01"}}}}
    top = rpc_nodes._with_funds(given)["genesis"]["raw"]["top"]
    assert list(top) == sorted(top)
    assert len(top) == 5
    alice = bytes.fromhex(top[f"0x{account_key(account('Alice')).hex()}"][2:])
    assert (len(alice), int.from_bytes(alice[16:32], "little")) == (80, FUNDS)


def test_without_node_there_is_no_peer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(PeerUnavailable, match="no `node`"), rpc_nodes.chopsticks(tmp_path):
        pass
