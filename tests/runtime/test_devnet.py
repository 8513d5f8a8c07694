"""The development chain's pool: transactions live as long as their era, on the fork that they were signed for."""

from __future__ import annotations

from chain.crypto.development import account, pair
from chain.era import Era
from chain.extrinsic import Id
from chain.node.service import Node
from chain.node.transaction_status import TransactionStatus
from chain.primitives import Hash
from pallets.frame import call_of
from runtime.dev import DevRuntime
from runtime.devnet import dev_node
from runtime.signing import signed

ALICE, BOB = pair("Alice"), pair("Bob")


def transfer(node: Node[DevRuntime], nonce: int, period: int) -> bytes:
    """Of Alice's, born at the best block."""
    runtime, best = node.runtime_at(), node.best
    call = call_of(runtime.balances.transfer_keep_alive, dest=Id(account("Eve")), value=10**12)
    era = Era.mortal(period, best.number)
    return signed(runtime, ALICE, call, nonce=nonce, block_hash=best.hash, CheckMortality=era)


def statuses(node: Node[DevRuntime]) -> dict[Hash, list[TransactionStatus]]:
    """What is told of each transaction from now on."""
    told = dict[Hash, list[TransactionStatus]]()
    node.pool.listen(lambda change: told.setdefault(change.transaction, []).append(change.status))
    return told


def test_a_transaction_that_waits_dies_with_its_era() -> None:
    node = dev_node()
    told = statuses(node)
    born = node.seal().header.number
    waiting = node.submit(transfer(node, nonce=1, period=8))
    while node.best.number < born + 7:
        assert waiting in node.pool
        node.seal()
    assert waiting not in node.pool  # the next block is the first after its era
    assert told[waiting] == [TransactionStatus.FUTURE, TransactionStatus.INVALID]


def test_a_transaction_in_time_is_in_a_block() -> None:
    node = dev_node()
    node.seal()
    late = node.submit(transfer(node, nonce=1, period=8))
    for _ in range(6):
        node.seal()
    first = node.submit(transfer(node, nonce=0, period=8))
    assert node.pool.is_ready(late)
    assert len(node.seal().extrinsics) == 3
    assert first not in node.pool


def test_a_transaction_that_was_signed_for_a_fork_leaves_with_it() -> None:
    node = dev_node()
    told = statuses(node)
    root = node.seal()
    node.submit_call(BOB, call_of(node.runtime_at().system.remark, remark=b"fork"))
    node.seal()
    of_fork = node.submit(transfer(node, nonce=0, period=8))
    of_all = node.submit(
        signed(node.runtime_at(), pair("Charlie"), call_of(node.runtime_at().system.remark, remark=b""))
    )
    other = node.seal(root.hash)
    assert other.hash != node.best.hash
    node.set_best(other.hash)
    assert of_fork not in node.pool
    assert told[of_fork][-1] is TransactionStatus.INVALID
    assert of_all in node.pool or told[of_all][-1] is TransactionStatus.IN_BLOCK
