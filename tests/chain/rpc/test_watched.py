"""One listener at the pool serves everybody who watches a transaction."""

from __future__ import annotations

import pytest

from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.rpc import watched as module
from chain.rpc.watched import UNFINALIZED_BLOCKS, WatchedTransactions
from tests.chain.rpc.served_chain import ServedChain


def test_each_watcher_is_told_until_it_ends() -> None:
    chain = ServedChain()
    watched = WatchedTransactions(chain.node.pool)
    transaction = chain.transaction()
    first, second = list[StatusChange](), list[StatusChange]()
    name = chain.node.submit(transaction)
    end_first, end_second = watched.watch(name, first.append), watched.watch(name, second.append)
    chain.node.pool.drop(name)
    end_first()
    end_first()
    chain.node.submit(transaction)
    assert first == [StatusChange(name, TransactionStatus.DROPPED)]
    assert [change.status for change in second] == [TransactionStatus.DROPPED, TransactionStatus.READY]
    end_second()
    assert len(watched) == 0


def test_a_node_waits_for_the_finality_of_as_many_blocks_as_substrates() -> None:
    assert UNFINALIZED_BLOCKS == 512


def test_whoever_waits_for_finality_too_long_is_told_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNFINALIZED_BLOCKS", 2)
    chain = ServedChain()
    watched, told = WatchedTransactions(chain.node.pool), list[StatusChange]()
    transaction = chain.transaction()
    name = chain.node.submit(transaction)
    watched.watch(name, told.append)
    first = chain.block()
    chain.block()  # without transactions, which does not count
    chain.block(None, chain.transaction())
    assert [change.status for change in told] == [TransactionStatus.IN_BLOCK]
    chain.block(None, chain.transaction())
    assert told[1:] == [StatusChange(name, TransactionStatus.FINALITY_TIMEOUT, first.hash)]
    assert told[1].status.is_terminal


def test_blocks_that_are_final_or_gone_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNFINALIZED_BLOCKS", 2)
    chain = ServedChain()
    watched, told = WatchedTransactions(chain.node.pool), list[StatusChange]()
    chain.node.finalize(chain.block(None, chain.transaction(2)).hash)
    name = chain.node.submit(chain.transaction())
    watched.watch(name, told.append)
    lost = chain.block()
    beside = chain.fork(lost.header.parent_hash, 1)
    chain.block(beside.hash)
    chain.block(None, chain.transaction(3))
    statuses = [change.status for change in told]
    assert TransactionStatus.RETRACTED in statuses
    assert TransactionStatus.FINALITY_TIMEOUT not in statuses
