"""The pool against a reference: tags, priority, replacement, limits, bans, mortality, revalidation, new blocks."""

from collections.abc import Callable
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chain.extrinsic import extrinsic_hash
from chain.node.pool import BAN_BLOCKS, PoolLimits, PoolSnapshot, TransactionPool
from chain.node.pool_errors import PoolError, TransactionNotFound
from chain.node.transaction_queue import PoolTransaction
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.validity import Invalid, InvalidTransaction
from tests.chain.node.reference_pool import ReferencePool
from tests.effort import EFFORT

LIMITS = PoolLimits(ready=6, ready_size=20, future=4, future_size=12)
NAMES = [bytes((letter,)) * length for letter in b"abcdefgh" for length in (1, 4)]
TAGS = st.frozensets(st.sampled_from([b"1", b"2", b"3", b"4", b"5"]), max_size=2).map(sorted).map(tuple)
VALIDITY = st.builds(
    ValidTransaction,
    priority=st.integers(1, 4),
    requires=TAGS,
    provides=TAGS,
    longevity=st.integers(1, 4),
)
NAME = st.sampled_from(NAMES)


class PoolMachine(RuleBasedStateMachine):
    """The same is asked of both; what they hold, and in which order authors take it, is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.validity: dict[bytes, ValidTransaction] = {}
        self.pool = TransactionPool(self, LIMITS)
        self.reference = ReferencePool(LIMITS, self.validity)
        self.told: dict[Hash, TransactionStatus] = {}
        self.kept: list[tuple[PoolSnapshot, object]] = []
        self.pool.listen(self._hear)

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        """The best block's part."""
        if extrinsic not in self.validity:
            raise InvalidTransaction(Invalid.STALE)
        return self.validity[extrinsic]

    @rule(name=NAME, validity=VALIDITY)
    def find_valid(self, name: bytes, validity: ValidTransaction) -> None:
        self.validity[name] = validity

    @rule(name=NAME)
    def find_invalid(self, name: bytes) -> None:
        self.validity.pop(name, None)

    @rule(batch=st.lists(st.tuples(NAME, VALIDITY), min_size=1, max_size=5))
    def submit(self, batch: list[tuple[bytes, ValidTransaction]]) -> None:
        for name, validity in batch:
            self.validity.setdefault(name, validity)
            self._same(partial(self.pool.submit, name), partial(self.reference.submit, name))

    @rule(old=NAME, new=NAME, validity=VALIDITY)
    def replace(self, old: bytes, new: bytes, validity: ValidTransaction) -> None:
        self.validity.setdefault(new, validity)
        victim = extrinsic_hash(old)
        self._same(lambda: self.pool.replace(victim, new), lambda: self.reference.replace(victim, new))

    @rule(name=NAME)
    def drop(self, name: bytes) -> None:
        self.pool.drop(extrinsic_hash(name))
        self.reference.drop(extrinsic_hash(name))

    @rule(name=NAME)
    def ban(self, name: bytes) -> None:
        self.pool.ban(extrinsic_hash(name))
        self.reference.ban(extrinsic_hash(name))

    @rule(data=st.data(), others=TAGS)
    def include(self, data: st.DataObject, others: tuple[bytes, ...]) -> None:
        """A block takes the first few of what is ready, and some that the pool does not know."""
        ready = list(self.pool.ready())
        taken = ready[: data.draw(st.integers(0, len(ready)))]
        for entry in taken:
            self.validity.pop(entry.extrinsic, None)
        self.number += 1
        self.reference.best = self.number
        hashes = [entry.hash for entry in taken]
        tags = {*others, *(tag for entry in taken for tag in entry.provides)}
        self.pool.included(Hash(bytes(32)), hashes, sorted(tags))
        self.reference.included(hashes, tags)
        self.pool.expire()
        self.reference.expire()

    @rule(blocks=st.sampled_from([1, 2, BAN_BLOCKS]))
    def pass_blocks(self, blocks: int) -> None:
        self.number += blocks
        self.reference.best = self.number
        self.pool.expire()
        self.reference.expire()

    @precondition(lambda self: len(self.pool) > 0)
    @rule()
    def revalidate(self) -> None:
        self.pool.revalidate()
        self.reference.revalidate()

    @rule()
    def keep(self) -> None:
        snapshot = self.pool.snapshot()
        self.kept.append((snapshot, _contents(snapshot)))

    @invariant()
    def a_snapshot_stays_what_it_was(self) -> None:
        for snapshot, contents in self.kept:
            assert _contents(snapshot) == contents

    @rule()
    def revert(self) -> None:
        """A snapshot holds all there is."""
        snapshot = self.pool.snapshot()
        told = dict(self.told)
        for entry in list(self.pool.ready()):
            self.pool.ban(entry.hash)
        self.pool.revert(snapshot)
        self.told = told

    @invariant()
    def they_hold_the_same(self) -> None:
        ready, future = list(self.pool.ready()), self.pool.future()
        assert sorted(map(_shown, ready)) == sorted(map(_shown, self.reference.graph.ready))
        assert sorted(map(_shown, future)) == sorted(map(_shown, self.reference.graph.future))
        assert [entry.hash for entry in ready] == self.reference.graph.order()

    @invariant()
    def the_limits_hold(self) -> None:
        for queue, count, size in (
            (list(self.pool.ready()), LIMITS.ready, LIMITS.ready_size),
            (self.pool.future(), LIMITS.future, LIMITS.future_size),
        ):
            assert len(queue) <= count
            assert sum(len(entry.extrinsic) for entry in queue) <= size

    @invariant()
    def what_was_told_is_so(self) -> None:
        for name in map(extrinsic_hash, NAMES):
            status = self.told.get(name)
            assert self.pool.is_ready(name) == (status is TransactionStatus.READY)
            assert (name in self.pool and not self.pool.is_ready(name)) == (status is TransactionStatus.FUTURE)

    def _hear(self, change: StatusChange) -> None:
        self.told[change.transaction] = change.status

    @staticmethod
    def _same(act: Callable[[], object], expected: Callable[[], object]) -> None:
        outcomes = list[str]()
        for each in (act, expected):
            try:
                each()
                outcomes.append("done")
            except (PoolError, InvalidTransaction, TransactionNotFound) as error:
                outcomes.append(repr(error))
        assert outcomes[0] == outcomes[1]


def _contents(snapshot: PoolSnapshot) -> object:
    graph = snapshot.graph
    tags = [tag for entry in (*graph.ready, *graph.future) for tag in entry.provides]
    return list(graph.ready), list(graph.future), list(map(graph.provides, tags)), dict(snapshot.banned_until)


def _shown(entry: PoolTransaction) -> tuple[object, ...]:
    return entry.hash, entry.priority, entry.requires, entry.provides, entry.sequence, entry.valid_till


TestPoolMachine = PoolMachine.TestCase
TestPoolMachine.settings = settings(max_examples=80 * EFFORT, stateful_step_count=30, deadline=None)
