"""Our side of a node's start, and nodes that do not get that far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.bench_node_start import Starts, _of_ours, _of_peer
from benchmarks.measure import PeerUnavailable, WorkDiffers
from benchmarks.raw_websocket import NodeSilent
from benchmarks.rpc_nodes import NodeEnded, palletlab


def test_our_node_answers_and_has_the_transfer(tmp_path: Path) -> None:
    starts = Starts(lambda: palletlab(tmp_path))
    assert starts.included() > 0
    assert starts.answered() > 0


@contextmanager
def ended() -> Iterator[str]:
    raise NodeEnded("out of luck")
    yield ""


@contextmanager
def silent() -> Iterator[str]:
    raise NodeSilent("the node is silent")
    yield ""


def test_a_node_of_ours_that_does_not_start_ends_the_run() -> None:
    for serve in (ended, silent):
        with pytest.raises(WorkDiffers, match="our node does not serve"):
            _of_ours(Starts(serve).included)


def test_a_silent_peer_is_unavailable() -> None:
    with pytest.raises(PeerUnavailable, match="chopsticks failed: the node is silent"):
        _of_peer(Starts(silent).answered)
