"""Our side of the trie's comparison."""

from __future__ import annotations

import pytest

from benchmarks.bench_trie import State, check_with_oracle, rows
from benchmarks.measure import Run, WorkDiffers
from benchmarks.peer_side.pairs import batch, digest_of, state_of
from chain.crypto.hashing import twox_128


def test_roots_are_the_oracles() -> None:
    check_with_oracle(size=60, batches=2)


def test_a_state_that_missed_a_batch_is_found_out() -> None:
    state = State(100)
    state.round()
    state.check()
    state.version += 1
    with pytest.raises(WorkDiffers, match="root after 4 batches"):
        state.check()


def test_pairs_are_accounts_under_their_storage_keys() -> None:
    pairs = dict(state_of(50))
    assert len(pairs) == 50
    assert all(key.startswith(twox_128(b"System") + twox_128(b"Account")) and len(key) == 80 for key in pairs)
    assert all(len(value) == 80 for value in pairs.values())


def test_a_batch_touches_that_many_accounts_of_the_state() -> None:
    changes = batch(50, 20, version=3)
    assert len(changes) == 20
    assert changes.keys() <= dict(state_of(50)).keys()
    assert changes == batch(50, 20, version=3)
    assert digest_of(50, 20, 3) != digest_of(50, 20, 4)


def test_every_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    touched, memory, growth = rows(Run(lambda _phrase: None, is_quick=True))
    assert touched.figure > 0
    assert (touched.peer_figure, touched.note) == (None, no_peers)
    assert 0.2 < memory.figure < 3
    assert (memory.peer_figure, memory.note) == (None, no_peers)
    assert growth.ratio is not None
    assert growth.ratio > 0
