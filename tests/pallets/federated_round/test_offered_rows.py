"""Rows are offered to tasks that they suit, and whose purpose their owner permits, as many as the task counts."""

from __future__ import annotations

from dataclasses import replace

from pallets.federated_round import DataCommitment
from pallets.federated_round.data import DataSet, LocalData, Operator
from pallets.federated_round.offered_rows import offered_rows, strategy_of
from tests.pallets.federated_round.mock import CLIENTS, TERMS
from tests.pallets.federated_round.test_purposes import PURPOSE, Permits, lend
from tests.pallets.federated_round.test_worker import LINEAR, devnet_of, operators

WHO = CLIENTS[0]


def offered(operator: Operator, *permitted: bool) -> DataCommitment | None:
    """What the operator's rows come to for a task that counts forty of them; permitted: where it has a purpose."""
    devnet = devnet_of(operators(), LINEAR, terms=replace(TERMS, max_samples=40))
    rounds, node = devnet.runtime.federated_round, devnet.nodes[WHO]
    if permitted:
        lend(devnet.runtime, Permits(*[WHO] * permitted[0]))
        rounds.purposes.insert(0, PURPOSE)
    task = rounds.task(0)
    return offered_rows(rounds, node, operator, 0, task, strategy_of(node, task))


def test_rows_that_suit_are_offered_up_to_what_the_task_counts() -> None:
    local = operators()[WHO].data
    assert local is not None
    assert len(local.data) == 60
    assert offered(Operator(data=local)) == offered(Operator(data=local), True) == DataCommitment(local.root, 40)


def test_rows_that_are_not_there_do_not_suit_or_are_not_permitted_are_not_offered() -> None:
    other = LocalData(DataSet.of([(1, 2)], [0]), WHO)
    assert offered(Operator(serves=True)) is None
    assert offered(Operator(data=other)) is None
    assert offered(operators()[WHO], False) is None
