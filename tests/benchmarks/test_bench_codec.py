"""Our side of the codec's comparison."""

from __future__ import annotations

from benchmarks.bench_codec import account_infos, rows
from benchmarks.measure import Run
from pallets.system.types import NEW_LOGIC


def test_values_are_of_many_lengths() -> None:
    infos = account_infos(200)
    assert len({info.data.free.bit_length() for info in infos}) > 50
    assert {info.data.flags for info in infos} == {NEW_LOGIC}


def test_every_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    encode, decode = rows(Run(lambda _phrase: None, is_quick=True))
    for row in (encode, decode):
        assert row.figure > 0
        assert (row.peer_figure, row.note) == (None, no_peers)
