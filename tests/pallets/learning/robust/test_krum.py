from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pallets.learning.robust.bounds import BoundExceeded
from pallets.learning.robust.krum import bulyan, krum, multi_krum
from tests.pallets.learning.robust import oracle
from tests.pallets.learning.robust.oracle import columns, means, ranked
from tests.pallets.learning.robust.tables import tables


@given(tables(least=3), st.data())
def test_krum_and_multi_krum_are_those_of_the_paper(updates: NDArray[np.int64], data: st.DataObject) -> None:
    clients = len(updates)
    adversaries = data.draw(st.integers(0, (clients - 3) // 2))
    kept = data.draw(st.integers(1, clients - adversaries - 2))
    best_first = ranked(updates.tolist(), adversaries)
    assert krum(updates, adversaries).tolist() == best_first[0]
    assert multi_krum(updates, adversaries, kept).tolist() == means(columns(best_first[:kept]))


@given(tables(least=7, most=11), st.data())
def test_bulyan_is_that_of_the_paper(updates: NDArray[np.int64], data: st.DataObject) -> None:
    clients = len(updates)
    adversaries = data.draw(st.integers(0, (clients - 3) // 4))
    assert bulyan(updates, adversaries).tolist() == oracle.bulyan(updates.tolist(), adversaries)


@given(tables(least=7), st.data())
def test_the_order_of_clients_changes_nothing_even_with_ties(updates: NDArray[np.int64], data: st.DataObject) -> None:
    shuffled = updates[data.draw(st.permutations(range(len(updates))))]
    assert krum(shuffled, 1).tolist() == krum(updates, 1).tolist()
    assert multi_krum(shuffled, 1, 3).tolist() == multi_krum(updates, 1, 3).tolist()
    assert bulyan(shuffled, 1).tolist() == bulyan(updates, 1).tolist()


def test_adversaries_far_away_leave_no_trace() -> None:
    honest = np.arange(8 * 100, dtype=np.int64).reshape(8, 100) % 97
    attack = np.full((2, 100), -(2**40), dtype=np.int64)
    updates = np.vstack([attack, honest])
    assert krum(updates, 2).tolist() in honest.tolist()
    for result in (multi_krum(updates, 2, 6), bulyan(np.vstack([updates, honest]), 2)):
        assert (result >= honest.min(axis=0)).all()
        assert (result <= honest.max(axis=0)).all()


def test_more_adversaries_than_a_rule_withstands_are_refused() -> None:
    updates = np.zeros((6, 2), dtype=np.int64)
    with pytest.raises(BoundExceeded):
        krum(updates, 2)
    with pytest.raises(BoundExceeded):
        multi_krum(updates, 1, 4)
    with pytest.raises(BoundExceeded):
        bulyan(updates, 1)
