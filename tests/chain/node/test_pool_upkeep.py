"""A pool that follows the best chain: what it is told of each block, and what it asks."""

import pytest

from chain.extrinsic import extrinsic_hash
from chain.node.chain_store import ImportedBlock, Route
from chain.node.pool import TransactionPool
from chain.node.pool_upkeep import REVALIDATED_PER_BLOCK, follow_best
from chain.trie.trie import Trie
from tests.chain.node.test_chain_store import GENESIS, child
from tests.chain.node.test_pool import Best, contents, listened


@pytest.fixture
def best() -> Best:
    return Best()


def block(extrinsic: bytes, *, on: ImportedBlock | None = None) -> ImportedBlock:
    """A block that has one extrinsic."""
    return ImportedBlock(child(GENESIS if on is None else on.block, extrinsic), Trie.empty())


def no_tags(_block: ImportedBlock, _extrinsic: bytes) -> tuple[bytes, ...]:
    return ()


def unasked(_block: ImportedBlock, extrinsic: bytes) -> tuple[bytes, ...]:
    raise AssertionError(f"asked for the tags of {extrinsic!r}")


def test_the_tags_of_known_transactions_are_known(best: Best) -> None:
    pool = TransactionPool(best)
    pool.submit(best.accept(b"a", provides="1"))
    pool.submit(best.accept(b"b", requires="1", provides="2"))
    best.accept(b"b", provides="2")  # as the runtime sees it after the block
    follow_best(pool, Route((), (block(b"a"),)), unasked)
    assert contents(pool) == ([b"b"], [])


def test_the_tags_of_unknown_transactions_are_asked_of_the_runtime(best: Best) -> None:
    pool = TransactionPool(best)
    pool.submit(best.accept(b"a", provides="1"))
    pool.submit(best.accept(b"b", requires="1", provides="2"))
    heard = listened(pool)
    del best.validity[b"a"]
    best.accept(b"b", provides="2")
    foreign = block(b"foreign")
    follow_best(pool, Route((), (foreign,)), lambda where, extrinsic: (b"1",) if where is foreign and extrinsic else ())
    assert heard == [(extrinsic_hash(b"foreign"), "inBlock"), (extrinsic_hash(b"a"), "invalid")]
    assert contents(pool) == ([b"b"], [])


def test_an_empty_pool_asks_nothing(best: Best) -> None:
    follow_best(TransactionPool(best), Route((), (block(b"foreign"),)), unasked)
    assert best.asked == []


def test_retracted_transactions_come_back_oldest_first_unless_enacted_or_invalid(best: Best) -> None:
    pool = TransactionPool(best)
    heard = listened(pool)
    first = block(b"a")
    second, third, inherent = block(b"b", on=first), block(b"c", on=first), block(b"inherent", on=first)
    for extrinsic in (b"a", b"b", b"c"):
        best.accept(extrinsic)
    follow_best(pool, Route((inherent, third, second, first), (block(b"c"),)), no_tags)
    assert contents(pool) == ([b"a", b"b"], [])
    assert dict(heard) == {
        extrinsic_hash(b"inherent"): "retracted",
        extrinsic_hash(b"a"): "ready",
        extrinsic_hash(b"b"): "ready",
        extrinsic_hash(b"c"): "inBlock",
    }


def test_everything_is_asked_again_after_a_reorganisation_and_a_few_otherwise(best: Best) -> None:
    pool = TransactionPool(best)
    for number in range(REVALIDATED_PER_BLOCK + 10):
        pool.submit(best.accept(number.to_bytes(2, "big")))
    best.asked.clear()
    follow_best(pool, Route((), (block(b"x"),)), no_tags)
    assert len(best.asked) == REVALIDATED_PER_BLOCK
    best.asked.clear()
    follow_best(pool, Route((block(b"x"),), (block(b"y"),)), no_tags)
    assert len(best.asked) == 1 + REVALIDATED_PER_BLOCK + 10


def test_what_has_expired_goes(best: Best) -> None:
    pool = TransactionPool(best)
    many = [best.accept(number.to_bytes(2, "big"), longevity=64) for number in range(REVALIDATED_PER_BLOCK)]
    for extrinsic in many:
        pool.submit(extrinsic)
    short = pool.submit(best.accept(b"short", longevity=1))
    best.number = 1
    follow_best(pool, Route((), (block(b"x"),)), no_tags)
    assert short not in pool
    assert len(pool) == REVALIDATED_PER_BLOCK
