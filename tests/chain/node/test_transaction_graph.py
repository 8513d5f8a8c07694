"""The graph of ready and future transactions, by example and against the reference."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chain.node.pool_errors import CycleDetected, PoolError, TooLowPriority
from chain.node.ready_order import ReadyOrder
from chain.node.transaction_graph import TransactionGraph
from chain.node.transaction_queue import PoolTransaction, TransactionQueue
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash
from tests.chain.node.reference_pool import ReferenceGraph

FUTURE, READY = TransactionStatus.FUTURE, TransactionStatus.READY
USURPED, DROPPED = TransactionStatus.USURPED, TransactionStatus.DROPPED


def transaction(
    name: str, *, requires: str = "", provides: str = "", priority: int = 1, sequence: int | None = None
) -> PoolTransaction:
    """A transaction whose hash is its name and whose tags are single letters."""
    return PoolTransaction(
        hash=Hash(name.encode()),
        extrinsic=name.encode(),
        sequence=ord(name[0]) if sequence is None else sequence,
        priority=priority,
        requires=tuple(tag.encode() for tag in requires),
        provides=tuple(tag.encode() for tag in provides),
        validated_at=0,
        valid_till=100,
    )


def change(name: str, status: TransactionStatus, detail: str | None = None) -> StatusChange:
    return StatusChange(Hash(name.encode()), status, None if detail is None else Hash(detail.encode()))


def names(queue: TransactionQueue) -> str:
    return "".join(sorted(entry.hash.decode() for entry in queue))


def graph_of(*transactions: PoolTransaction) -> TransactionGraph:
    graph = TransactionGraph()
    for entry in transactions:
        graph.insert(entry)
    return graph


def test_a_transaction_waits_until_its_tag_is_provided() -> None:
    graph = TransactionGraph()
    assert graph.insert(transaction("b", requires="1", provides="2")) == [change("b", FUTURE)]
    assert graph.insert(transaction("a", provides="1")) == [change("a", READY), change("b", READY)]
    assert (names(graph.ready), names(graph.future)) == ("ab", "")


def test_higher_priority_takes_a_tag_over_and_equal_priority_does_not() -> None:
    graph = graph_of(transaction("a", provides="1", priority=5))
    with pytest.raises(TooLowPriority) as refused:
        graph.insert(transaction("b", provides="1", priority=5))
    assert str(refused.value) == "Priority is too low: (5 vs 5)"
    assert graph.insert(transaction("c", provides="1", priority=6)) == [change("a", USURPED, "c"), change("c", READY)]
    assert names(graph.ready) == "c"


def test_a_newcomer_must_outbid_all_whose_tags_it_takes_together() -> None:
    graph = graph_of(transaction("a", provides="1", priority=5), transaction("b", provides="2", priority=5))
    with pytest.raises(TooLowPriority):
        graph.insert(transaction("c", provides="12", priority=10))
    graph.insert(transaction("d", provides="12", priority=11))
    assert names(graph.ready) == "d"


def test_what_stood_on_a_replaced_transaction_waits_unless_the_new_one_provides_its_tag() -> None:
    graph = graph_of(
        transaction("a", provides="12", priority=1),
        transaction("b", requires="1", provides="3"),
        transaction("c", requires="2", provides="4"),
        transaction("d", requires="4", provides="5"),
    )
    assert graph.insert(transaction("e", provides="1", priority=2)) == [
        change("a", USURPED, "e"),
        change("e", READY),
        change("c", FUTURE),
        change("d", FUTURE),
    ]
    assert (names(graph.ready), names(graph.future)) == ("be", "cd")


def test_a_transaction_cannot_replace_what_it_depends_on() -> None:
    graph = graph_of(transaction("a", provides="1"), transaction("b", requires="1", provides="2"))
    with pytest.raises(CycleDetected):
        graph.insert(transaction("c", requires="2", provides="1", priority=9))
    assert names(graph.ready) == "ab"


def test_removal_lets_dependents_wait() -> None:
    graph = graph_of(
        transaction("a", provides="1"),
        transaction("b", requires="1", provides="2"),
        transaction("c", requires="2", provides="3"),
    )
    assert graph.remove(Hash(b"a")) == [change("b", FUTURE), change("c", FUTURE)]
    assert graph.remove(Hash(b"a")) == []
    graph.insert(transaction("d", provides="1"))
    assert names(graph.ready) == "bcd"


def test_pruned_tags_are_required_no_more() -> None:
    graph = graph_of(
        transaction("a", provides="1"),
        transaction("b", requires="1", provides="2"),
        transaction("c", requires="13", provides="4"),
    )
    outdated, changes = graph.prune([b"1", b"3"])
    assert [entry.hash for entry in outdated] == [b"a"]
    assert changes == [change("c", READY)]
    assert names(graph.ready) == "bc"


def test_pruning_takes_out_waiting_transactions_with_that_tag() -> None:
    graph = graph_of(transaction("a", requires="9", provides="1"))
    outdated, _ = graph.prune([b"1"])
    assert [entry.hash for entry in outdated] == [b"a"]
    assert len(graph) == 0


def test_of_two_that_waited_for_the_same_place_the_better_one_stays() -> None:
    graph = graph_of(
        transaction("b", requires="1", provides="2", priority=3),
        transaction("c", requires="1", provides="2", priority=2),
    )
    changes = graph.insert(transaction("a", provides="1"))
    assert changes == [change("a", READY), change("b", READY), change("c", DROPPED)]


def test_renewal_with_the_same_position_moves_nothing() -> None:
    graph = graph_of(transaction("a", provides="1"), transaction("b", requires="1", provides="2"))
    assert graph.renew(transaction("a", provides="1")) == []
    assert graph.renew(transaction("a", provides="2")) == [change("b", FUTURE), change("a", READY)]
    assert graph.renew(transaction("a", requires="7", provides="1")) == [change("a", FUTURE)]


def test_renewal_is_dropped_where_its_new_tags_are_taken() -> None:
    graph = graph_of(transaction("a", provides="1"), transaction("b", provides="2"))
    assert graph.renew(transaction("b", provides="1")) == [change("b", DROPPED)]
    assert names(graph.ready) == "a"


def test_an_author_takes_priority_then_arrival_but_never_before_a_requirement() -> None:
    graph = graph_of(
        transaction("a", provides="1", priority=1),
        transaction("b", provides="2", priority=5),
        transaction("c", requires="1", provides="3", priority=9),
        transaction("d", provides="4", priority=5),
    )
    assert "".join(entry.hash.decode() for entry in ReadyOrder(graph.ready)) == "bdac"


def test_an_author_can_leave_out_what_stands_on_a_refused_transaction() -> None:
    graph = graph_of(
        transaction("a", provides="1", priority=5),
        transaction("b", requires="1", provides="2", priority=5),
        transaction("c", requires="2", provides="3", priority=5),
        transaction("d", provides="4", priority=1),
    )
    order = ReadyOrder(graph.ready)
    assert next(order).hash == b"a"
    order.skip_dependents()
    assert [entry.hash for entry in order] == [b"d"]


TAG = st.sampled_from([b"1", b"2", b"3", b"4", b"5"])
NO_TAGS_OR_FEW = st.frozensets(TAG, max_size=2).map(sorted).map(tuple)
SOME_TAGS = st.frozensets(TAG, min_size=1, max_size=2).map(sorted).map(tuple)


class GraphMachine(RuleBasedStateMachine):
    """Random inserts, removals, renewals and prunings, here and in the reference."""

    def __init__(self) -> None:
        super().__init__()
        self.graph, self.reference = TransactionGraph(), ReferenceGraph()
        self.arrivals = 0
        self.statuses: dict[Hash, TransactionStatus] = {}
        """Where each transaction stands, from the announced changes alone."""

    @rule(batch=st.lists(st.tuples(NO_TAGS_OR_FEW, SOME_TAGS, st.integers(1, 4)), min_size=1, max_size=8))
    def insert(self, batch: list[tuple[tuple[bytes, ...], tuple[bytes, ...], int]]) -> None:
        for requires, provides, priority in batch:
            self._insert(requires, provides, priority)

    def _insert(self, requires: tuple[bytes, ...], provides: tuple[bytes, ...], priority: int) -> None:
        name = self.arrivals.to_bytes(2, "big")
        self.arrivals += 1
        new = PoolTransaction(Hash(name), name, self.arrivals, priority, requires, provides, 0, 0)
        outcome = self._outcome(lambda: self._note(self.graph.insert(new)))
        assert outcome == self._outcome(lambda: self.reference.insert(new))

    @precondition(lambda self: self.statuses)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        victim = data.draw(st.sampled_from(sorted(self.statuses)))
        self._note([StatusChange(victim, DROPPED), *self.graph.remove(victim)])
        self.reference.remove(victim)

    @precondition(lambda self: self.statuses)
    @rule(data=st.data(), requires=NO_TAGS_OR_FEW, provides=SOME_TAGS)
    def renew(self, data: st.DataObject, requires: tuple[bytes, ...], provides: tuple[bytes, ...]) -> None:
        victim = data.draw(st.sampled_from(sorted(self.statuses)))
        old = self.graph.get(victim)
        assert old is not None
        new = PoolTransaction(victim, victim, old.sequence, old.priority, requires, provides, 1, 1)
        is_moved = (old.requires, old.provides) != (requires, provides)
        self._note(self.graph.renew(new))
        if is_moved:
            self.reference.remove(victim)
            self._outcome(lambda: self.reference.insert(new))

    @rule(tags=SOME_TAGS)
    def prune(self, tags: tuple[bytes, ...]) -> None:
        outdated, changes = self.graph.prune(tags)
        self._note([StatusChange(entry.hash, DROPPED) for entry in outdated] + changes)
        assert [entry.hash for entry in outdated] == [entry.hash for entry in self.reference.prune(set(tags))]

    @invariant()
    def the_queues_agree(self) -> None:
        for queue, expected in (
            (self.graph.ready, self.reference.ready),
            (self.graph.future, self.reference.future),
        ):
            assert {e.hash: (e.requires, e.provides) for e in queue} == {
                e.hash: (e.requires, e.provides) for e in expected
            }
            assert queue.size == 2 * len(expected)

    @invariant()
    def the_announced_changes_tell_the_same_story(self) -> None:
        told = {**{e.hash: READY for e in self.graph.ready}, **{e.hash: FUTURE for e in self.graph.future}}
        assert self.statuses == told

    @invariant()
    def authors_are_offered_the_same_order(self) -> None:
        assert [entry.hash for entry in ReadyOrder(self.graph.ready)] == self.reference.order()
        refused = frozenset(entry.hash for entry in self.reference.ready if entry.sequence % 3 == 0)
        offered, order = list[Hash](), ReadyOrder(self.graph.ready)
        for entry in order:
            offered.append(entry.hash)
            if entry.hash in refused:
                order.skip_dependents()
        assert offered == self.reference.order(refused)

    def _note(self, changes: list[StatusChange]) -> None:
        for entry in changes:
            if entry.status in (READY, FUTURE):
                self.statuses[entry.transaction] = entry.status
            else:
                del self.statuses[entry.transaction]

    @staticmethod
    def _outcome(operation: Callable[[], None]) -> str:
        try:
            operation()
        except PoolError as error:
            return repr(error)
        return "done"


TestGraphMachine = GraphMachine.TestCase
TestGraphMachine.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
