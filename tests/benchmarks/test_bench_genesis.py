"""Our side of the genesis."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.bench_genesis import FUNDS, check, check_root, genesis_of, rows
from benchmarks.measure import Run, WorkDiffers
from benchmarks.peer_side.endowed import account_ids
from chain.primitives import AccountId, Hash


def endowed(count: int) -> tuple[tuple[AccountId, int], ...]:
    return tuple((AccountId(who), FUNDS) for who in account_ids(count))


def test_accounts_are_many_and_the_same_each_time() -> None:
    assert account_ids(50) == account_ids(60)[:50]
    assert len(set(account_ids(200))) == 200
    assert all(len(who) == 32 for who in account_ids(5))


def test_a_genesis_without_one_of_its_accounts_is_found_out() -> None:
    holders = endowed(30)
    state, header = genesis_of(holders)
    check(state, header, holders)
    check_root(state, header)
    with pytest.raises(WorkDiffers, match="has not got its funds"):
        check(*genesis_of(holders[1:]), holders)
    with pytest.raises(WorkDiffers, match="issuance"):
        check(*genesis_of(holders[:-1]), holders)


def test_a_header_of_another_state_is_found_out() -> None:
    holders = endowed(3)
    state, header = genesis_of(holders)
    wrong = dataclasses.replace(header, state_root=Hash(bytes(32)))
    with pytest.raises(WorkDiffers, match="names another state"):
        check(state, wrong, holders)
    with pytest.raises(WorkDiffers, match="not that of the state's pairs"):
        check_root(state, wrong)


def test_the_row_has_its_figure_without_the_peer(no_peers: str) -> None:
    (row,) = rows(Run(lambda _phrase: None, is_quick=True))
    assert row.figure > 0
    assert (row.peer_figure, row.note) == (None, no_peers)
