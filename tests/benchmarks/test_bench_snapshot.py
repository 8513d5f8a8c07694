"""Our side of snapshot and revert."""

from __future__ import annotations

import pytest

from benchmarks.bench_snapshot import OfChain, OfRuntime, genesis_of, rows
from benchmarks.measure import Run, WorkDiffers
from chain.node.service import Node, NodeSnapshot
from pallets.frame.testing.isolation import Isolation
from runtime.dev import DevRuntime


@pytest.mark.parametrize("kind", [OfRuntime, OfChain])
def test_a_round_takes_every_transfer_back(kind: type[OfRuntime | OfChain]) -> None:
    assert kind(genesis_of(5), 3).round() > 0


def test_a_runtime_that_was_not_taken_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Isolation, "rewinder", lambda _self: lambda: None)
    with pytest.raises(WorkDiffers, match="Bob has"):
        OfRuntime(genesis_of(5), 1).round()


def test_a_chain_that_was_not_taken_back_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    side = OfChain(genesis_of(5), 1)
    monkeypatch.setattr(Node, "revert", lambda _self, _snapshot: None)
    with pytest.raises(WorkDiffers, match="Bob has"):
        side.round()


def test_a_chain_whose_pool_was_not_emptied_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    side = OfChain(genesis_of(5), 1)
    revert = Node.revert

    def half(node: Node[DevRuntime], snapshot: NodeSnapshot) -> None:
        revert(node, snapshot)
        node.submit(side.extrinsic)

    monkeypatch.setattr(Node, "revert", half)
    with pytest.raises(WorkDiffers, match="not what it was"):
        side.round()


def test_every_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    of_runtime, of_chain, *growths = rows(Run(lambda _phrase: None, is_quick=True))
    for row in (of_runtime, of_chain):
        assert row.figure > 0
        assert (row.peer_figure, row.note) == (None, no_peers)
    assert len(growths) == 2
    assert all(row.ratio for row in growths)
