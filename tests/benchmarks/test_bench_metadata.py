"""Our side of the comparison of decoding by metadata."""

from __future__ import annotations

from benchmarks.bench_metadata import digest, material, rows, summary
from benchmarks.measure import Run
from chain.crypto import development
from chain.metadata import Metadata


def test_transfers_differ_in_all_that_is_compared() -> None:
    data, transfers = material(20)
    metadata = Metadata.decode(data)

    summaries = [summary(metadata.extrinsics.decode(each)) for each in transfers]

    alice, bob = development.account("Alice").hex(), development.account("Bob").hex()
    assert summaries[1] == f"Balances.transfer_keep_alive {alice} 1 1 {bob} 1000000000007"
    assert len(set(summaries)) == 20
    assert digest(summaries) != digest(summaries[1:])


def test_the_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    (row,) = rows(Run(lambda _phrase: None, is_quick=True))

    assert row.figure > 0
    assert (row.peer_figure, row.note) == (None, no_peers)
