"""The pool around the graph: validity, limits, bans, expiry, new blocks."""

from dataclasses import dataclass, field

import pytest

from chain.crypto.signatures import Sr25519
from chain.extrinsic import Id, encode_signed, extrinsic_hash
from chain.node.pool import BAN_BLOCKS, BANS_AT_MOST, PoolLimits, TransactionPool
from chain.node.pool_errors import (
    AlreadyImported,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    TemporarilyBanned,
    TooLowPriority,
    TransactionNotFound,
)
from chain.node.transaction_status import TransactionStatus
from chain.primitives import AccountId, Hash
from chain.runtime_api import TransactionSource, ValidTransaction
from chain.validity import Invalid, InvalidTransaction

BLOCK = Hash(bytes(32))


@dataclass
class Best:
    """A best block that finds valid what it was told."""

    number: int = 0
    validity: dict[bytes, ValidTransaction] = field(default_factory=dict)
    asked: list[tuple[TransactionSource, bytes]] = field(default_factory=list)

    def validate(self, source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        self.asked.append((source, extrinsic))
        if extrinsic not in self.validity:
            raise InvalidTransaction(Invalid.STALE)
        return self.validity[extrinsic]

    def accept(
        self, extrinsic: bytes, requires: str = "", provides: str | None = None, priority: int = 1, longevity: int = 64
    ) -> bytes:
        """Find the extrinsic valid from now on; it provides itself unless said otherwise."""
        tags = [extrinsic] if provides is None else [tag.encode() for tag in provides]
        required = tuple(tag.encode() for tag in requires)
        self.validity[extrinsic] = ValidTransaction(priority, required, tuple(tags), longevity)
        return extrinsic


@pytest.fixture
def best() -> Best:
    return Best()


def contents(pool: TransactionPool) -> tuple[list[bytes], list[bytes]]:
    return [entry.extrinsic for entry in pool.ready()], [entry.extrinsic for entry in pool.future()]


def listened(pool: TransactionPool) -> list[tuple[Hash, str]]:
    heard: list[tuple[Hash, str]] = []
    pool.listen(lambda change: heard.append((change.transaction, change.status.value)))
    return heard


def test_a_valid_transaction_is_ready_under_the_hash_of_its_prefixed_bytes(best: Best) -> None:
    pool = TransactionPool(best)
    transaction_hash = pool.submit(best.accept(b"x"), TransactionSource.LOCAL)
    assert transaction_hash == extrinsic_hash(b"x")
    assert transaction_hash in pool
    assert pool.is_ready(transaction_hash)
    assert contents(pool) == ([b"x"], [])
    assert best.asked == [(TransactionSource.LOCAL, b"x")]


def test_an_invalid_transaction_is_refused_and_may_come_again(best: Best) -> None:
    pool = TransactionPool(best)
    with pytest.raises(InvalidTransaction, match="Stale"):
        pool.submit(b"x")
    pool.submit(best.accept(b"x"))
    assert len(pool) == 1


def test_a_transaction_is_taken_once_and_not_validated_twice(best: Best) -> None:
    pool = TransactionPool(best)
    pool.submit(best.accept(b"x"))
    with pytest.raises(AlreadyImported, match=r"^Transaction Already Imported$"):
        pool.submit(b"x")
    assert len(best.asked) == 1


def test_a_transaction_without_tags_is_refused(best: Best) -> None:
    with pytest.raises(NoTagsProvided):
        TransactionPool(best).submit(best.accept(b"x", provides=""))


def test_a_banned_transaction_is_refused_unseen_until_the_ban_ends(best: Best) -> None:
    pool = TransactionPool(best)
    heard = listened(pool)
    transaction_hash = pool.submit(best.accept(b"x"))
    pool.ban(transaction_hash)
    assert heard == [(transaction_hash, "ready"), (transaction_hash, "invalid")]
    best.number = BAN_BLOCKS - 1
    with pytest.raises(TemporarilyBanned, match=r"^Transaction is temporarily banned$"):
        pool.submit(b"x")
    assert len(best.asked) == 1
    best.number = BAN_BLOCKS
    pool.submit(b"x")


def test_the_oldest_ban_is_lifted_when_there_are_too_many(best: Best) -> None:
    pool = TransactionPool(best)
    hashes = [Hash(number.to_bytes(32, "big")) for number in range(BANS_AT_MOST + 1)]
    for entry in hashes:
        pool.ban(entry)
    assert [pool.is_banned(entry) for entry in (hashes[0], hashes[1], hashes[-1])] == [False, True, True]


def test_a_full_ready_queue_gives_up_the_lowest_priority_then_the_newest(best: Best) -> None:
    pool = TransactionPool(best, PoolLimits(ready=2))
    heard = listened(pool)
    low, high = pool.submit(best.accept(b"low", priority=1)), pool.submit(best.accept(b"high", priority=3))
    with pytest.raises(ImmediatelyDropped):
        pool.submit(best.accept(b"equal", priority=1))
    middle = pool.submit(best.accept(b"middle", priority=2))
    assert contents(pool) == ([b"high", b"middle"], [])
    assert heard[-2:] == [(middle, "ready"), (low, "dropped")]
    assert high in pool


def test_a_queue_is_full_by_bytes_too(best: Best) -> None:
    pool = TransactionPool(best, PoolLimits(ready_size=10))
    pool.submit(best.accept(b"12345", priority=2))
    pool.submit(best.accept(b"54321", priority=2))
    pool.submit(best.accept(b"long 9", priority=3))
    assert contents(pool) == ([b"long 9"], [])


def test_what_stood_on_a_transaction_given_up_counts_as_future(best: Best) -> None:
    pool = TransactionPool(best, PoolLimits(ready=2, future=1))
    pool.submit(best.accept(b"a", provides="1", priority=1))
    pool.submit(best.accept(b"b", requires="1", provides="2", priority=5))
    pool.submit(best.accept(b"c", provides="3", priority=5))
    assert contents(pool) == ([b"c"], [b"b"])
    with pytest.raises(ImmediatelyDropped):
        pool.submit(best.accept(b"d", requires="9", priority=4))
    assert contents(pool) == ([b"c"], [b"b"])


def test_a_dropped_transaction_may_come_again(best: Best) -> None:
    pool = TransactionPool(best)
    heard = listened(pool)
    transaction_hash = pool.submit(best.accept(b"x"))
    assert pool.drop(transaction_hash)
    assert not pool.drop(transaction_hash)
    pool.submit(b"x")
    assert [status for _, status in heard] == ["ready", "dropped", "ready"]


def test_included_transactions_leave_and_unlock_those_that_wait(best: Best) -> None:
    pool = TransactionPool(best)
    included = pool.submit(best.accept(b"a", provides="1"))
    waiting = pool.submit(best.accept(b"b", requires="12", provides="3"))
    heard = listened(pool)
    pool.included(BLOCK, [included, Hash(b"foreign")], [b"1", b"2"])
    assert heard == [(included, "inBlock"), (Hash(b"foreign"), "inBlock"), (waiting, "ready")]
    assert contents(pool) == ([b"b"], [])


def test_others_with_an_included_tag_stay_only_if_they_are_still_valid(best: Best) -> None:
    pool = TransactionPool(best)
    outdated = pool.submit(best.accept(b"a", provides="1"))
    pool.submit(best.accept(b"b", provides="2"))
    pool.submit(best.accept(b"c", requires="1", provides="3"))
    heard = listened(pool)
    del best.validity[b"a"]
    best.accept(b"b", provides="4")
    pool.included(BLOCK, [], [b"1", b"2"])
    assert contents(pool) == ([b"b", b"c"], [])
    assert (outdated, "invalid") in heard
    assert pool.provides(b"4")


def test_a_transaction_expires_when_its_longevity_is_over(best: Best) -> None:
    pool = TransactionPool(best)
    best.number = 10
    short = pool.submit(best.accept(b"short", longevity=2))
    pool.submit(best.accept(b"long", longevity=2**64 - 1))
    best.number = 11
    pool.expire()
    assert short in pool
    heard = listened(pool)
    best.number = 12
    pool.expire()
    assert heard == [(short, TransactionStatus.INVALID.value)]
    assert contents(pool) == ([b"long"], [])


def test_revalidation_asks_about_the_stalest_then_the_oldest(best: Best) -> None:
    pool = TransactionPool(best)
    for extrinsic in (b"a", b"b", b"c"):
        pool.submit(best.accept(extrinsic))
    asked: list[list[bytes]] = []
    for best.number in (1, 2, 3):
        best.asked.clear()
        pool.revalidate(2)
        asked.append([extrinsic for _, extrinsic in best.asked])
    assert asked == [[b"a", b"b"], [b"c", b"a"], [b"b", b"a"]]


def test_revalidation_takes_out_the_invalid_and_moves_what_has_other_tags(best: Best) -> None:
    pool = TransactionPool(best)
    gone = pool.submit(best.accept(b"a", provides="1"))
    moved = pool.submit(best.accept(b"b", provides="2"))
    lost = pool.submit(best.accept(b"c", requires="1", provides="3"))
    heard = listened(pool)
    del best.validity[b"a"]
    best.accept(b"b", requires="7", provides="2")
    pool.revalidate()
    assert heard == [(gone, "invalid"), (lost, "future"), (moved, "future")]
    assert contents(pool) == ([], [b"b", b"c"])


def test_revalidation_keeps_arrival_and_renews_longevity(best: Best) -> None:
    pool = TransactionPool(best)
    first = pool.submit(best.accept(b"a", longevity=2))
    best.number = 1
    pool.revalidate()
    entry = pool.get(first)
    assert entry is not None
    assert (entry.sequence, entry.validated_at, entry.valid_till) == (0, 1, 3)


def test_a_listener_hears_nothing_after_it_ended(best: Best) -> None:
    pool = TransactionPool(best)
    heard: list[object] = []
    end = pool.listen(heard.append)
    end()
    pool.submit(best.accept(b"x"))
    assert heard == []


def test_terminal_statuses_are_those_after_which_nothing_is_said() -> None:
    terminal = {status for status in TransactionStatus if status.is_terminal}
    assert {status.value for status in terminal} == {"finalized", "finalityTimeout", "usurped", "dropped", "invalid"}


def test_a_transaction_is_replaced_by_one_that_is_worth_less_and_keeps_its_place(best: Best) -> None:
    pool = TransactionPool(best)
    old = pool.submit(best.accept(b"old", provides="a", priority=9))
    pool.submit(best.accept(b"after", requires="a", provides="b", priority=9))
    pool.submit(best.accept(b"other", priority=1))
    heard = listened(pool)
    new = pool.replace(old, best.accept(b"new", provides="a", priority=1))
    assert contents(pool) == ([b"new", b"after", b"other"], [])
    after = extrinsic_hash(b"after")
    assert heard == [(old, "usurped"), (after, "future"), (new, "ready"), (after, "ready")]


def test_a_replacement_with_other_tags_lets_those_wait_that_stood_on_the_old_one(best: Best) -> None:
    pool = TransactionPool(best)
    old = pool.submit(best.accept(b"old", provides="a"))
    pool.submit(best.accept(b"after", requires="a", provides="b"))
    pool.replace(old, best.accept(b"new", provides="c"))
    assert contents(pool) == ([b"new"], [b"after"])


def test_a_refused_replacement_changes_nothing(best: Best) -> None:
    pool = TransactionPool(best)
    old = pool.submit(best.accept(b"old", provides="a"))
    pool.submit(best.accept(b"better", provides="b", priority=5))
    before, heard = contents(pool), listened(pool)
    with pytest.raises(TooLowPriority):
        pool.replace(old, best.accept(b"new", provides="b", priority=5))
    with pytest.raises(InvalidTransaction, match="Stale"):
        pool.replace(old, b"invalid")
    with pytest.raises(AlreadyImported):
        pool.replace(old, b"better")
    with pytest.raises(TransactionNotFound, match=f"no transaction 0x{bytes(BLOCK).hex()}"):
        pool.replace(BLOCK, b"new")
    assert (contents(pool), heard) == (before, [])


def test_a_replacement_that_would_stand_on_itself_is_refused(best: Best) -> None:
    pool = TransactionPool(best)
    pool.submit(best.accept(b"first", provides="a"))
    pool.submit(best.accept(b"second", requires="a", provides="b"))
    other = pool.submit(best.accept(b"other", provides="c"))
    with pytest.raises(CycleDetected):
        pool.replace(other, best.accept(b"new", requires="b", provides="a", priority=9))
    assert contents(pool) == ([b"first", b"second", b"other"], [])


def test_all_transactions_of_an_account_are_dropped_and_no_others(best: Best) -> None:
    def by(account: int, provides: str, requires: str = "") -> Hash:
        address, signature = Id(AccountId(bytes((account,)) * 32)), Sr25519(bytes(64))
        extrinsic = encode_signed(address, signature, b"", provides.encode())
        return pool.submit(best.accept(extrinsic, provides=provides, requires=requires))

    pool = TransactionPool(best)
    first, other, second, waiting = by(1, "a"), by(2, "b"), by(1, "c", "a"), by(1, "d", "z")
    pool.submit(best.accept(b"\x04 nobody signed this", provides="e"))
    heard = listened(pool)
    assert pool.drop_of(AccountId(b"\1" * 32)) == [first, second, waiting]
    assert heard == [(waiting, "dropped"), (second, "dropped"), (first, "dropped")]
    assert (other in pool, len(pool)) == (True, 2)
    assert pool.drop_of(AccountId(b"\1" * 32)) == []
