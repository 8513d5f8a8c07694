"""One listener at the pool serves everybody who watches a transaction."""

from __future__ import annotations

from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.rpc.watched import WatchedTransactions
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
